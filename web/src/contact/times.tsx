import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { by_day, clock, day_label, slots_path, weekday_of } from '../book/state';
import type { Slot } from '../book/state';
import { get } from '../core/api';
import { Spoken, T, useTexts } from '../core/texts';
import type { Problem } from '../core/types';
import { problem_said } from '../core/words';
import { first_day, next_week, week_before } from './state';
import type { Contact } from './state';

/** Free times of a week, beginning with the first there is; `again` changes when a time was lost to somebody else. */
export function Times({ service, party, instead_of, chosen, choose, again }: {
  service: string; party: number; instead_of?: string; chosen: string | undefined; choose: (start: string) => void; again: number;
}): JSX.Element {
  const texts = useTexts();
  const [from, set_from] = useState<string>();
  const [today, set_today] = useState('');
  const [first, set_first] = useState<string | null>();
  const [slots, set_slots] = useState<Slot[]>();
  const [problem, set_problem] = useState<Problem>();
  useEffect(() => {
    let current = true;
    set_from(undefined);
    set_slots(undefined);
    void get<Contact>(`/contact?service=${encodeURIComponent(service)}&party=${party}`).then((answer) => {
      if (!current) return;
      set_problem(answer.ok ? undefined : answer.problem);
      if (!answer.ok) return;
      set_today(answer.data.at.slice(0, 10));
      set_first(answer.data.first_free ?? null);
      set_from(first_day(answer.data.at, answer.data.first_free));
    });
    return () => { current = false; };
  }, [service, party, again]);
  useEffect(() => {
    if (!from) return undefined;
    let current = true;
    void get<Slot[]>(slots_path([service], party, from, instead_of)).then((answer) => {
      if (!current) return;
      set_problem(answer.ok ? undefined : answer.problem);
      if (answer.ok) set_slots(answer.data);
    });
    return () => { current = false; };
  }, [service, party, from, instead_of, again]);
  const said = (start: string): string => `${texts.t('ui.date.weekday', { day: weekday_of(start) })} ${day_label(start)} ${clock(start)}`;
  return (
    <div class="times">
      <div role="alert">{problem && <p class="problem"><Spoken said={problem_said(texts, problem)} /></p>}</div>
      {first === null && <p class="first" role="status"><T k="ui.contact.none_free" /></p>}
      {first && (
        <p class="first"><T k="ui.contact.first_free" a={{ when: said(first) }} />{' '}
          <button type="button" class="line" aria-pressed={chosen === first} onClick={() => choose(first)}><T k="ui.contact.take_first" /></button></p>
      )}
      {from && first !== null && (
        <div class="weeks">
          <button type="button" class="line" disabled={from <= today} onClick={() => set_from(week_before(from, today))}><T k="ui.contact.week_before" /></button>
          <button type="button" class="line" onClick={() => set_from(next_week(from))}><T k="ui.contact.week_after" /></button>
        </div>
      )}
      {slots && slots.length === 0 && first !== null && <p class="quiet" role="status"><T k="ui.contact.week_full" /></p>}
      {slots?.some((slot) => slot.advised) && <p class="quiet advised-note"><T k="booking.fewer_note" /></p>}
      {slots && by_day(slots).map((day) => (
        <section key={day.date} class="day" aria-label={`${texts.t('ui.date.weekday', { day: day.weekday })} ${day.label}`}>
          <h3>{texts.t('ui.date.weekday', { day: day.weekday })} {day.label}</h3>
          <ul>{day.slots.map((slot) => <li key={slot.start}><button type="button" class={slot.advised ? 'slot advised' : 'slot'} aria-label={slot.advised && texts.t('booking.fewer_at', { time: clock(slot.start) })} data-start={slot.start} aria-pressed={chosen === slot.start} onClick={() => choose(slot.start)}>{clock(slot.start)}</button></li>)}</ul>
        </section>
      ))}
    </div>
  );
}
