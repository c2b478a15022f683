// How waits were spread, and how well they were foretold: three pictures, each said again in a table and as a file.
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Spoken, T, useTexts } from '../core/texts';
import type { Key } from '../core/texts';
import { problem_said } from '../core/words';
import { useAnswer } from './asked';
import { Legend, LineChart } from './charts';
import { days_back, percent_text } from './figures';
import { Periods } from './periods';

interface Waits { kinds: { kind: 'walk_in' | 'booked'; called: number; within: number[] }[] }
interface Kind { kind: 'walk_in' | 'booked' | 'later_step' | 'on_time'; judged: number; inside: number; beyond: number; mean_error_min: number; mean_width_min: number }
interface Told { kinds: Kind[]; judged: number; calibration: { told: number; happened: number }[]; hours: { hour: number; judged: number; inside: number; mean_width_min: number; mean_wait_min: number }[] }

const MINUTES = [0, 5, 10, 15, 20, 30, 45, 60, 90] as const;

export function WaitsPage({ today }: { today: string }): JSX.Element {
  const texts = useTexts();
  const [days, set_days] = useState(30);
  const period = `from=${days_back(today, days - 1)}&to=${today}`;
  const waits = useAnswer<Waits>(`/reports/waits?${period}`), told = useAnswer<Told>(`/reports/estimates?${period}`);
  const problem = waits.problem ?? told.problem;
  return (
    <>
      <Periods days={days} set={set_days} />
      {problem && <p class="problem" role="alert"><Spoken said={problem_said(texts, problem)} /></p>}
      {!problem && (!waits.data || !told.data) && <p class="quiet" role="status"><T k="ui.report.folding" /></p>}
      {waits.data && <Spread waits={waits.data} csv={`/api/v1/reports/waits?${period}&format=csv`} />}
      {told.data && <Foretold told={told.data} csv={`/api/v1/reports/estimates?${period}&by=hour&format=csv`} />}
    </>
  );
}

interface TableProps { name: string; head: readonly string[]; rows: readonly (readonly string[])[] }

