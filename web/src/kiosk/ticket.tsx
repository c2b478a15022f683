import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { call, fresh_key } from '../core/api';
import { Fit } from '../core/fit';
import { Icon } from '../core/icons';
import { Spoken, T, useTexts } from '../core/texts';
import type { Kiosk, Visit } from '../core/types';
import { wall } from '../core/time';
import { device_said, spaced, wait_said } from '../core/words';
import { TimeLeft } from './screens';
import { print_trouble } from './state';
import type { Deadline, KioskEvent, Screen } from './state';

const FOLLOW_MS = 700;

type TicketScreen = Extract<Screen, { name: 'ticket' }>;
type Send = (event: KioskEvent) => void;
const now = (): number => performance.now();

/** While the ticket is shown, follows the print and the place in the queue. */
export function useVisit(screen: Screen, send: Send): void {
  const token = screen.name === 'ticket' ? screen.visit.token : undefined;
  useEffect(() => {
    if (!token) return undefined;
    let ended = false;
    const follow = async (): Promise<void> => {
      const answer = await call<Visit>('GET', `/visits/${encodeURIComponent(token)}`);
      if (ended) return;
      if (answer.ok) send({ type: 'visit', visit: answer.data, now: now() });
      timer = window.setTimeout(() => void follow(), FOLLOW_MS);
    };
    let timer = window.setTimeout(() => void follow(), FOLLOW_MS);
    return () => { ended = true; window.clearTimeout(timer); };
  }, [token]);
}

function undo(visit: Visit, send: Send): void {
  send({ type: 'undo', now: now() });
  void call('DELETE', `/visits/${encodeURIComponent(visit.token)}`).then((answer) => {
    send({ type: answer.ok ? 'undone' : 'undo_failed', now: now() });
  });
}

function reprint(visit: Visit, send: Send): void {
  send({ type: 'reprint_asked', now: now() });
  void call<Visit>('POST', `/visits/${encodeURIComponent(visit.token)}/reprint`, { key: fresh_key() }).then((answer) => {
    if (!answer.ok) send({ type: 'reprint_refused', now: now() });
  });
}

interface Props { screen: TicketScreen; kiosk: Kiosk; limit: Deadline; send: Send; names: readonly string[] }

export function Ticket({ screen, kiosk, limit, send, names }: Props): JSX.Element {
  const texts = useTexts();
  const { visit } = screen;
  const called = visit.state === 'called' || visit.state === 'serving';
  const ahead = visit.ahead ?? Math.max(0, (visit.position ?? 1) - 1);
  return (
    <>
      <h1 tabIndex={-1}>{called ? <T k="ui.kiosk.called" a={{ desk: visit.desk_name ?? '' }} /> : <T k="ui.kiosk.in_queue" />}</h1>
      <section class="paper">
        <p class="of"><T k="ui.kiosk.your_number" /></p>
        <Fit class="n">{spaced(visit.number)}</Fit>
        <p class="service">{names.length < 2 ? names[0] ?? '' : names.map((name, index) => `${index + 1}. ${name}`).join('  ')}</p>
        {names.length > 1 && <p class="of"><T k="ui.kiosk.one_at_a_time" /></p>}
        {visit.arrival && visit.booked_for && <p class="service"><T k="booking.kiosk_booked" a={{ time: wall(visit.booked_for) }} /></p>}
        {visit.arrival === 'early' && visit.booked_for && <p class="service"><T k="booking.kiosk_early" a={{ time: wall(visit.booked_for) }} /></p>}
        {visit.arrival === 'late' && <p class="service"><T k="booking.kiosk_late" /></p>}
        <dl class="facts">
          <div><dt><T k="ui.kiosk.expected_wait" /></dt><dd><Fit><Spoken said={wait_said(texts, visit.estimate, ahead)} /></Fit></dd></div>
          <div><dt><T k="ui.kiosk.ahead_label" /></dt><dd><Fit><T k="ui.kiosk.ahead" a={{ n: ahead }} /></Fit></dd></div>
        </dl>
      </section>
      <div class="ways">
        <div>
          <img class="qr" alt={texts.t('ui.kiosk.qr')} src={`/api/v1/visits/${encodeURIComponent(visit.token)}/qr.svg`} />
          <p><b><T k={print_trouble(visit) ? 'ui.kiosk.phone_ticket' : 'ui.kiosk.follow'} /></b><T k={print_trouble(visit) ? 'ui.kiosk.phone_ticket_text' : 'ui.kiosk.follow_text'} /></p>
        </div>
        <Paper screen={screen} kiosk={kiosk} send={send} />
      </div>
      {screen.undo === 'failed' && <p class="notice" role="alert"><T k="ui.kiosk.undo_failed" /></p>}
      <div class="act">
        <button type="button" disabled={screen.undo === 'asked'} onClick={() => undo(visit, send)}><T k="ui.kiosk.undo" /></button>
        <button type="button" class="primary" onClick={() => send({ type: 'ended', language: kiosk.languages[0] ?? texts.language, now: now() })}><T k="ui.kiosk.done" /></button>
      </div>
      <TimeLeft limit={limit} />
    </>
  );
}

/** What becomes of the paper, live. A kiosk without printer says that the number on screen is the ticket. */
function Paper({ screen, kiosk, send }: { screen: TicketScreen; kiosk: Kiosk; send: Send }): JSX.Element {
  const texts = useTexts();
  const { visit } = screen;
  const state = visit.print?.state;
  if (!kiosk.printer || !state) {
    return <div data-print="none"><Icon name="ticket" /><p><b><T k="ui.kiosk.print_none" /></b><T k="ui.kiosk.print_none_text" /></p></div>;
  }
  if (print_trouble(visit)) {
    const fault = device_said(texts, visit.print?.fault, 'failed', undefined).words;
    return (
      <div class="trouble" role="alert" data-print={state}>
        <Icon name="warning" />
        <div>
          <p><b>{state === 'failed' ? <T k="ui.kiosk.print_failed" /> : <T k="ui.kiosk.print_unknown" />}</b>
            {state === 'failed' && visit.print?.fault && <span class="fault"><Spoken said={fault} /></span>}<T k="ui.kiosk.print_remember" /></p>
          <button type="button" disabled={screen.reprinting} onClick={() => reprint(visit, send)}><T k={screen.reprinting ? 'ui.kiosk.printing' : 'ui.kiosk.print_again'} /></button>
        </div>
      </div>
    );
  }
  const done = state === 'printed';
  return (
    <div role="status" data-print={state}>
      <Icon name="ticket" />
      <p><b><T k={done ? 'ui.kiosk.printed' : 'ui.kiosk.printing'} /></b><T k={done ? 'ui.kiosk.printed_text' : 'ui.kiosk.printing_text'} /></p>
    </div>
  );
}
