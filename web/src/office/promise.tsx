// The promise of seven working days, day by day as it was noted; and who does not come, with what is booked for it.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Spoken, T, useTexts } from '../core/texts';
import { problem_said } from '../core/words';
import { useAnswer } from './asked';
import { days_back, percent_text } from './figures';
import { Periods } from './periods';
import { Csv } from './waits';

interface Row {
  day: string; service: string; name: string; working_days?: number; free_within_3: number; free_within_7: number; breaks_in_working_days?: number; alarm: boolean;
  share_within_3?: number; share_within_7?: number; no_show_share?: number; overbooked: number;
}
interface Noted { rows: Row[] }

const NONE = '–';

export function PromisePage({ today }: { today: string }): JSX.Element {
  const texts = useTexts();
  const [days, set_days] = useState(30);
  const path = `/reports/promise?from=${days_back(today, days - 1)}&to=${today}`;
  const { data: noted, problem } = useAnswer<Noted>(`${path}&lang=${texts.language}`);
  return (
    <>
      <h2><T k="ui.promise.title" /></h2>
      <p><T k="ui.promise.about" /></p>
      <Periods days={days} set={set_days} from={7} />
      {problem && <p class="problem" role="alert"><Spoken said={problem_said(texts, problem)} /></p>}
      {noted && noted.rows.length === 0 && <p class="quiet" role="status"><T k="ui.promise.none" /></p>}
      {noted && noted.rows.length > 0 && <Days rows={[...noted.rows].reverse()} />}
      {noted && <Csv href={`/api/v1${path}&format=csv`} />}
    </>
  );
}

function Days({ rows }: { rows: readonly Row[] }): JSX.Element {
  const texts = useTexts();
  const share = (value: number | undefined): string => (value === undefined ? NONE : percent_text(value));
  return (
    <div class="table" role="region" tabIndex={0} aria-label={texts.t('ui.promise.title')}>
      <table>
        <thead><tr>{(['day', 'service', 'working_days', 'free_3', 'free_7', 'share_3', 'share_7', 'margin', 'no_show', 'overbooked'] as const).map((each) => (
          <th key={each} scope="col"><T k={`ui.promise.${each}`} /></th>))}</tr></thead>
        <tbody>{rows.map((row) => (
          <tr key={`${row.day} ${row.service}`} data-row={`${row.day} ${row.service}`}>
            <th scope="row" class="day">{row.day}</th><td>{row.name}</td><td class="n">{row.working_days ?? NONE}</td><td class="n">{row.free_within_3}</td><td class="n">{row.free_within_7}</td>
            <td class="n">{share(row.share_within_3)}</td><td class="n">{share(row.share_within_7)}</td>
            <td class="n">{row.breaks_in_working_days ?? texts.t('ui.promise.holds')}</td><td class="n">{share(row.no_show_share)}</td><td class="n">{row.overbooked}</td>
          </tr>))}</tbody>
      </table>
    </div>
  );
}
