import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { T, useTexts } from '../core/texts';
import type { Texts } from '../core/texts';
import { wall } from '../core/time';
import type { Desk, Waiting } from '../core/types';
import { spaced } from '../core/words';
import { BookingRow, useDayOfBookings } from './bookings';
import { Tags, language_name } from './citizen';
import { Untold, UntoldButton, untold_of } from './untold';
import type { View } from './view';
import { Panel } from './panel';
import { waited_s } from './state';
import type { Tab } from './state';

const TABS: readonly Tab[] = ['queue', 'booked', 'parked', 'missed'];
const ROWS_MAX = 200;

export function Queue({ view }: { view: View }): JSX.Element {
  const texts = useTexts();
  const { desk, state, now } = view;
  const bookings = useDayOfBookings(state.tab === 'booked', desk);
  const list = state.tab === 'queue' ? desk.queue : state.tab === 'parked' ? desk.parked : state.tab === 'missed' ? desk.missed : [];
  const longest = Math.max(0, ...desk.queue.map((visit) => waited_s(visit, now)));
  return (
    <section class="queue" aria-label={texts.t('ui.desk.queue')}>
      <div class="card">
        <Tabs view={view} />
        <div class="rows" id="queue-rows" role="tabpanel" aria-labelledby={`tab-${state.tab}`} tabIndex={-1}><ul>
          {list.slice(0, ROWS_MAX).map((visit) => <Row key={visit.visit} view={view} visit={visit} />)}
          {state.tab === 'booked' && bookings?.map((each) => <BookingRow key={each.code} view={view} booking={each} />)}
          {list.length === 0 && !(state.tab === 'booked' && bookings?.length !== 0) && <li class="empty"><T k={`ui.desk.empty.${state.tab}`} /></li>}
        </ul></div>
        <UntoldButton view={view} />
        <p class="foot">
          {desk.queue.length > 0 && <span><T k="ui.desk.longest" a={{ n: Math.floor(longest / 60) }} /></span>}
          {desk.target_wait_s !== undefined && <span><T k="ui.desk.target" a={{ n: Math.round(desk.target_wait_s / 60) }} /></span>}
        </p>
      </div>
    </section>
  );

}

function Tabs({ view }: { view: View }): JSX.Element {
  const texts = useTexts();
  const { desk, state, send } = view;
  const counts: Record<Exclude<Tab, 'booked'>, number> = { queue: Math.max(desk.waiting, desk.queue.length), parked: desk.parked.length, missed: desk.missed.length };
  const row = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const to = (TABS.indexOf(state.tab) + step + TABS.length) % TABS.length;
    send({ type: 'tab', tab: TABS[to]! });
    row.current?.querySelectorAll<HTMLElement>('button')[to]?.focus();
  };
  return (
    <div class="tabs" role="tablist" ref={row} onKeyDown={move}>
      {TABS.map((tab) => (
        <button key={tab} type="button" role="tab" id={`tab-${tab}`} aria-controls="queue-rows" aria-selected={state.tab === tab} tabIndex={state.tab === tab ? 0 : -1}
          onClick={() => send({ type: 'tab', tab })}>{texts.t(`ui.desk.tab.${tab}`)} {tab !== 'booked' && <b>{counts[tab]}</b>}</button>
      ))}
    </div>
  );
}

function about(texts: Texts, visit: Waiting): string {
  if (visit.state === 'parked' && visit.parked_until) return texts.t('ui.desk.parked_until', { clock: wall(visit.parked_until) });
  if (visit.booked_for) return texts.t('ui.desk.booked', { clock: wall(visit.booked_for) });
  if (visit.priority) return visit.priority_name ?? visit.priority;
  return visit.language ? language_name(texts, visit.language) : '';
}

