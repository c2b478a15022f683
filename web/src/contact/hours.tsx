import type { JSX } from 'preact';
import { day_label, weekday_of } from '../book/state';
import { T, useTexts } from '../core/texts';
import { wall } from '../core/time';
import type { Contact } from './state';

/** Midnight at a day's end is 24.00: "00.00–00.00" would read as never. */
const until = (date: string, to: string): string => (to.slice(0, 10) > date && wall(to) === '00.00' ? '24.00' : wall(to));

/** When the doors are open, today and the days to come. */
export function OpeningHours({ contact }: { contact: Contact }): JSX.Element {
  const texts = useTexts();
  return (
    <section class="card hours" aria-label={texts.t('ui.contact.hours')}>
      <h2><T k="ui.contact.hours" /></h2>
      <p class={contact.open ? 'now open' : 'now'}><T k={contact.open ? 'ui.contact.open_now' : 'ui.contact.closed_now'} /></p>
      <table>
        <tbody>
          {contact.hours.map((day, index) => (
            <tr key={day.date} class={index === 0 ? 'today' : undefined}>
              <th scope="row">{texts.t('ui.date.weekday', { day: weekday_of(`${day.date}${contact.at.slice(10)}`) })} {day_label(day.date)}</th>
              <td>{day.open.length === 0 ? texts.t('ui.contact.closed_day') : day.open.map((span) => `${wall(span.from)}–${until(day.date, span.to)}`).join(', ')}{day.reason && <small>{day.reason}</small>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
