// So many days back: the row of buttons above a report.
import type { JSX } from 'preact';
import { T } from '../core/texts';

const PERIODS = [[1, 'today'], [7, 'week'], [30, 'month'], [365, 'year']] as const;

export function Periods({ days, set, from = 1 }: { days: number; set: (days: number) => void; from?: number }): JSX.Element {
  return (
    <p class="periods">
      {PERIODS.filter(([n]) => n >= from).map(([n, name]) => (
        <button key={name} type="button" aria-pressed={days === n} onClick={() => set(n)}><T k={`ui.report.period.${name}`} /></button>))}
    </p>
  );
}
