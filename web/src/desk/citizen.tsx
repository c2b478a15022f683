import type { JSX } from 'preact';
import { Fit } from '../core/fit';
import { T, offered, useTexts } from '../core/texts';
import type { Key, Texts } from '../core/texts';
import { ms, stopwatch, wall } from '../core/time';
import type { Current, Waiting } from '../core/types';
import { RingUp } from './ring_up';
import { spaced } from '../core/words';
import { Untold } from './untold';
import { primary } from './view';
import type { View } from './view';
import { recall_wait_s, undo_left_s, waited_s } from './state';
import type { Action } from './state';

export function Citizen({ view }: { view: View }): JSX.Element {
  const texts = useTexts();
  const { desk } = view;
  return (
    <section class="citizen" aria-label={texts.t('ui.desk.citizen')}>
      {desk.visit ? <Serving view={view} visit={desk.visit} /> : desk.state === 'open' ? <Free view={view} /> : <Away view={view} />}
      <PrimaryButton view={view} />
      <Buttons view={view} />
      <p class="foot"><T k="ui.desk.undo_hint" /></p>
    </section>
  );
}

/** The language of a citizen in the clerk's words; a language the site has no name for is shown by its code. */
export function language_name(texts: Texts, code: string): string {
  const key = `ui.language.${code}`;
  return texts.has(key) ? texts.t(key) : (offered()[code]?.name ?? code);
}

export function Tags({ visit }: { visit: Waiting }): JSX.Element {
  const texts = useTexts();
  const foreign = visit.language && visit.language !== 'da' ? visit.language : undefined;
  return (
    <ul class="tags">
      {visit.booked_for && <li><T k="ui.desk.booked" a={{ clock: wall(visit.booked_for) }} /></li>}
      {visit.callback && <li class="mark"><T k="ui.desk.callback" a={{ from: wall(visit.callback.from), until: wall(visit.callback.until) }} /></li>}
      {visit.priority && <li class="mark">{visit.priority_name ?? visit.priority}</li>}
      {foreign && <li class="mark">{language_name(texts, foreign)}</li>}
      {(visit.party ?? 1) > 1 && <li><T k="ui.desk.party" a={{ n: visit.party ?? 1 }} /></li>}
      {(visit.attempt ?? 1) > 1 && <li class="mark"><T k="ui.desk.attempt" a={{ n: visit.attempt ?? 1 }} /></li>}
    </ul>
  );
}

/** How this citizen wants to be called and served; before all other marks. */
export function Needs({ visit }: { visit: Waiting }): JSX.Element | null {
  if (!visit.needs?.length) return null;
  return <ul class="tags needs">{visit.needs.map((each) => <li key={each.need} class="mark">{each.text}</li>)}</ul>;
}

function Serving({ view, visit }: { view: View; visit: Current }): JSX.Element {
  const texts = useTexts();
  const { now } = view;
  const since = visit.started_at ?? visit.called_at;
  const seconds = Math.max(0, (now - ms(since)) / 1000);
  const expected = visit.expected_s ?? 0;
  const scale = Math.max(expected * 1.5, seconds, 1);
  const serving = visit.state === 'serving';
  return (
    <div class="card now" data-state={visit.state}>
      <p class="st"><span>{serving ? <T k="ui.desk.at_desk" /> : <T k="ui.desk.is_called" />}</span><span><T k="ui.desk.called_at" a={{ clock: wall(visit.called_at) }} /></span></p>
      <Fit class="num">{spaced(visit.number)}</Fit>
      <h2>{visit.service_name}</h2>
      {visit.callback && <RingUp desk={view.desk.id} visit={visit} />}
      <Needs visit={visit} />
      <Tags visit={visit} />
      <Untold view={view} of={visit.number} />
      <dl>
        <dt><T k="ui.desk.waited" /></dt><dd><T k="ui.desk.minutes" a={{ n: Math.round(visit.waited_s / 60) }} /></dd>
        <dt>{serving ? <T k="ui.desk.service_time" /> : <T k="ui.desk.since_call" />}</dt>
        <dd>{stopwatch(seconds)}{serving && expected > 0 && <> <T k="ui.desk.of_expected" a={{ minutes: Math.round(expected / 60) }} /></>}</dd>
      </dl>
      {serving && expected > 0 && (
        <div class={seconds > expected ? 'progress over' : 'progress'} role="img" aria-label={texts.t('ui.desk.progress', { time: stopwatch(seconds), minutes: Math.round(expected / 60) })}>
          <i style={{ inlineSize: `${Math.min(100, (seconds / scale) * 100)}%` }} /><u style={{ insetInlineStart: `${(expected / scale) * 100}%` }} />
        </div>
      )}
    </div>
  );
}

function Free({ view }: { view: View }): JSX.Element {
  const { desk, now } = view;
  const next = desk.next;
  return (
    <div class="card now">
      <p class="st"><span><T k="ui.desk.is_free" /></span>{desk.since && <span>{stopwatch((now - ms(desk.since)) / 1000)}</span>}</p>
      {next ? (
        <>
          <h2><T k="ui.desk.next_in_queue" /></h2>
          <Fit class="num">{spaced(next.number)}</Fit>
          <p>{next.service_name}</p>
          <Needs visit={next} />
          <Tags visit={next} />
          <Untold view={view} of={next.number} />
          <dl><dt><T k="ui.desk.has_waited" /></dt><dd><T k="ui.desk.minutes" a={{ n: Math.floor(waited_s(next, now) / 60) }} /></dd></dl>
        </>
      ) : <h2><T k="ui.desk.nobody_waits" /></h2>}
    </div>
  );
}

