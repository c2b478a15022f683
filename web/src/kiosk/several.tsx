// Several matters in one visit: what is chosen, and how it goes with one number for all of it.
import type { JSX } from 'preact';
import { T } from '../core/texts';
import type { KioskEvent } from './state';

export function Several({ names, take, send }: { names: readonly string[]; take: () => void; send: (event: KioskEvent) => void }): JSX.Element {
  return (
    <>
      <div class="message left">
        <h1 tabIndex={-1}><T k="ui.kiosk.several_title" a={{ n: names.length }} /></h1>
        <ol>{names.map((name) => <li key={name}>{name}</li>)}</ol>
        {names.length > 1 && <p><T k="ui.kiosk.several_text" /></p>}
      </div>
      <div class="act">
        <button type="button" onClick={() => send({ type: 'choose_on', now: performance.now() })}><T k="ui.kiosk.back" /></button>
        <button type="button" class="primary" onClick={take}><T k="ui.kiosk.several_take" /></button>
      </div>
    </>
  );
}
