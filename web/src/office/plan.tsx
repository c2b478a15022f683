// How many desks when: a target in words, and what the site's own past days say to it; as a picture, as tables and as a file.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get, go_to_sign_in } from '../core/api';
import { Spoken, T, useTexts } from '../core/texts';
import type { Key } from '../core/texts';
import type { Problem } from '../core/types';
import { problem_said } from '../core/words';
import { BarChart, Legend } from './charts';
import { days_back, percent_text } from './figures';

interface Day { walk_in_wait_p50_min: number; walk_in_wait_p90_min: number; walk_in_within?: number; lost: number; booked_late_p90_min: number; booked_within?: number; use: number; overtime_min: number }
interface Plan {
  from: string; to: string; days: number; met: boolean; cut_short: boolean; desks_there: number; half_hours: { from: string; desks: number; work: number }[];
  order: { desk: string; name: string }[]; planned: Day; one_less: Day; one_more: Day;
}
interface Wish { minutes: string; share: string }

const RETRY_MS = 1000, RETRIES_MAX = 150, WEEKS = [4, 8, 13] as const, SHARES = ['50', '90', '95'] as const;
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export function plan_path(today: string, weeks: number, weekday: string, walk_in: Wish, booked: Wish): string {
  const to = days_back(today, 1);
  const wish = (kind: string, { minutes, share }: Wish): string => (minutes === '' ? '' : `&${kind}_minutes=${minutes}&${kind}_share=${share}`);
  return `/reports/plan?from=${days_back(to, weeks * 7 - 1)}&to=${to}${weekday ? `&weekdays=${weekday}` : ''}${wish('walk_in', walk_in)}${wish('booked', booked)}`;
}

/** Asks until it is played; `undefined` asks nothing. */
function usePlan(path: string | undefined, language: string): { plan: Plan | undefined; problem: Problem | undefined } {
  const [found, set_found] = useState<{ plan: Plan | undefined; problem: Problem | undefined }>({ plan: undefined, problem: undefined });
  useEffect(() => {
    let wanted = true, tries = 0;
    set_found({ plan: undefined, problem: undefined });
    const ask = (): void => void get<Plan>(path!).then((answer) => {
      if (!wanted) return;
      if (answer.ok) return set_found({ plan: answer.data, problem: undefined });
      if (answer.problem.status === 401) return go_to_sign_in();
      if (answer.problem.reason === 'busy' && ++tries < RETRIES_MAX) { window.setTimeout(ask, RETRY_MS); return undefined; }
      return set_found({ plan: undefined, problem: answer.problem });
    });
    if (path) ask();
    return () => { wanted = false; };
  }, [path, language]);
  return found;
}

export function PlanPage({ today }: { today: string }): JSX.Element {
  const texts = useTexts();
  const [walk_in, set_walk_in] = useState<Wish>({ minutes: '20', share: '90' });
  const [booked, set_booked] = useState<Wish>({ minutes: '8', share: '90' });
  const [weekday, set_weekday] = useState('');
  const [weeks, set_weeks] = useState(8);
  const [path, set_path] = useState<string>();
  const { plan, problem } = usePlan(path, texts.language);
  const submit = (event: Event): void => { event.preventDefault(); set_path(plan_path(today, weeks, weekday, walk_in, booked)); };
  return (
    <>
      <h2><T k="ui.plan.title" /></h2>
      <p><T k="ui.plan.about" /></p>
      <form class="plan-form" onSubmit={submit}>
        <WishField kind="walk_in" wish={walk_in} set={set_walk_in} />
        <WishField kind="booked" wish={booked} set={set_booked} />
        <label class="field"><span><T k="ui.plan.weekdays" /></span>
          <select name="weekday" value={weekday} onChange={(event) => set_weekday(event.currentTarget.value)}>
            <option value="">{texts.t('ui.plan.every')}</option>
            {WEEKDAYS.map((day, n) => <option key={day} value={day}>{texts.t('ui.date.weekday', { day: String(n + 1) })}</option>)}
          </select></label>
        <label class="field"><span><T k="ui.plan.past" /></span>
          <select name="weeks" value={String(weeks)} onChange={(event) => set_weeks(Number(event.currentTarget.value))}>
            {WEEKS.map((n) => <option key={n} value={String(n)}>{texts.t('ui.plan.weeks', { n })}</option>)}
          </select></label>
        <button type="submit" class="primary" data-action="plan" disabled={walk_in.minutes === '' && booked.minutes === ''}><T k="ui.plan.make" /></button>
      </form>
      {problem && <p class="problem" role="alert"><Spoken said={problem_said(texts, problem)} /></p>}
      {path && !plan && !problem && <p class="quiet" role="status"><T k="ui.plan.making" /></p>}
      {plan && <Planned plan={plan} />}
      {plan && <p><a class="line" href={`/api/v1${path}&format=csv&lang=${texts.language}`} download={`skranke-plan-${plan.from}-${plan.to}.csv`}><T k="ui.report.download" /></a></p>}
    </>
  );
}