function Away({ view }: { view: View }): JSX.Element {
  const { desk, now } = view;
  const texts = useTexts();
  const reason = desk.reason_name ? desk.reason_name : desk.reason && texts.has(`ui.desk.break_reason.${desk.reason}`) ? texts.t(`ui.desk.break_reason.${desk.reason}` as Key) : desk.reason;
  return (
    <div class="card now">
      <p class="st"><span><T k={desk.state === 'break' ? 'ui.desk.on_break' : 'ui.desk.is_closed'} /></span>{desk.state === 'break' && desk.since && <span>{stopwatch((now - ms(desk.since)) / 1000)}</span>}</p>
      <h2>{desk.state === 'break' ? (reason ?? <T k="ui.desk.on_break" />) : <T k="ui.desk.closed_title" />}</h2>
      <p><T k="ui.desk.waiting_here" a={{ n: desk.waiting }} /></p>
    </div>
  );
}

export const key_words = (texts: Texts, name: string): string => name.replace('Ctrl', texts.t('ui.desk.key_ctrl')).replace('Shift', texts.t('ui.desk.key_shift')).replace(/\+/g, ' ');

export function Key({ of, view }: { of: Action | 'primary'; view: View }): JSX.Element | null {
  const texts = useTexts();
  const name = view.map[of];
  return name && view.keys ? <kbd>{key_words(texts, name)}</kbd> : null;
}

function PrimaryButton({ view }: { view: View }): JSX.Element {
  const texts = useTexts();
  const { desk, press, off, state } = view;
  const action = primary(desk);
  const why = off(action);
  const text = action === 'open' ? texts.t(desk.state === 'break' ? 'ui.desk.resume' : 'ui.desk.open')
    : action === 'next' ? (desk.next ? texts.t('ui.desk.call', { number: spaced(desk.next.number) }) : texts.t('ui.desk.call_next'))
    : action === 'start' ? texts.t('ui.desk.start') : texts.t('ui.desk.finish_next');
  return (
    <>
      <button type="button" class="primary" data-action={action} disabled={why !== undefined} aria-busy={state.busy !== undefined} onClick={() => press('primary')}>
        {text} <Key of="primary" view={view} />
      </button>
      {why && why !== 'busy' && <p class="why-not"><WhyNot of={why} /></p>}
    </>
  );
}

function WhyNot({ of }: { of: string }): JSX.Element | null {
  const texts = useTexts();
  const key = `ui.desk.why_not.${of}`;
  return texts.has(key) ? <T k={key} /> : null;
}

function Act({ view, action, text, danger }: { view: View; action: Action; text: string; danger?: boolean }): JSX.Element {
  const texts = useTexts();
  const why = view.off(action);
  const key = `ui.desk.why_not.${why ?? ''}`;
  return (
    <button type="button" class={danger ? 'danger' : ''} data-action={action} disabled={why !== undefined} title={why && texts.has(key) ? texts.t(key) : undefined} onClick={() => view.press(action)}>
      <span>{text}</span> <Key of={action} view={view} />
    </button>
  );
}

function Buttons({ view }: { view: View }): JSX.Element {
  const texts = useTexts();
  const { desk, now } = view;
  const t = texts.t;
  const cooling = recall_wait_s(desk, now);
  const undo = undo_left_s(desk, now);
  const undo_text = undo > 0 ? t('ui.desk.undo_in', { n: undo }) : t('ui.desk.undo');
  if (desk.visit) {
    const calls = desk.visit.recalls_left;
    const recall = cooling > 0 && desk.visit.state === 'called' ? t('ui.desk.recall_in', { n: cooling }) : calls !== undefined && desk.visit.state === 'called' ? t('ui.desk.recall_left', { n: calls }) : t('ui.desk.recall');
    return (
      <div class="buttons">
        <Act view={view} action="recall" text={recall} />
        <Act view={view} action="finish" text={t('ui.desk.finish')} />
        <Act view={view} action="go_on" text={t('ui.desk.go_on')} />
        <Act view={view} action="add" text={t('ui.desk.add_service')} />
        <Act view={view} action="park" text={t('ui.desk.park')} />
        <Act view={view} action="transfer" text={t('ui.desk.transfer')} />
        <Act view={view} action="no_show" text={t('ui.desk.no_show')} danger />
        <Act view={view} action="undo" text={undo_text} />
        <Act view={view} action="new" text={t('ui.desk.new_ticket')} />
        <Act view={view} action="named" text={t('ui.desk.call_number')} />
      </div>
    );
  }
  return (
    <div class="buttons">
      <Act view={view} action="named" text={t('ui.desk.call_number')} />
      <Act view={view} action="new" text={t('ui.desk.new_ticket')} />
      <Act view={view} action="break" text={t('ui.desk.hold_break')} />
      <Act view={view} action="undo" text={undo_text} />
    </div>
  );
}
