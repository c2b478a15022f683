// Today's bookings that are still to come or have not been seen: when, for what, and how late they will probably be called.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get } from '../core/api';
import { on_time_said } from '../core/on_time';
import type { OnTime } from '../core/on_time';
import { Spoken, T, useTexts } from '../core/texts';
import { ms, wall } from '../core/time';

interface Booked { code: string; code_shown: string; state: string; start: string; services: { name: string }[]; party: number; on_time?: OnTime }

const EVERY_MS = 20_000, ROWS_MAX = 100;

export function BookedToday({ now }: { now: number }): JSX.Element {
  const texts = useTexts();
  const [list, set_list] = useState<Booked[]>();
  useEffect(() => {
    let current = true;
    const read = (): void => void get<{ bookings: Booked[] }>('/bookings').then((answer) => {
      if (current && answer.ok) set_list(answer.data.bookings.filter((each) => each.state === 'booked').slice(0, ROWS_MAX));
    });
    read();
    const timer = setInterval(read, EVERY_MS);
    return () => { current = false; clearInterval(timer); };
  }, []);
  if (!list) return <p class="quiet" role="status"><T k="ui.office.loading" /></p>;
  if (list.length === 0) return <p class="quiet"><T k="ui.host.nobody" /></p>;
  return (
    <ul class="rows">
      {list.map((each) => (
        <li key={each.code} class="booked" data-booking={each.code}>
          <b class="n">{wall(each.start)}</b>
          <span class="about">{each.services.map((part) => part.name).join(' + ')}<small>{each.code_shown}{each.party > 1 ? ` · ${texts.t('ui.desk.party', { n: each.party })}` : ''}</small></span>
          <span class="waited">{now > ms(each.start) ? <T k="ui.desk.booking_late" /> : each.on_time ? <Spoken said={on_time_said(texts, each.on_time)} /> : <T k="ui.desk.booking_state.booked" />}</span>
        </li>))}
    </ul>
  );
}
