// How this desk calls: one after the other by itself, or when the clerk presses; and why it calls nobody just now.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { T, useTexts } from '../core/texts';
import type { View } from './view';
import { Panel } from './panel';

const RESTS_S = [0, 15, 30, 60, 120, 300];
const IDLE_REASONS = ['letters', 'telephone', 'reading', 'other'] as const;

export function Calling({ view }: { view: View }): JSX.Element {
  const texts = useTexts();
  const { desk, act, off } = view;
  const blocked = off('calling') !== undefined;
  const [rest, set_rest] = useState(desk.rest_s ?? 30);
  const rests = RESTS_S.includes(rest) ? RESTS_S : [...RESTS_S, rest].sort((a, b) => a - b);
  return (
    <Panel title={texts.t('ui.desk.calling_title')} view={view}>
      <fieldset class="places"><legend><T k="ui.desk.auto_next" /></legend>
        <label><input type="radio" name="auto" checked={!desk.auto_next} disabled={blocked} onChange={() => act.calling(false, 0)} /><span><T k="ui.desk.auto_off" /></span></label>
        <label><input type="radio" name="auto" checked={desk.auto_next === true} disabled={blocked} onChange={() => act.calling(true, rest)} /><span><T k="ui.desk.auto_on" /></span></label>
      </fieldset>
      <label class="field"><span><T k="ui.desk.rest" /></span>
        <select value={String(rest)} disabled={blocked} onChange={(event) => {
          const seconds = Number(event.currentTarget.value);
          set_rest(seconds);
          if (desk.auto_next) act.calling(true, seconds);
        }}>
          {rests.map((seconds) => <option key={seconds} value={String(seconds)}>{seconds === 0 ? texts.t('ui.desk.rest_none') : texts.t('ui.desk.seconds', { n: seconds })}</option>)}
        </select></label>
      <Idle view={view} blocked={blocked} />
    </Panel>
  );
}

/** Open for who is sent here, but calls nobody by itself: the reason is for the figures, not for the room. */
function Idle({ view, blocked }: { view: View; blocked: boolean }): JSX.Element {
  const texts = useTexts();
  const { desk, act } = view;
  const key = `ui.desk.idle_reason.${desk.idle_reason ?? ''}`;
  if (desk.idle_reason) {
    return (
      <section>
        <h3><T k="ui.desk.idle_now" a={{ reason: texts.has(key) ? texts.t(key) : desk.idle_reason }} /></h3>
        <button type="button" class="primary" data-idle="over" disabled={blocked} onClick={() => act.idle('')}><T k="ui.desk.idle_over" /></button>
      </section>
    );
  }
  return (
    <section>
      <h3><T k="ui.desk.idle_title" /></h3>
      <p class="quiet"><T k="ui.desk.idle_text" /></p>
      <ul class="choices row">
        {IDLE_REASONS.map((reason) => (
          <li key={reason}><button type="button" data-idle={reason} disabled={blocked || desk.visit !== undefined} onClick={() => act.idle(reason)}><b>{texts.t(`ui.desk.idle_reason.${reason}`)}</b></button></li>
        ))}
      </ul>
    </section>
  );
}
