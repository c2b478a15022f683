// The figures: a period, what the rows go by, what they show; as bars, as a table, and as a file for a spreadsheet.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get, go_to_sign_in } from '../core/api';
import { Spoken, T, useTexts } from '../core/texts';
import type { Key, Texts } from '../core/texts';
import type { Problem } from '../core/types';
import { problem_said } from '../core/words';
import { BY, MEASURES, days_back, minutes_text, path_of, percent_text } from './figures';
import type { By, Figures, Measure, Row } from './figures';
import { Hints } from './hints';
import { MessagesPage } from './messages';
import { PlanPage } from './plan';
import { PromisePage } from './promise';
import { WaitsPage } from './waits';

const RETRY_MS = 700;
const RETRIES_MAX = 200;

/** Asks until the daemon has folded its journal; says so meanwhile. */
function useFigures(by: By, from: string, to: string, language: string): { figures: Figures | undefined; problem: Problem | undefined } {
  const [found, set_found] = useState<{ figures: Figures | undefined; problem: Problem | undefined }>({ figures: undefined, problem: undefined });
  useEffect(() => {
    let wanted = true;
    let tries = 0;
    const ask = (): void => void get<Figures>(path_of(by, from, to)).then((answer) => {
      if (!wanted) return;
      if (answer.ok) return set_found({ figures: answer.data, problem: undefined });
      if (answer.problem.status === 401) return go_to_sign_in();
      if (answer.problem.reason === 'busy' && ++tries < RETRIES_MAX) { window.setTimeout(ask, RETRY_MS); return undefined; }
      return set_found({ figures: undefined, problem: answer.problem });
    });
    ask();
    return () => { wanted = false; };
  }, [by, from, to, language]);
  return found;
}

/** A row's name as people say it: dates and channels are keys on the wire. */
function name_of(texts: Texts, by: By, row: Row): string {
  if (row.key === '') return texts.t('ui.report.none');
  if (by === 'hour') return `${row.key}–${String((Number(row.key) + 1) % 24).padStart(2, '0')}`;
  if (by === 'channel') return texts.t(`ui.report.channel.${row.key}` as Key);
  if (by === 'day') return `${texts.t('ui.date.weekday', { day: String(new Date(`${row.key}T12:00:00Z`).getUTCDay() || 7) })} ${Number(row.key.slice(8))}.${Number(row.key.slice(5, 7))}.`;
  return row.name;
}

const TABS = ['figures', 'waits', 'promise', 'plan', 'messages'] as const;
type Tab = (typeof TABS)[number];

/** Which of them is in the address, so that it can be kept and sent. */
const tab_asked = (): Tab => TABS.find((each) => each === new URLSearchParams(location.search).get('show')) ?? 'figures';

export function Reports({ today }: { today: string }): JSX.Element {
  const texts = useTexts();
  const [tab, set_tab] = useState<Tab>(tab_asked);
  useEffect(() => { document.title = texts.t('ui.report.title'); }, [texts]);
  const show = (next: Tab): void => { history.replaceState(null, '', next === 'figures' ? '/reports' : `/reports?show=${next}`); set_tab(next); };
  return (
    <section class="reports">
      <h1><T k="ui.report.title" /></h1>
      <p class="periods" role="group" aria-label={texts.t('ui.plan.tabs')}>
        {TABS.map((each) => <button key={each} type="button" aria-pressed={tab === each} data-tab={each} onClick={() => show(each)}><T k={`ui.plan.tab_${each}`} /></button>)}
      </p>
      {tab === 'plan' ? <PlanPage today={today} /> : tab === 'promise' ? <PromisePage today={today} /> : tab === 'messages' ? <MessagesPage today={today} />
        : tab === 'waits' ? <WaitsPage today={today} /> : <FigurePage today={today} />}
    </section>
  );
}

