// A time on the spot: where no number can be had, the next free times; one press books, and the code stands on the glass.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call, fresh_key, get } from '../core/api';
import type { Answer } from '../core/api';
import { Fit } from '../core/fit';
import { Icon } from '../core/icons';
import { Spoken, T, useTexts } from '../core/texts';
import type { Kiosk, PrintState, Problem } from '../core/types';
import { device_said, problem_said, when_said } from '../core/words';
import { TimeLeft } from './screens';
import type { Deadline, KioskEvent, Screen } from './state';

type Send = (event: KioskEvent) => void;
const now = (): number => performance.now();

const DAYS = 30;
const TIMES_SHOWN = 6;
const TIMES_SHOWN_LARGE = 4;
/** Who stands at a kiosk wants one of the next times; the rest is for the web. */
const TIMES_MAX = 36;

interface Slot { start: string; free: number }

interface SlotsProps { services: readonly string[]; names: readonly string[]; book: (start: string) => void; send: Send; now_ms: number; large: boolean }

export function Slots({ services, names, book, send, now_ms, large }: SlotsProps): JSX.Element {
  const texts = useTexts();
  const [slots, set_slots] = useState<Slot[]>();
  const [problem, set_problem] = useState<Problem>();
  const [page, set_page] = useState(0);
  const wanted = services.join(',');
  useEffect(() => {
    let current = true;
    void get<Slot[]>(`/slots?service=${encodeURIComponent(wanted)}&days=${DAYS}`).then((answer) => {
      if (!current) return;
      if (answer.ok) set_slots(answer.data.slice(0, TIMES_MAX));
      else set_problem(answer.problem);
    });
    return () => { current = false; };
  }, [wanted]);
  const per_page = large ? TIMES_SHOWN_LARGE : TIMES_SHOWN;
  const pages = Math.ceil((slots ?? []).length / per_page);
  return (
    <>
      <div class="greet"><h1 tabIndex={-1}><T k="booking.times" /></h1><p class="lead">{names.join(' + ')}</p></div>
      {problem && <p class="notice" role="alert"><Spoken said={problem_said(texts, problem)} /></p>}
      {!slots && !problem && <p class="lead" role="status"><T k="ui.kiosk.taking" /></p>}
      {slots?.length === 0 && <div class="message" role="status"><p><T k="booking.no_times" /></p><p><T k="ui.kiosk.no_times_text" /></p></div>}
      {slots && slots.length > 0 && <h2><T k="ui.kiosk.choose_time" /></h2>}
      <ul class="slots">
        {(slots ?? []).slice(page * per_page, (page + 1) * per_page).map((slot) => (
          <li key={slot.start}><button type="button" class="choice" data-start={slot.start} onClick={() => book(slot.start)}>
            <Icon name="clock" /><span class="words"><b><Spoken said={when_said(texts, slot.start, now_ms)} /></b></span><Icon name="chevron" width={5} flip /></button></li>))}
      </ul>
      {pages > 1 && (
        <div class="pages">
          <button type="button" disabled={page === 0} onClick={() => set_page(page - 1)}><Icon name="back" flip /><T k="booking.earlier" /></button>
          <p><T k="ui.kiosk.page" a={{ page: page + 1, pages }} /></p>
          <button type="button" disabled={page === pages - 1} onClick={() => set_page(page + 1)}><T k="booking.later" /><Icon name="chevron" flip /></button>
        </div>
      )}
      <div class="act one"><button type="button" onClick={() => send({ type: 'home', now: now() })}><T k="ui.kiosk.back" /></button></div>
    </>
  );
}

function cancel(code: string, send: Send): void {
  send({ type: 'unbook', now: now() });
  void call('DELETE', `/bookings/${encodeURIComponent(code)}`, { key: fresh_key() }).then((answer) => send({ type: answer.ok ? 'unbooked' : 'unbook_failed', now: now() }));
}

const FOLLOW_MS = 700;

