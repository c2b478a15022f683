// Both hands as the citizen sees their own, palms down, with the finger that is wanted.
import type { JSX } from 'preact';

/** Of the right hand, from the thumb: x, y of the tip and the length. The left one is its mirror. */
const FINGERS: readonly [string, number, number, number][] = [['thumb', 18, 62, 40], ['index', 38, 22, 58], ['middle', 58, 14, 66], ['ring', 78, 20, 60], ['little', 97, 38, 44]];
const WIDTH = 15;

function Hand({ side, wanted, done }: { side: 'left' | 'right'; wanted: string; done: readonly string[] }): JSX.Element {
  return (
    <g transform={side === 'left' ? 'translate(116 0) scale(-1 1)' : 'translate(132 0)'}>
      <rect class="palm" x="28" y="74" width="78" height="62" rx="22" />
      {FINGERS.map(([name, x, y, length]) => (
        <rect key={name} class={wanted === `${side}_${name}` ? 'wanted' : done.includes(`${side}_${name}`) ? 'done' : 'other'} x={x - WIDTH / 2} y={y} width={WIDTH} height={length} rx={WIDTH / 2} transform={name === 'thumb' ? `rotate(-34 ${x} ${y + length})` : undefined} />
      ))}
    </g>
  );
}

/** `done`: fingers that were taken. Without a label it is a drawing beside words that say it. */
export function Hands({ wanted, label, done = [] }: { wanted: string; label: string; done?: readonly string[] }): JSX.Element {
  return <svg class="hands" viewBox="0 0 248 144" {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}><Hand side="left" wanted={wanted} done={done} /><Hand side="right" wanted={wanted} done={done} /></svg>;
}