function Row({ view, visit }: { view: View; visit: Waiting }): JSX.Element {
  const texts = useTexts();
  const { desk, send, now } = view;
  const seconds = waited_s(visit, now);
  const late = desk.target_wait_s !== undefined && seconds > desk.target_wait_s;
  const classes = [late && 'late', desk.next?.visit === visit.visit && 'next'].filter(Boolean).join(' ');
  return (
    <li class={classes}>
      <button type="button" data-visit={visit.visit} onClick={() => send({ type: 'panel', panel: { name: 'row', visit: visit.visit } })}>
        <b>{spaced(visit.number)}</b>
        <span class="about">{visit.service_name}<small>{about(texts, visit)}</small></span>
        {untold_of(view, visit.number) && <span class="paperless" title={texts.t('ui.desk.untold_short')}>✉<span class="sr">{texts.t('ui.desk.untold_short')}</span></span>}
        {visit.print?.state === 'failed' && <span class="paperless" title={texts.t('ui.print.failed')}>!<span class="sr">{texts.t('ui.print.failed')}</span></span>}
        <span class="waited">{late && <span class="sr">{texts.t('ui.desk.over_target')} </span>}<T k="ui.desk.minutes" a={{ n: Math.floor(seconds / 60) }} /></span>
      </button>
    </li>
  );
}

const find = (desk: Desk, id: string): Waiting | undefined => [...desk.queue, ...desk.parked, ...desk.missed].find((each) => each.visit === id);

/** One visit of the queue and what can be done with it. */
export function RowPanel({ view, visit: id }: { view: View; visit: string }): JSX.Element {
  const texts = useTexts();
  const { desk, act, send, off, now } = view;
  const visit = find(desk, id);
  if (!visit) return <Panel title={texts.t('ui.desk.gone')} view={view}><p><T k="ui.desk.gone_text" /></p></Panel>;
  const offline = off('new') !== undefined;
  const waiting = visit.state === 'waiting';
  const call_it = (): void => (desk.visit ? send({ type: 'panel', panel: { name: 'switch', visit: id } }) : act.named(id));
  return (
    <Panel title={`${spaced(visit.number)} · ${visit.service_name}`} view={view}>
      <Tags visit={visit} />
      <Untold view={view} of={visit.number} />
      <dl>
        <dt><T k="ui.desk.is" /></dt><dd>{texts.t(`ui.state.${visit.state}`)}</dd>
        <dt><T k="ui.desk.has_waited" /></dt><dd><T k="ui.desk.minutes" a={{ n: Math.floor(waited_s(visit, now) / 60) }} /></dd>
        {visit.language && <><dt><T k="ui.desk.citizen_language" /></dt><dd>{language_name(texts, visit.language)}</dd></>}
        {visit.print && <><dt><T k="ui.desk.paper" /></dt><dd>{texts.t(`ui.print.${visit.print.state}`)}</dd></>}
      </dl>
      <ul class="choices row">
        <li><button type="button" disabled={off('named') !== undefined} onClick={call_it}><b><T k="ui.desk.call" a={{ number: spaced(visit.number) }} /></b></button></li>
        {!waiting && <li><button type="button" disabled={offline} onClick={() => act.give_back(id)}><b><T k="ui.desk.return" /></b></button></li>}
        <li><button type="button" disabled={offline} onClick={() => act.reprint(id)}><b><T k="ui.desk.reprint" /></b></button></li>
        <li><button type="button" class="danger" disabled={offline} onClick={() => act.leave(id)}><b><T k="ui.desk.take_out" /></b></button></li>
      </ul>
    </Panel>
  );
}

/** A slip of the hand must not end the case that is open: the one question this page asks. */
export function SwitchPanel({ view, visit: id }: { view: View; visit: string }): JSX.Element {
  const texts = useTexts();
  const { desk, act, state, send, off } = view;
  const visit = find(desk, id);
  const number = spaced(visit?.number ?? '');
  const serving = spaced(desk.visit?.number ?? '');
  return (
    <Panel title={texts.t('ui.desk.switch_title', { number: serving })} view={view}>
      <p><T k="ui.desk.switch_text" a={{ serving, number }} /></p>
      <ul class="choices row">
        <li><button type="button" onClick={() => send({ type: 'panel', panel: { name: 'none' } })}><b><T k="ui.desk.switch_stay" a={{ number: serving }} /></b></button></li>
        <li><button type="button" disabled={off('finish') !== undefined || !visit} onClick={() => act.finish(state.outcome, { call: id })}><b><T k="ui.desk.switch_go" a={{ serving, number }} /></b></button></li>
      </ul>
    </Panel>
  );
}
