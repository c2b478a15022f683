// Which key does what at this workplace; each can be chosen anew, taken keys are refused, and all can be as they were.
import type { JSX } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { T, useTexts } from '../core/texts';
import type { Key as TextKey } from '../core/texts';
import { key_words } from './citizen';
import { KEYED, KEYS, holder_of, key_name, may_be_key } from './keys';
import type { Keyed } from './keys';
import type { View } from './view';
import { Panel } from './panel';

export function Keys({ view }: { view: View }): JSX.Element {
  const texts = useTexts();
  const { map, keys, set_keys, set_map } = view;
  const [asked, ask] = useState<Keyed>();
  const [taken, set_taken] = useState<{ name: string; by: Keyed | undefined }>();
  useLayoutEffect(() => {
    if (!asked) return undefined;
    const press = (event: KeyboardEvent): void => {
      if (event.key === 'Tab' || event.key === 'Enter' || event.key === ' ') return;
      if (event.key === 'Shift' || event.key === 'Control') return;
      event.preventDefault();
      event.stopPropagation();   // Esc takes back the choice, not the panel
      if (event.key === 'Escape') return ask(undefined);
      if (event.key === 'Delete' || event.key === 'Backspace') {
        const { [asked]: _, ...rest } = map;
        set_map(rest);
        set_taken(undefined);
        return ask(undefined);
      }
      const name = key_name(event) ?? event.key;
      const by = holder_of(map, name);
      if (!may_be_key(name) || (by && by !== asked)) { set_taken({ name, by }); return; }
      set_map({ ...map, [asked]: name });
      set_taken(undefined);
      ask(undefined);
    };
    addEventListener('keydown', press, true);
    return () => removeEventListener('keydown', press, true);
  }, [asked, map]);
  const said = (action: Keyed): string => texts.t(`ui.desk.key_does.${action}` as TextKey);
  return (
    <Panel title={texts.t('ui.desk.keys_title')} view={view}>
      <label class="tick"><input type="checkbox" checked={keys} onChange={(event) => set_keys(event.currentTarget.checked)} /><span><T k="ui.desk.keys_use" /></span></label>
      <p class="quiet" role="status">{taken ? (taken.by ? <T k="ui.desk.key_taken" a={{ key: key_words(texts, taken.name), action: said(taken.by) }} /> : <T k="ui.desk.key_not_free" a={{ key: key_words(texts, taken.name) }} />)
        : asked ? <T k="ui.desk.key_press" a={{ action: said(asked) }} /> : <T k="ui.desk.keys_text" />}</p>
      <ul class="keys">
        {KEYED.map((action) => (
          <li key={action}><span>{said(action)}</span>
            <button type="button" data-key={action} aria-pressed={asked === action} disabled={!keys} onClick={() => { set_taken(undefined); ask(asked === action ? undefined : action); }}>
              {asked === action ? '…' : map[action] ? key_words(texts, map[action]) : texts.t('ui.desk.key_none')}<span class="sr"> {said(action)}</span></button></li>
        ))}
      </ul>
      <button type="button" class="line" onClick={() => { set_map(KEYS); set_taken(undefined); ask(undefined); }}><T k="ui.desk.keys_reset" /></button>
    </Panel>
  );
}
