// Booking by anybody: choose, see free times, hold one, confirm, get a code; with the code see, move and cancel.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { call, fresh_key, get, hint_taken } from '../core/api';
import { Shown, begin, page_id, remember_language, remembered_language } from '../core/start';
import { T, offered, speak, texts_in, useTexts } from '../core/texts';
import type { Key, Texts } from '../core/texts';
import type { Need, Problem, Session } from '../core/types';
import { Elsewhere } from './elsewhere';
import { Field, Needs, Trouble } from './field';
import { Personal_data } from './personal';
import { DAYS_SHOWN, by_day, clock, contact_of, day_label, days_later, minutes_of, slots_path, weekday_of } from './state';
import type { Bookable, Booking, Slot } from './state';
import { Wish } from './wish';

/** `mandag 23.11.` */
const day_said = (texts: Texts, weekday: number, label: string): string => `${texts.t('ui.date.weekday', { day: weekday })} ${label}`;

/** A heading that takes the focus when a new view comes, so that keyboard and screen reader begin at its top. */
function Title({ k, a }: { k: Key; a?: Record<string, string> }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [k]);
  return <h1 tabIndex={-1} ref={heading}><T k={k} a={a} /></h1>;
}

function When({ start }: { start: string }): JSX.Element {
  const texts = useTexts();
  return <T k="booking.arrive" a={{ date: day_said(texts, weekday_of(start), day_label(start)), time: clock(start) }} />;
}

function BookPage({ own, who }: { own: Texts; who: Session | undefined }): JSX.Element {
  const [texts, set_texts] = useState(own);
  const [bookable, set_bookable] = useState<Bookable>();
  const [problem, set_problem] = useState<Problem>();
  const [code, set_code] = useState(page_id());
  useEffect(() => {
    void get<Bookable>('/bookable').then((answer) => (answer.ok ? set_bookable(answer.data) : set_problem(answer.problem)));
  }, [texts]);
  useEffect(() => { document.title = texts.t('booking.title'); }, [texts]);
  const choose = (language: string): void => {
    void texts_in(language).then((next) => { remember_language(language); speak(next); set_texts(next); }).catch(() => undefined);
  };
  const go = (to: string): void => {
    history.pushState(null, '', to === '' ? '/book' : `/book/${to}`);
    set_problem(undefined);
    set_code(to);
  };
  useEffect(() => {
    const back = (): void => set_code(page_id());
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  return (
    <Shown texts={texts}>
      <div class="book">
        <header>
          <p>{bookable?.site ?? who?.site.name ?? ''}</p>
          <select aria-label={texts.t('ui.phone.language')} value={texts.language} onChange={(event) => choose(event.currentTarget.value)}>
            {Object.entries(offered()).map(([id, entry]) => <option key={id} value={id} lang={id}>{entry.name}</option>)}
          </select>
        </header>
        <main>
          <Trouble problem={problem} />
          {code !== '' ? <Kept code={code} bookable={bookable} go={go} /> : bookable && <Choose bookable={bookable} go={go} />}
        </main>
      </div>
    </Shown>
  );
}

function Choose({ bookable, go }: { bookable: Bookable; go: (code: string) => void }): JSX.Element {
  const only = bookable.services.length === 1 ? [bookable.services[0]!.id] : [];
  const [chosen, set_chosen] = useState<string[]>(only);
  const [party, set_party] = useState(1);
  const [needs, set_needs] = useState<readonly Need[]>([]);
  const [held, set_held] = useState<Booking>();
  const [problem, set_problem] = useState<Problem>();
  const [done, set_done] = useState(false);
  const toggle = (id: string): void => { set_done(false); set_chosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]); };
  const myself = (id: string): void => { hint_taken(id); set_chosen(chosen.filter((one) => one !== id)); set_done(true); };
  const hold = async (slot: Slot): Promise<void> => {
    const answer = await call<Booking>('POST', '/bookings', { key: fresh_key(), body: { services: chosen, start: slot.start, party, hold: true, language: document.documentElement.lang, ...(needs.length > 0 ? { needs } : {}) } });
    set_problem(answer.ok ? undefined : answer.problem);
    if (answer.ok) set_held(answer.data);
  };
  if (held) return <Confirm held={held} bookable={bookable} go={go} back={() => { void call('DELETE', `/bookings/${held.code}`); set_held(undefined); }} />;
  const picked = bookable.services.filter((one) => chosen.includes(one.id));
  const horizon_days = Math.min(...picked.map((one) => one.horizon_days));
  return (
    <>
      <Title k="booking.title" />
      <fieldset>
        <legend><T k="booking.choose" /></legend>
        {bookable.services.map((one) => (
          <label class="choice" key={one.id}>
            <input type="checkbox" checked={chosen.includes(one.id)} onChange={() => toggle(one.id)} />
            <span>{one.name}</span><small><T k="booking.minutes" a={{ n: minutes_of(bookable, [one.id], party) }} /></small>
          </label>
        ))}
      </fieldset>
      {picked.filter((one) => one.self_service).map((one) => (
        <div class="yourself" key={one.id}><p><b>{one.name}: <T k="booking.yourself" /></b> {one.self_service} <T k="booking.yourself_on" /></p>
          <button type="button" onClick={() => myself(one.id)} data-myself={one.id}><T k="booking.yourself_done" /><span class="sr"> {one.name}</span></button></div>))}
      <p role="status" class="thanks">{done && <T k="booking.yourself_thanks" />}</p>
      <Field k="booking.party" name="party" problem={problem}>{(tie) => (
        <input {...tie} type="number" min={1} max={50} value={party} onInput={(event) => set_party(Math.min(50, Math.max(1, event.currentTarget.valueAsNumber || 1)))} />)}</Field>
      <Needs needs={needs} set_needs={set_needs} />
      <Trouble problem={problem} fields={['party']} />
      {chosen.length === 1 && <Elsewhere service={chosen[0]!} />}
      {chosen.length > 0 && <Times chosen={chosen} party={party} take={(slot) => void hold(slot)} stale={problem !== undefined} />}
      {chosen.length > 0 && bookable.waiting_list && <Wish chosen={chosen} party={party} needs={needs} today={bookable.at.slice(0, 10)} horizon_days={horizon_days} go={go} />}
      <FindByCode go={go} />
    </>
  );
}