export function Said({ name, head, rows }: TableProps): JSX.Element {
  return (
    <div class="table narrow" role="region" tabIndex={0} aria-label={name}>
      <table>
        <thead><tr>{head.map((each) => <th key={each} scope="col">{each}</th>)}</tr></thead>
        <tbody>{rows.map(([first, ...more]) => <tr key={first} data-row={first}><th scope="row">{first}</th>{more.map((each, n) => <td key={n} class="n">{each}</td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}

export function Csv({ href }: { href: string }): JSX.Element { return <p><a class="line" href={href} download><T k="ui.report.download" /></a></p>; }

export function Part({ title, children }: { title: Key; children: ComponentChildren }): JSX.Element { return <section><h2><T k={title} /></h2>{children}</section>; }

function Spread({ waits, csv }: { waits: Waits; csv: string }): JSX.Element {
  const texts = useTexts();
  const of = (kind: 'walk_in' | 'booked'): Waits['kinds'][number] => waits.kinds.find((each) => each.kind === kind)!;
  const walk_in = of('walk_in'), booked = of('booked');
  if (walk_in.called + booked.called === 0) return <Part title="ui.waits.spread"><p class="quiet"><T k="ui.report.empty" /></p></Part>;
  const names = { walk_in: texts.t('ui.waits.walk_in', { n: walk_in.called }), booked: texts.t('ui.waits.booked', { n: booked.called }) };
  const points = (kind: Waits['kinds'][number]): (readonly [number, number])[] => kind.within.map((share, minute) => [minute, share * 100] as const);
  const shown = [walk_in, booked].filter((kind) => kind.called > 0);
  return (
    <Part title="ui.waits.spread">
      <Legend entries={shown.map((kind) => ({ name: names[kind.kind], how: kind.kind === 'walk_in' ? 'main' : 'aside' }))} />
      <LineChart label={texts.t('ui.waits.spread_label', { within: percent_text(walk_in.within[20]), booked: percent_text(booked.within[5]) })} unit=" %" most={100} across={walk_in.within.length - 1}
        marks={MINUTES.map((minute) => [minute, `${minute}`] as const)} curves={shown.map((kind) => ({ name: names[kind.kind], kind: kind.kind === 'walk_in' ? 'plain' : 'aside', points: points(kind) }))} />
      <Said name={texts.t('ui.waits.spread')} head={[texts.t('ui.waits.minutes'), names.walk_in, names.booked]}
        rows={MINUTES.map((minute) => [String(minute), ...[walk_in, booked].map((kind) => (kind.called ? percent_text(kind.within[minute]) : '–'))])} />
      <Csv href={csv} />
    </Part>
  );
}

function Foretold({ told, csv }: { told: Told; csv: string }): JSX.Element {
  const texts = useTexts();
  if (told.kinds.every((each) => each.judged === 0)) return <Part title="ui.waits.kept"><p class="quiet"><T k="ui.office.told.none" /></p></Part>;
  const number = (value: number): string => value.toLocaleString(texts.language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const kinds = (
    <Part title="ui.waits.kinds">
      <Said name={texts.t('ui.waits.kinds')} head={[texts.t('ui.waits.kind'), texts.t('ui.waits.count'), texts.t('ui.waits.inside'), texts.t('ui.waits.beyond'), texts.t('ui.waits.error'), texts.t('ui.waits.width')]}
        rows={told.kinds.map((each) => [texts.t(`ui.waits.of.${each.kind}`), String(each.judged), ...(each.judged ? [percent_text(each.inside), percent_text(each.beyond), number(each.mean_error_min), number(each.mean_width_min)] : ['–', '–', '–', '–'])])} />
    </Part>);
  if (told.judged === 0) return kinds;
  const [low, middle, high] = told.calibration.map((each) => each.happened * 100) as [number, number, number];
  const first = Math.min(...told.hours.map((each) => each.hour)), span = Math.max(...told.hours.map((each) => each.hour)) + 1 - first;
  const clock = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;
  const promised = texts.t('ui.waits.promised'), happened = texts.t('ui.waits.happened'), width = texts.t('ui.waits.width'), wait = texts.t('ui.waits.wait');
  return (
    <>
      <Part title="ui.waits.kept">
        <p><T k="ui.waits.kept_about" a={{ n: told.judged }} /></p>
        <Legend entries={[{ name: happened, how: 'main' }, { name: promised, how: 'aside' }]} />
        <LineChart label={texts.t('ui.waits.kept_label', { low: Math.round(low), middle: Math.round(middle), high: Math.round(high) })} unit=" %" most={100} across={100} marks={[[10, '10 %'], [50, '50 %'], [90, '90 %']]}
          curves={[{ name: promised, kind: 'aside', points: [[0, 0], [100, 100]] }, { name: happened, kind: 'main', points: [[10, low], [50, middle], [90, high]] }]} />
        <Said name={texts.t('ui.waits.kept')} head={[promised, happened]} rows={told.calibration.map((each) => [percent_text(each.told), percent_text(each.happened)])} />
      </Part>
      <Part title="ui.waits.day">
        <Legend entries={[{ name: width, how: 'main' }, { name: wait, how: 'aside' }]} />
        <LineChart label={texts.t('ui.waits.day_label', { most: number(Math.max(...told.hours.map((each) => each.mean_width_min))) })} across={span} marks={told.hours.map((each) => [each.hour + 0.5 - first, clock(each.hour)] as const)}
          curves={[{ name: wait, kind: 'aside', points: told.hours.map((each) => [each.hour + 0.5 - first, each.mean_wait_min] as const) }, { name: width, kind: 'main', points: told.hours.map((each) => [each.hour + 0.5 - first, each.mean_width_min] as const) }]} />
        <Said name={texts.t('ui.waits.day')} head={[texts.t('ui.waits.hour'), width, wait, texts.t('ui.waits.inside'), texts.t('ui.waits.count')]}
          rows={told.hours.map((each) => [clock(each.hour), number(each.mean_width_min), number(each.mean_wait_min), percent_text(each.inside), String(each.judged)])} />
        <Csv href={csv} />
      </Part>
      {kinds}
    </>
  );
}
