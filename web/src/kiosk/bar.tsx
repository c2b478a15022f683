import type { JSX } from 'preact';
import { Icon } from '../core/icons';
import type { IconName } from '../core/icons';
import { T } from '../core/texts';
import type { Key } from '../core/texts';
import type { Aids, KioskEvent, KioskState } from './state';

const AIDS: { aid: Exclude<keyof Aids, 'dark'>; icon: IconName; text: Key }[] = [
  { aid: 'listen', icon: 'ear', text: 'ui.kiosk.listen' },
  { aid: 'large', icon: 'aa', text: 'ui.kiosk.larger' },
  { aid: 'contrast', icon: 'contrast', text: 'ui.kiosk.contrast' },
  { aid: 'low', icon: 'low', text: 'ui.kiosk.lower' },
];

/** Always in the same place, on every screen. */
export function Bar({ state, send }: { state: KioskState; send: (event: KioskEvent) => void }): JSX.Element {
  return (
    <nav class="bar">
      {AIDS.map(({ aid, icon, text }) => (
        <button key={aid} type="button" data-aid={aid} aria-pressed={state.aids[aid]} onClick={() => send({ type: 'aid', aid, now: performance.now() })}>
          <Icon name={icon} /><T k={text} />
        </button>
      ))}
      <button type="button" class="help" onClick={() => send({ type: 'help', now: performance.now() })} disabled={state.screen.name === 'taking'}>
        <Icon name="bell" /><T k="ui.kiosk.help" />
      </button>
    </nav>
  );
}
