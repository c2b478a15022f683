// The day's bookings beside the queue: who is expected, who is late, and checking in whoever stands at the desk.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get } from '../core/api';
import { on_time_said } from '../core/on_time';
import type { OnTime } from '../core/on_time';
import { Spoken, T, useTexts } from '../core/texts';
import { ms, wall } from '../core/time';
import type { Desk } from '../core/types';
import { spaced } from '../core/words';
import { Untold, untold_of } from './untold';
import type { View } from './view';
import { Panel } from './panel';
import { language_name } from './citizen';

export interface DayBooking {
  code: string; code_shown: string; state: 'held' | 'booked' | 'arrived' | 'missed' | 'cancelled'; start: string; end: string;
  services: { service: string; name: string }[]; party: number; language?: string; needs?: string[]; late_after: string; number?: string; on_time?: OnTime;
}

const EVERY_MS = 20_000;

/** What the desk may serve of today's bookings; read while the list is looked at and when the desk's own state changes. */
export function useDayOfBookings(wanted: boolean, desk: Desk): DayBooking[] | undefined {
  const [list, set_list] = useState<DayBooking[]>();
  useEffect(() => {
    if (!wanted) return undefined;
    let current = true;
    const read = (): void => void get<{ bookings: DayBooking[] }>('/bookings').then((answer) => {
      if (current && answer.ok) set_list(answer.data.bookings.filter((each) => each.state !== 'held' && each.services.some((part) => desk.services.includes(part.service))));
    });
    read();
    const timer = setInterval(read, EVERY_MS);
    return () => { current = false; clearInterval(timer); };
  }, [wanted, desk.services.join(), desk.waiting, desk.visit?.visit]);
  return wanted ? list : undefined;
}

const is_late = (booking: DayBooking, now: number): boolean => booking.state === 'booked' && now > ms(booking.start);

export function BookingRow({ view, booking }: { view: View; booking: DayBooking }): JSX.Element {
  const texts = useTexts();
  const late = is_late(booking, view.now);
  return (
    <li class={[booking.state !== 'booked' && 'over', late && 'late'].filter(Boolean).join(' ')}>
      <button type="button" data-booking={booking.code} onClick={() => view.send({ type: 'panel', panel: { name: 'booking', code: booking.code } })}>
        <b>{wall(booking.start)}</b>
        <span class="about">{booking.services.map((part) => part.name).join(' + ')}<small>{booking.number ? spaced(booking.number) : booking.code_shown}{booking.party > 1 ? ` · ${texts.t('ui.desk.party', { n: booking.party })}` : ''}</small></span>
        {untold_of(view, booking.code) && <span class="paperless" title={texts.t('ui.desk.untold_short')}>✉<span class="sr">{texts.t('ui.desk.untold_short')}</span></span>}
        <span class="waited">{!late && booking.on_time ? <Spoken said={on_time_said(texts, booking.on_time)} /> : <T k={late ? 'ui.desk.booking_late' : `ui.desk.booking_state.${booking.state}`} />}</span>
      </button>
    </li>
  );
}

export function BookingPanel({ view, code }: { view: View; code: string }): JSX.Element {
  const texts = useTexts();
  const [booking, set_booking] = useState<DayBooking>();
  const [print, set_print] = useState(false);
  useEffect(() => { void get<DayBooking>(`/bookings/${encodeURIComponent(code)}`).then((answer) => { if (answer.ok) set_booking(answer.data); }); }, [code]);
  if (!booking) return <Panel title={texts.t('ui.desk.booking_title', { clock: '' })} view={view}><p class="quiet"><T k="ui.desk.starting" /></p></Panel>;
  const expected = booking.state === 'booked';
  return (
    <Panel title={texts.t('ui.desk.booking_title', { clock: wall(booking.start) })} view={view}>
      <Untold view={view} of={code} />
      <dl>
        <dt><T k="ui.desk.booking_for" /></dt><dd>{booking.services.map((part) => part.name).join(' + ')}</dd>
        <dt><T k="ui.desk.booking_code" /></dt><dd>{booking.code_shown}</dd>
        <dt><T k="ui.desk.is" /></dt><dd><T k={is_late(booking, view.now) ? 'ui.desk.booking_late' : `ui.desk.booking_state.${booking.state}`} /></dd>
        {expected && booking.on_time && <><dt><T k="ui.on_time.title" /></dt><dd><Spoken said={on_time_said(texts, booking.on_time)} /></dd></>}
        {booking.party > 1 && <><dt><T k="ui.desk.booking_persons" /></dt><dd>{booking.party}</dd></>}
        {booking.language && <><dt><T k="ui.desk.citizen_language" /></dt><dd>{language_name(texts, booking.language)}</dd></>}
        {booking.number && <><dt><T k="ui.desk.booking_number" /></dt><dd>{spaced(booking.number)}</dd></>}
      </dl>
      {expected && (
        <>
          <label class="tick"><input type="checkbox" checked={print} onChange={(event) => set_print(event.currentTarget.checked)} /><span><T k="ui.desk.with_paper" /></span></label>
          <button type="button" class="primary" data-action="check_in" disabled={view.off('new') !== undefined}
            onClick={() => view.act.check_in(code, print, (visit) => texts.t('ui.desk.checked_in', { number: spaced(visit.number) }))}><T k="ui.desk.check_in" /></button>
        </>
      )}
    </Panel>
  );
}
