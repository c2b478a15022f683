// Pictures of figures, drawn as SVG. Each is said again by its label and by a table beside it; lines are told apart by their dashes as well as by colour.
import type { JSX } from 'preact';

const WIDTH = 720, HEIGHT = 280, LEFT = 48, TOP = 14, ACROSS = WIDTH - LEFT - 14, UP = HEIGHT - TOP - 40;

/** A round number at or above `most`, with so many steps up to it. */
export function scale(most: number): { top: number; steps: number[] } {
  const raw = Math.max(most, 1e-9) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= raw - 1e-12) ?? raw;
  const count = Math.max(1, Math.ceil(most / step - 1e-9));
  return { top: step * count, steps: Array.from({ length: count + 1 }, (_, i) => Math.round(i * step * 1e6) / 1e6) };
}

const y_of = (value: number, top: number): number => TOP + UP * (1 - Math.min(Math.max(value / top, 0), 1));

function Frame({ label, steps, top, unit, children }: { label: string; steps: readonly number[]; top: number; unit: string; children: (JSX.Element | JSX.Element[] | null)[] }): JSX.Element {
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {steps.map((step) => (
        <g key={step}><line class="grid" x1={LEFT} x2={LEFT + ACROSS} y1={y_of(step, top)} y2={y_of(step, top)} /><text class="tick" x={LEFT - 7} y={y_of(step, top) + 5} text-anchor="end">{step}{unit}</text></g>))}
      {children}
    </svg>
  );
}

export interface Bar { name: string; value: number; also?: number }

/** Bars over names in their order; `also` as a dashed line across each bar's width. */
export function BarChart({ bars, label, unit = '' }: { bars: readonly Bar[]; label: string; unit?: string }): JSX.Element {
  const { top, steps } = scale(Math.max(...bars.map((bar) => Math.max(bar.value, bar.also ?? 0)), 0));
  const each = ACROSS / Math.max(1, bars.length), every = Math.ceil(bars.length / 12);
  const left = (i: number): number => LEFT + each * i;
  return (
    <Frame label={label} steps={steps} top={top} unit={unit}>
      {bars.map((bar, i) => <rect key={bar.name} class="bar" x={left(i) + each * 0.12} width={each * 0.76} y={y_of(bar.value, top)} height={TOP + UP - y_of(bar.value, top)} />)}
      {bars.flatMap((bar, i) => bar.also === undefined ? [] : [<line key={bar.name} class="also" x1={left(i) + each * 0.04} x2={left(i) + each * 0.96} y1={y_of(bar.also, top)} y2={y_of(bar.also, top)} />])}
      {bars.flatMap((bar, i) => i % every ? [] : [<text key={bar.name} class="tick" x={left(i) + each / 2} y={TOP + UP + 20} text-anchor="middle">{bar.name}</text>])}
    </Frame>
  );
}

export interface Curve { name: string; kind: 'main' | 'plain' | 'aside'; points: readonly (readonly [number, number])[] }

/** Lines over a common axis from nought to `across`; `main` has a dot at each point. */
export function LineChart({ curves, across, marks, label, unit = '', most }: { curves: readonly Curve[]; across: number; marks: readonly (readonly [number, string])[]; label: string; unit?: string; most?: number }): JSX.Element {
  const { top, steps } = scale(most ?? Math.max(...curves.flatMap((curve) => curve.points.map(([, value]) => value)), 0));
  const x_of = (value: number): number => LEFT + ACROSS * Math.min(Math.max(value / across, 0), 1);
  return (
    <Frame label={label} steps={steps} top={top} unit={unit}>
      {curves.map((curve) => <polyline key={curve.name} class={`curve ${curve.kind}`} points={curve.points.map(([a, b]) => `${x_of(a).toFixed(1)},${y_of(b, top).toFixed(1)}`).join(' ')} />)}
      {curves.map((curve) => <g key={curve.name}>{curve.kind === 'main' ? curve.points.map(([a, b]) => <circle key={a} class="dot" cx={x_of(a)} cy={y_of(b, top)} r="3.5" />) : null}</g>)}
      {marks.map(([at, name]) => <text key={at} class="tick" x={x_of(at)} y={TOP + UP + 20} text-anchor="middle">{name}</text>)}
    </Frame>
  );
}

/** What the lines are; the chart's label says it too. */
export function Legend({ entries }: { entries: readonly { name: string; how: 'bar' | 'also' | 'main' | 'aside' }[] }): JSX.Element {
  return <ul class="legend" aria-hidden="true">{entries.map((entry) => <li key={entry.name}><svg viewBox="0 0 34 14" width="34" height="14">{entry.how === 'bar' ? <rect class="bar" x="4" y="2" width="26" height="10" /> : <line class={entry.how === 'also' ? 'also' : `curve ${entry.how}`} x1="1" x2="33" y1="7" y2="7" />}</svg>{entry.name}</li>)}</ul>;
}
