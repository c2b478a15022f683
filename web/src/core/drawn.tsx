// The icons that a board has, and how every icon is drawn: 48 units wide, a line that follows the colour of the text.
import type { JSX } from 'preact';

export const BOARD_PATHS = {
  arrow: 'M4 24h36M25 8l16 16-16 16',
  mute: 'M6 18v12h8l12 9V9L14 18zM33 19l10 10M43 19 33 29',
  warning: 'M24 6 4 42h40zM24 19v11M24 36v.5',
} as const;

export const frame = (flip: boolean) => ({ viewBox: '0 0 48 48', class: flip ? 'icon flip' : 'icon', 'aria-hidden': true, focusable: 'false' }) as const;

export function Drawn({ path, width = 3.2, flip = false }: { path: string; width?: number; flip?: boolean }): JSX.Element {
  return (
    <svg {...frame(flip)} fill="none" stroke="currentColor" stroke-width={width} stroke-linecap="round" stroke-linejoin="round">
      <path d={path} />
    </svg>
  );
}

export function Mark(): JSX.Element {
  return <svg {...frame(false)}><path d="M5 43V19L24 5l19 14v24H31V26H17v17z" fill="currentColor" /></svg>;
}