function FigurePage({ today }: { today: string }): JSX.Element {
  const texts = useTexts();
  const [by, set_by] = useState<By>('service');
  const [from, set_from] = useState(today);
  const [to, set_to] = useState(today);
  const [measure, set_measure] = useState<Measure>('visits');
  const { figures, problem } = useFigures(by, from, to, texts.language);
  const period = (days: number): void => { set_from(days_back(today, days)); set_to(today); };
  return (
    <>
      <div class="choose">
        <label class="field"><span><T k="ui.report.from" /></span><input type="date" name="from" value={from} max={today} onChange={(event) => event.currentTarget.value && set_from(event.currentTarget.value)} /></label>
        <label class="field"><span><T k="ui.report.to" /></span><input type="date" name="to" value={to} min={from} max={today} onChange={(event) => event.currentTarget.value && set_to(event.currentTarget.value)} /></label>
        <p class="periods">
          {([[0, 'today'], [6, 'week'], [29, 'month'], [364, 'year']] as const).map(([days, name]) => (
            <button key={name} type="button" aria-pressed={from === days_back(today, days) && to === today} onClick={() => period(days)}><T k={`ui.report.period.${name}`} /></button>))}
        </p>
      </div>
      <p class="periods" role="group" aria-label={texts.t('ui.report.by_title')}>
        {BY.map((each) => <button key={each} type="button" aria-pressed={by === each} data-by={each} onClick={() => set_by(each)}><T k={`ui.report.by.${each}`} /></button>)}
      </p>
      {problem && <p class="problem" role="alert"><Spoken said={problem_said(texts, problem)} /></p>}
      {!figures && !problem && <p class="quiet" role="status"><T k="ui.report.folding" /></p>}
      {figures && <Shown figures={figures} by={by} measure={measure} set_measure={set_measure} />}
      {figures && <p><a class="line" href={`/api/v1${path_of(by, from, to)}&format=csv&lang=${texts.language}`} download={`skranke-${by}-${from}-${to}.csv`}><T k="ui.report.download" /></a></p>}
      {figures && <Hints from={from} to={to} />}
    </>
  );
}

interface ShownProps { figures: Figures; by: By; measure: Measure; set_measure: (measure: Measure) => void }

function Shown({ figures, by, measure, set_measure }: ShownProps): JSX.Element {
  const texts = useTexts();
  const { total, rows } = figures;
  if (total.visits === 0) return <p class="quiet" role="status"><T k="ui.report.empty" /></p>;
  return (
    <>
      <dl class="totals">
        <div><dt><T k="ui.report.visits" /></dt><dd>{total.visits}</dd></div>
        <div><dt><T k="ui.report.wait_p50" /></dt><dd>{minutes_text(total.wait?.p50_s)}</dd></div>
        <div><dt><T k="ui.report.wait_p90" /></dt><dd>{minutes_text(total.wait?.p90_s)}</dd></div>
        <div><dt><T k="ui.report.within_target" /></dt><dd>{percent_text(total.within_target)}</dd></div>
        <div><dt><T k="ui.report.settled" /></dt><dd>{percent_text(total.settled_share)}</dd></div>
        <div><dt><T k="ui.report.whole" /></dt><dd>{minutes_text(total.whole_visit?.p50_s)}</dd></div>
      </dl>
      <label class="field measure"><span><T k="ui.report.bars" /></span>
        <select value={measure} onChange={(event) => set_measure(event.currentTarget.value as Measure)}>
          {MEASURES.map((each) => <option key={each.id} value={each.id}>{texts.t(`ui.report.${each.id}` as Key)}</option>)}
        </select></label>
      <Bars rows={rows} by={by} measure={measure} />
      <Table rows={rows} by={by} />
    </>
  );
}

/** Said again by the table below, so a picture only. */
function Bars({ rows, by, measure }: { rows: readonly Row[]; by: By; measure: Measure }): JSX.Element {
  const texts = useTexts();
  const { of, text } = MEASURES.find((each) => each.id === measure)!;
  const most = Math.max(1e-9, ...rows.map((row) => of(row) ?? 0));
  return (
    <div class="bars" aria-hidden="true">
      {rows.map((row) => (
        <div key={row.key}><span>{name_of(texts, by, row)}</span><i><u style={{ inlineSize: `${((of(row) ?? 0) / most) * 100}%` }} /></i><b>{text(of(row))}</b></div>
      ))}
    </div>
  );
}

function Table({ rows, by }: { rows: readonly Row[]; by: By }): JSX.Element {
  const texts = useTexts();
  return (
    <div class="table" role="region" tabIndex={0} aria-label={texts.t('ui.report.title')}>
      <table>
        <thead><tr><th scope="col"><T k={`ui.report.by.${by}`} /></th>{MEASURES.map((each) => <th key={each.id} scope="col">{texts.t(`ui.report.${each.id}` as Key)}</th>)}</tr></thead>
        <tbody>{rows.map((row) => (
          <tr key={row.key} data-row={row.key}><th scope="row">{name_of(texts, by, row)}</th>{MEASURES.map((each) => <td key={each.id} class="n">{each.text(each.of(row))}</td>)}</tr>))}</tbody>
      </table>
    </div>
  );
}
