// Help between desks: calling it, seeing who calls, saying that one comes.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../core/icons';
import { T, useTexts } from '../core/texts';
import { ms, wall } from '../core/time';
import type { Named } from '../core/types';
import type { View } from './view';
import { Panel } from './panel';
import { useList } from './lists';

/** How long a message to this desk stands above the page; later it is found under Help. */
const SHOWN_MS = 3 * 60_000;

/** Other desks that call this one, and the newest words for it, above everything else on the page. */
export function Calls({ view }: { view: View }): JSX.Element | null {
  const calls = view.desk.calls_for_help ?? [];
  const words = (view.desk.messages ?? []).find((each) => each.to_desk === view.desk.id && view.now - ms(each.at) < SHOWN_MS);
  if (calls.length === 0 && !words) return null;
  return (
    <div class="help-calls" role="alert">
      {calls.map((each) => (
        <p key={each.desk} class={each.kind} data-desk={each.desk}><Icon name="warning" />
          <span><T k={each.kind === 'emergency' ? 'ui.desk.emergency_from' : 'ui.desk.help_from'} a={{ desk: each.desk_name, clock: wall(each.since) }} /></span>
          {each.answered_by ? <span class="quiet"><T k="ui.desk.help_coming" a={{ name: each.answered_by }} /></span>
            : <button type="button" disabled={view.off('help') !== undefined} onClick={() => view.act.answer(each.desk)}><T k="ui.desk.help_answer" /></button>}</p>
      ))}
      {words && <p class="message"><Icon name="check" /><span>{wall(words.at)} {words.from}: {words.text}</span></p>}
    </div>
  );
}

export function Help({ view }: { view: View }): JSX.Element {
  const texts = useTexts();
  const { desk, act, off } = view;
  const blocked = off('help') !== undefined;
  return (
    <Panel title={texts.t('ui.desk.help_title')} view={view}>
      {desk.help && <p role="status"><T k={desk.help.answered_by ? 'ui.desk.help_coming' : 'ui.desk.help_asked'} a={{ name: desk.help.answered_by ?? '', clock: wall(desk.help.since) }} /></p>}
      <ul class="choices row">
        <li><button type="button" data-help="help" disabled={blocked} onClick={() => act.help('help')}><b><T k="ui.desk.help_call" /></b></button></li>
        <li><button type="button" data-help="emergency" class="danger" disabled={blocked} onClick={() => act.help('emergency')}><b><T k="ui.desk.help_emergency" /></b></button></li>
        {desk.help && <li><button type="button" data-help="over" disabled={blocked} onClick={act.help_over}><b><T k="ui.desk.help_over" /></b></button></li>}
      </ul>
      <Words view={view} />
    </Panel>
  );
}

const WORDS_MAX = 200;

/** A few words to another desk or to the supervisor, and the newest that came. */
function Words({ view }: { view: View }): JSX.Element {
  const texts = useTexts();
  const { desk, act, off } = view;
  const desks = useList<Named>('/desks');
  const [text, set_text] = useState('');
  const [to, set_to] = useState('');
  const write = (event: Event): void => {
    event.preventDefault();
    if (text.trim() && !off('help')) act.write(text.trim(), to || undefined, texts.t('ui.desk.message_sent'));
  };
  return (
    <>
      <form class="words" onSubmit={write}>
        <label class="field"><span><T k="ui.desk.message_to" /></span>
          <select value={to} onChange={(event) => set_to(event.currentTarget.value)}>
            <option value="">{texts.t('ui.desk.supervisor')}</option>
            {desks?.filter((each) => each.id !== desk.id).map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
          </select></label>
        <label class="field"><span><T k="ui.desk.message_text" /></span>
          <input type="text" name="message" value={text} maxLength={WORDS_MAX} autoComplete="off" onInput={(event) => set_text(event.currentTarget.value)} /></label>
        <p class="quiet"><T k="ui.desk.message_hint" /></p>
        <button type="submit" disabled={!text.trim() || off('help') !== undefined}><T k="ui.desk.message_send" /></button>
      </form>
      <ul class="words-list">
        {(desk.messages ?? []).slice(0, 8).map((each) => <li key={each.id}><small>{wall(each.at)} {each.from ?? ''}</small> {each.text}</li>)}
      </ul>
    </>
  );
}
