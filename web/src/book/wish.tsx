// Who finds no time that suits waits for one that becomes free: days, part of the day, and how to be told.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { call, fresh_key } from '../core/api';
import { T } from '../core/texts';
import type { Need, Problem } from '../core/types';
import { Field, Trouble } from './field';
import { contact_of, days_later } from './state';
import type { Booking } from './state';

/** Offered at first; who wants to wait longer says so. */
const DAYS_WAITED = 14;
const PARTS = { any: ['00:00', '24:00'], morning: ['00:00', '12:00'], afternoon: ['12:00', '24:00'] } as const;
type Part = keyof typeof PARTS;
const FIELDS = ['first', 'last', 'contact'] as const;

interface Props { chosen: readonly string[]; party: number; needs: readonly Need[]; today: string; horizon_days: number; go: (code: string) => void }

export function Wish(props: Props): JSX.Element {
  const [open, set_open] = useState(false);
  if (open) return <WishForm {...props} />;
  return <div class="actions"><button type="button" data-wish onClick={() => set_open(true)}><T k="booking.none_suits" /></button></div>;
}

function WishForm({ chosen, party, needs, today, horizon_days, go }: Props): JSX.Element {
  const end = days_later(today, horizon_days);
  const [first, set_first] = useState(today);
  const [last, set_last] = useState(days_later(today, Math.min(DAYS_WAITED, horizon_days)));
  const [part, set_part] = useState<Part>('any');
  const [contact, set_contact] = useState('');
  const [problem, set_problem] = useState<Problem>();
  const [busy, set_busy] = useState(false);
  /** A later first day takes the last one along, so that the two never contradict each other by themselves. */
  const begin_on = (day: string): void => { set_first(day); if (day > last) set_last(day); };
  const join = async (): Promise<void> => {
    set_busy(true);
    const [from, to] = PARTS[part];
    const reach = contact_of(contact);
    const body = { services: chosen, first, last, from, to, party, language: document.documentElement.lang, ...(needs.length > 0 ? { needs } : {}), ...(reach ? { contact: reach } : {}) };
    const answer = await call<Booking>('POST', '/waiting-list', { key: fresh_key(), body });
    set_busy(false);
    if (answer.ok) return go(answer.data.code);
    set_problem(answer.problem);
  };
  return (
    <form class="wish" noValidate aria-labelledby="wish" onSubmit={(event) => { event.preventDefault(); void join(); }}>
      <h2 id="wish"><T k="booking.wish_title" /></h2>
      <p class="why"><T k="booking.waiting_why" /></p>
      <Field k="booking.wish_first" name="first" problem={problem}>{(tie) => <input {...tie} type="date" min={today} max={end} value={first} onInput={(event) => begin_on(event.currentTarget.value)} />}</Field>
      <Field k="booking.wish_last" name="last" problem={problem}>{(tie) => <input {...tie} type="date" min={first} max={end} value={last} onInput={(event) => set_last(event.currentTarget.value)} />}</Field>
      <fieldset class="parts">
        <legend><T k="booking.wish_when" /></legend>
        {(Object.keys(PARTS) as Part[]).map((each) => (
          <label class="choice" key={each}><input type="radio" name="part" value={each} checked={part === each} onChange={() => set_part(each)} /><span><T k={`booking.wish_${each}`} /></span></label>))}
      </fieldset>
      <Field k="booking.contact" name="contact" why="booking.wish_contact_why" problem={problem}>{(tie) => <input {...tie} type="text" autocomplete="off" maxLength={200} value={contact} onInput={(event) => set_contact(event.currentTarget.value)} />}</Field>
      <Trouble problem={problem} fields={FIELDS} />
      <div class="actions"><button type="submit" class="primary" disabled={busy}><T k="booking.wish_join" /></button></div>
    </form>
  );
}