/** Free times by day, a week at a time. */
function Times({ chosen, party, instead_of, take, stale }: { chosen: readonly string[]; party: number; instead_of?: string; take: (slot: Slot) => void; stale: boolean }): JSX.Element {
  const texts = useTexts();
  const [from, set_from] = useState<string>();
  const [slots, set_slots] = useState<Slot[]>();
  const [problem, set_problem] = useState<Problem>();
  const wanted = slots_path(chosen, party, from, instead_of);
  useEffect(() => {
    let current = true;
    void get<Slot[]>(wanted).then((answer) => {
      if (!current) return;
      set_problem(answer.ok ? undefined : answer.problem);
      if (answer.ok) set_slots(answer.data);
    });
    return () => { current = false; };
  }, [wanted, stale]);
  const today = new Date().toISOString().slice(0, 10);
  const turn = (days: number): void => { const next = days_later(from ?? today, days); set_from(next <= today ? undefined : next); };
  return (
    <section aria-labelledby="times">
      <h2 id="times"><T k="booking.times" /></h2>
      <Trouble problem={problem} />
      <div aria-live="polite">{slots?.length === 0 && <p><T k="booking.no_times" /></p>}</div>
      {slots?.some((slot) => slot.advised) && <p class="quiet advised-note"><T k="booking.fewer_note" /></p>}
      {by_day(slots ?? []).map((day) => (
        <div class="day" key={day.date} role="group" aria-label={day_said(texts, day.weekday, day.label)}>
          <h3>{day_said(texts, day.weekday, day.label)}</h3>
          <div class="times">{day.slots.map((slot) => (
            <button type="button" key={slot.start} class={slot.advised && 'advised'} aria-label={slot.advised && texts.t('booking.fewer_at', { time: clock(slot.start) })} onClick={() => take(slot)}>{clock(slot.start)}</button>))}</div>
        </div>
      ))}
      <p class="turn">
        {from && <button type="button" onClick={() => turn(-DAYS_SHOWN)}><T k="booking.earlier" /></button>}
        <button type="button" onClick={() => turn(DAYS_SHOWN)}><T k="booking.later" /></button>
      </p>
    </section>
  );
}