/** The code on paper, asked for once when the time is booked and again when somebody presses; followed until it is there or is not. */
function usePaper(code: string, kiosk: Kiosk): { paper: PrintState | undefined; again: () => void } {
  const [paper, set_paper] = useState<PrintState>();
  const [copy, set_copy] = useState(1);
  const path = `/bookings/${encodeURIComponent(code)}/print`;
  useEffect(() => {
    if (!kiosk.printer) return undefined;
    let ended = false;
    let timer = 0;
    const take = (answer: Answer<PrintState>): void => {
      if (ended) return;
      set_paper((before) => (answer.ok ? answer.data : before?.state === 'failed' ? before : { state: 'failed', fault: '' }));
      if (answer.ok && (answer.data.state === 'queued' || answer.data.state === 'printing')) timer = window.setTimeout(() => void get<PrintState>(path).then(take), FOLLOW_MS);
    };
    set_paper({ state: 'queued' });
    // The key is of this very copy: however often the page is drawn anew, one press is one paper.
    void call<PrintState>('POST', path, { body: { kiosk: kiosk.id }, key: `booked-${code}-${copy}` }).then(take);
    return () => { ended = true; window.clearTimeout(timer); };
  }, [path, copy]);
  return { paper, again: () => set_copy((value) => value + 1) };
}

function Slip({ paper, again }: { paper: PrintState; again: () => void }): JSX.Element {
  const texts = useTexts();
  if (paper.state === 'failed' || paper.state === 'unknown') {
    return (
      <div class="trouble" role="alert" data-print={paper.state}>
        <Icon name="warning" />
        <div>
          <p><b><T k={paper.state === 'failed' ? 'ui.kiosk.print_failed' : 'ui.kiosk.print_unknown'} /></b>
            {paper.fault && <span class="fault"><Spoken said={device_said(texts, paper.fault, 'failed', undefined).words} /></span>}</p>
          <button type="button" onClick={again}><T k="ui.kiosk.print_again" /></button>
        </div>
      </div>
    );
  }
  const done = paper.state === 'printed';
  return <div role="status" data-print={paper.state}><Icon name="ticket" /><p><b><T k={done ? 'ui.kiosk.printed' : 'ui.kiosk.printing'} /></b><T k={done ? 'ui.kiosk.printed_text' : 'ui.kiosk.printing_text'} /></p></div>;
}

interface BookedProps { kiosk: Kiosk; screen: Extract<Screen, { name: 'booked' }>; names: readonly string[]; limit: Deadline; send: Send; now_ms: number; home_language: string }

export function BookedTime({ kiosk, screen, names, limit, send, now_ms, home_language }: BookedProps): JSX.Element {
  const texts = useTexts();
  const { booking } = screen;
  const { paper, again } = usePaper(booking.code, kiosk);
  return (
    <>
      <h1 tabIndex={-1}><T k="booking.done" /></h1>
      <section class="paper booked-time">
        <p class="when"><Spoken said={when_said(texts, booking.start, now_ms)} /></p>
        <p class="service">{names.join(' + ')}</p>
        <p class="of"><T k="booking.code" /></p>
        <Fit class="n">{booking.code_shown}</Fit>
      </section>
      <div class="ways">
        <div>
          <img class="qr" alt={texts.t('ui.kiosk.booking_qr')} src={`/api/v1/bookings/${encodeURIComponent(booking.code)}/qr.svg`} />
          <p><b><T k="ui.kiosk.booking_scan" /></b><T k="booking.code_why" /></p>
        </div>
        {paper && <Slip paper={paper} again={again} />}
      </div>
      {screen.undo === 'failed' && <p class="notice" role="alert"><T k="ui.kiosk.unbook_failed" /></p>}
      <div class="act">
        <button type="button" disabled={screen.undo === 'asked'} onClick={() => cancel(booking.code, send)}><T k="booking.cancel" /></button>
        <button type="button" class="primary" onClick={() => send({ type: 'ended', language: home_language, now: now() })}><T k="ui.kiosk.done" /></button>
      </div>
      <TimeLeft limit={limit} />
    </>
  );
}

export function Unbooked({ send, limit }: { send: Send; limit: Deadline }): JSX.Element {
  return (
    <>
      <div class="message"><Icon name="check" /><h1 tabIndex={-1}><T k="booking.cancelled" /></h1></div>
      <div class="act one"><button type="button" class="primary" onClick={() => send({ type: 'home', now: now() })}><T k="ui.kiosk.to_start" /></button></div>
      <TimeLeft limit={limit} />
    </>
  );
}