/** "9 in 10 · wait at most · 20 · minutes"; without minutes there is no such target. */
function WishField({ kind, wish, set }: { kind: 'walk_in' | 'booked'; wish: Wish; set: (wish: Wish) => void }): JSX.Element {
  const texts = useTexts();
  const late = kind === 'booked';
  return (
    <fieldset class="wish">
      <legend><T k={`ui.plan.${kind}`} /></legend>
      <select name={`${kind}_share`} aria-label={texts.t(`ui.plan.${kind}`)} value={wish.share} onChange={(event) => set({ ...wish, share: event.currentTarget.value })}>
        {SHARES.map((share) => <option key={share} value={share}>{texts.t(`ui.plan.of_ten.${share}` as Key)}</option>)}
      </select>
      <label><T k={late ? 'ui.plan.late_at_most' : 'ui.plan.wait_at_most'} />{' '}
        <input type="number" name={`${kind}_minutes`} min="1" max="480" step="1" inputMode="numeric" placeholder="–" value={wish.minutes} onInput={(event) => set({ ...wish, minutes: event.currentTarget.value })} />{' '}
        <T k={late ? 'ui.plan.minutes_late' : 'ui.plan.minutes'} /></label>
    </fieldset>
  );
}

function Planned({ plan }: { plan: Plan }): JSX.Element {
  const texts = useTexts();
  const number = (value: number): string => value.toLocaleString(texts.language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const most = plan.half_hours.reduce((a, b) => (b.desks > a.desks ? b : a));
  const label = texts.t('ui.plan.chart', { most: most.desks, at: most.from, least: Math.min(...plan.half_hours.map((each) => each.desks)) });
  return (
    <div class="planned">
      <p class={plan.met ? 'good' : 'problem'} role="status"><T k={plan.met ? 'ui.plan.met' : 'ui.plan.not_met'} a={{ n: plan.desks_there }} />{plan.cut_short && <>{' '}<T k="ui.plan.cut_short" /></>}</p>
      <Legend entries={[{ name: texts.t('ui.plan.needed'), how: 'bar' }, { name: texts.t('ui.plan.work'), how: 'also' }]} />
      <BarChart label={label} bars={plan.half_hours.map((each) => ({ name: each.from, value: each.desks, also: each.work }))} />
      <h3><T k="ui.plan.what_if" /></h3>
      <WhatIf plan={plan} number={number} />
      <div class="table narrow" role="region" tabIndex={0} aria-label={texts.t('ui.plan.needed')}>
        <table>
          <thead><tr><th scope="col"><T k="ui.plan.from" /></th><th scope="col"><T k="ui.plan.needed" /></th><th scope="col"><T k="ui.plan.work" /></th></tr></thead>
          <tbody>{plan.half_hours.map((each) => <tr key={each.from} data-half={each.from}><th scope="row">{each.from}</th><td class="n">{each.desks}</td><td class="n">{number(each.work)}</td></tr>)}</tbody>
        </table>
      </div>
      <p class="quiet"><T k="ui.plan.basis" a={{ days: plan.days, from: plan.from, to: plan.to, order: plan.order.map((desk) => desk.name).join(', ') }} /></p>
    </div>
  );
}

function WhatIf({ plan, number }: { plan: Plan; number: (value: number) => string }): JSX.Element {
  const texts = useTexts();
  const rows: readonly { key: Key; text: (day: Day) => string }[] = [
    { key: 'ui.plan.wait_p50', text: (day) => number(day.walk_in_wait_p50_min) }, { key: 'ui.plan.wait_p90', text: (day) => number(day.walk_in_wait_p90_min) },
    { key: 'ui.plan.walk_in_within', text: (day) => percent_text(day.walk_in_within) }, { key: 'ui.plan.lost', text: (day) => percent_text(day.lost) },
    { key: 'ui.plan.late_p90', text: (day) => number(day.booked_late_p90_min) }, { key: 'ui.plan.booked_within', text: (day) => percent_text(day.booked_within) },
    { key: 'ui.plan.use', text: (day) => percent_text(day.use) }, { key: 'ui.plan.overtime', text: (day) => number(day.overtime_min) },
  ];
  return (
    <div class="table" role="region" tabIndex={0} aria-label={texts.t('ui.plan.what_if')}>
      <table>
        <thead><tr><th scope="col"><T k="ui.plan.variant" /></th>{rows.map((row) => <th key={row.key} scope="col">{texts.t(row.key)}</th>)}</tr></thead>
        <tbody>{(['one_less', 'planned', 'one_more'] as const).map((variant) => (
          <tr key={variant} data-variant={variant}><th scope="row"><T k={`ui.plan.${variant}`} /></th>{rows.map((row) => <td key={row.key} class="n">{row.text(plan[variant])}</td>)}</tr>))}</tbody>
      </table>
    </div>
  );
}