function Confirm({ held, bookable, go, back }: { held: Booking; bookable: Bookable; go: (code: string) => void; back: () => void }): JSX.Element {
  const [contact, set_contact] = useState('');
  const [problem, set_problem] = useState<Problem>();
  const [busy, set_busy] = useState(false);
  const confirm = async (): Promise<void> => {
    set_busy(true);
    const reach = contact_of(contact);
    const answer = await call<Booking>('PATCH', `/bookings/${held.code}`, { key: fresh_key(), body: { confirm: true, ...(reach ? { contact: reach } : {}) } });
    set_busy(false);
    if (answer.ok) return go(held.code);
    set_problem(answer.problem);
  };
  return (
    <form noValidate onSubmit={(event) => { event.preventDefault(); void confirm(); }}>
      <Title k="booking.confirm" />
      <p class="when"><When start={held.start} /></p>
      <p>{held.services.map((one) => bookable.services.find((each) => each.id === one.service)?.name ?? one.name).join(', ')} · <T k="booking.persons" a={{ n: held.party }} /></p>
      {held.held_until && <p><T k="booking.held_until" a={{ time: clock(held.held_until) }} /></p>}
      <Field k="booking.contact" name="contact" why="booking.contact_why" problem={problem}>{(tie) => (
        <input {...tie} type="text" autocomplete="off" maxLength={200} value={contact} onInput={(event) => set_contact(event.currentTarget.value)} />)}</Field>
      <Trouble problem={problem} fields={['contact']} />
      <div class="actions">
        <button type="submit" class="primary" disabled={busy}><T k="booking.confirm" /></button>
        <button type="button" onClick={back}><T k="booking.back" /></button>
      </div>
    </form>
  );
}

/** The booking as its holder sees it. */
function Kept({ code, bookable, go }: { code: string; bookable: Bookable | undefined; go: (code: string) => void }): JSX.Element {
  const texts = useTexts();
  const [booking, set_booking] = useState<Booking>();
  const [problem, set_problem] = useState<Problem>();
  const [doing, set_doing] = useState<'move' | 'cancel'>();
  const path = `/bookings/${encodeURIComponent(code)}`;
  const take = (answer: { ok: true; data: Booking } | { ok: false; problem: Problem }): void => {
    set_problem(answer.ok ? undefined : answer.problem);
    if (!answer.ok) return;
    set_booking(answer.data);
    set_doing(undefined);
  };
  useEffect(() => { void get<Booking>(path).then(take); }, [path, texts]);
  const move = async (slot: Slot): Promise<void> => take(await call<Booking>('PATCH', path, { key: fresh_key(), body: { start: slot.start } }));
  const cancel = async (): Promise<void> => take(await call<Booking>('DELETE', path, { key: fresh_key() }));
  if (!booking) return <><Trouble problem={problem} />{problem && <FindByCode go={go} />}</>;
  if (booking.wish && (booking.state === 'waiting' || booking.state === 'held')) return <Waiting booking={booking} path={path} problem={problem} take={take} />;
  const open = booking.state === 'booked' || booking.state === 'missed';
  return (
    <>
      <Title k={booking.state === 'cancelled' ? 'booking.cancelled' : 'booking.done'} />
      <p class="when"><When start={booking.start} /></p>
      <p>{booking.services.map((one) => one.name).join(', ')} · <T k="booking.persons" a={{ n: booking.party }} /></p>
      {booking.state === 'missed' && <p><T k="booking.state_missed" /></p>}
      {booking.state === 'held' && <p><T k="booking.state_held" /></p>}
      {booking.state === 'arrived' && <p><T k="booking.state_arrived" a={{ number: booking.number ?? '' }} /></p>}
      {open && (
        <div class="code">
          <p id="code"><T k="booking.code" /></p>
          <p class="n" aria-labelledby="code">{booking.code_shown}</p>
          <img src={`/api/v1${path}/qr.svg`} alt="" width={180} height={180} />
          <p class="why"><T k="booking.code_why" /></p>
        </div>
      )}
      <Trouble problem={problem} />
      {open && doing === undefined && (
        <div class="actions">
          <a class="button" href={`/api/v1${path}.ics`} download="booking.ics"><T k="booking.calendar" /></a>
          <button type="button" onClick={() => set_doing('move')}><T k="booking.move" /></button>
          <button type="button" class="danger" onClick={() => set_doing('cancel')}><T k="booking.cancel" /></button>
        </div>
      )}
      {doing === 'cancel' && (
        <div class="actions ask" role="group" aria-labelledby="sure">
          <h2 id="sure"><T k="booking.cancel_sure" /></h2>
          <button type="button" class="primary" onClick={() => set_doing(undefined)}><T k="booking.keep" /></button>
          <button type="button" class="danger" onClick={() => void cancel()}><T k="booking.cancel" /></button>
        </div>
      )}
      {doing === 'move' && bookable && (
        <>
          <Times chosen={booking.services.map((one) => one.service)} party={booking.party} instead_of={booking.code} take={(slot) => void move(slot)} stale={problem !== undefined} />
          <div class="actions"><button type="button" onClick={() => set_doing(undefined)}><T k="booking.keep" /></button></div>
        </>
      )}
      {open && doing === undefined && <Personal_data path={path} />}
      {doing === undefined && <p><button type="button" class="plain" onClick={() => go('')}><T k="booking.again" /></button></p>}
    </>
  );
}

type Answer = { ok: true; data: Booking } | { ok: false; problem: Problem };

/** On the waiting list: what is offered, to be taken or left; else that nothing is free yet. */
function Waiting({ booking, path, problem, take }: { booking: Booking; path: string; problem: Problem | undefined; take: (answer: Answer) => void }): JSX.Element {
  const say = async (body: { confirm: true } | { decline: true }): Promise<void> => take(await call<Booking>('PATCH', path, { key: fresh_key(), body }));
  const leave = async (): Promise<void> => take(await call<Booking>('DELETE', path, { key: fresh_key() }));
  const offered = booking.state === 'held';
  return (
    <>
      <Title k={offered ? 'booking.offer' : 'booking.waiting'} />
      {offered && <p class="when"><When start={booking.start} /></p>}
      <p>{booking.services.map((one) => one.name).join(', ')} · <T k="booking.persons" a={{ n: booking.party }} /></p>
      {offered && booking.held_until ? <p><T k="booking.held_until" a={{ time: clock(booking.held_until) }} /></p> : <p><T k="booking.waiting_why" /></p>}
      <div class="code">
        <p id="code"><T k="booking.code" /></p>
        <p class="n" aria-labelledby="code">{booking.code_shown}</p>
      </div>
      <Trouble problem={problem} />
      <div class="actions">
        {offered && <button type="button" class="primary" onClick={() => void say({ confirm: true })}><T k="booking.offer_take" /></button>}
        {offered && <button type="button" onClick={() => void say({ decline: true })}><T k="booking.offer_decline" /></button>}
        <button type="button" class="danger" onClick={() => void leave()}><T k="booking.waiting_leave" /></button>
      </div>
    </>
  );
}

function FindByCode({ go }: { go: (code: string) => void }): JSX.Element {
  const [typed, set_typed] = useState('');
  const code = typed.replace(/[\s-]/g, '').toLowerCase();
  return (
    <form class="find" onSubmit={(event) => { event.preventDefault(); if (code !== '') go(code); }}>
      <label class="line"><span><T k="booking.have_code" /></span>
        <input type="text" autocomplete="off" autocapitalize="characters" maxLength={12} value={typed} onInput={(event) => set_typed(event.currentTarget.value)} /></label>
      <div class="actions"><button type="submit" disabled={code === ''}><T k="booking.find" /></button></div>
    </form>
  );
}

const book_language = (who: Session | undefined): string => {
  const wished = [remembered_language(), ...navigator.languages.map((each) => each.slice(0, 2)), who?.site.languages[0], 'da'];
  return wished.find((each) => each !== undefined && offered()[each]) ?? 'da';
};

void begin(book_language, ({ session: who, texts }) => <BookPage own={texts} who={who} />);
