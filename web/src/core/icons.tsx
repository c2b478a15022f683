// Own icons on a 48-unit grid. Always beside a text: they carry no meaning of their own and are hidden from screen readers.
import type { JSX } from 'preact';
import { BOARD_PATHS, Drawn, Mark, frame } from './drawn';

const PATHS = {
  ...BOARD_PATHS,
  aa: 'M4 40 16 10l12 30M8 31h16M30 40l8-20 8 20M33 34h10',
  back: 'M30 8 14 24l16 16',
  bell: 'M10 36h28c-3-3-4-7-4-14a10 10 0 0 0-20 0c0 7-1 11-4 14zM20 41c1 3 7 3 8 0M24 8V5',
  car: 'M6 32v-8l5-11h26l5 11v8M6 24h36M4 32h40v5H4zM12 37v4M36 37v4M12 29h4M32 29h4',
  card: 'M4 10h40v28H4zM12 24h8M16 20v8M28 20h10M28 28h10',
  chat: 'M6 8h36v25H22l-10 8v-8H6zM15 20h.1M24 20h.1M33 20h.1',
  check: 'm8 25 11 11 21-25',
  chevron: 'm18 8 16 16-16 16',
  clock: 'M24 5a19 19 0 1 0 0 38 19 19 0 0 0 0-38M24 13v12l8 5',
  doctor: 'M14 5v13a8 8 0 0 0 16 0V5M11 5h6M27 5h6M22 26v6a9 9 0 0 0 18 0v-5M40 27a4 4 0 1 0 0-8 4 4 0 0 0 0 8',
  ear: 'M14 20a10 10 0 0 1 20 0c0 8-7 9-7 15a6 6 0 0 1-11 3M20 21a4 4 0 0 1 8 0c0 4-4 4-4 8',
  globe: 'M24 5a19 19 0 1 0 0 38 19 19 0 0 0 0-38M5 24h38M24 5c7 6 7 32 0 38M24 5c-7 6-7 32 0 38',
  hand: 'M16 24V9a3 3 0 0 1 6 0v12V6a3 3 0 0 1 6 0v15V9a3 3 0 0 1 6 0v18c0 9-5 16-13 16-6 0-9-3-12-9l-4-8c-1-4 3-5 5-2l3 4',
  heart: 'M24 41C9 31 5 24 5 17a9 9 0 0 1 19-3 9 9 0 0 1 19 3c0 7-4 14-19 24z',
  house: 'M6 24 24 8l18 16M11 20v20h26V20M20 40V28h8v12',
  key: 'M24 4 8 10v12c0 11 7 18 16 22 9-4 16-11 16-22V10zM17 23l5 5 9-10',
  low: 'M19 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M19 15v13h12l6 12M19 21h10M14 23a11 11 0 1 0 15 15',
  paper: 'M10 4h20l8 8v32H10zM30 4v8h8M17 22h14M17 30h14',
  pass: 'M9 4h30v40H9zM24 13a8 8 0 1 0 0 16 8 8 0 0 0 0-16M16 36h16M16 21h16',
  people: 'M17 6a7 7 0 1 0 0 14 7 7 0 0 0 0-14M4 42c0-9 5-15 13-15s13 6 13 15zM33 9a6 6 0 1 1-1 12M34 28c6 1 10 6 10 14h-8',
  phone: 'M14 3h20v42H14zM21 39h6',
  rings: 'M17 17a12 12 0 1 0 0 24 12 12 0 0 0 0-24M31 17a12 12 0 1 0 0 24 12 12 0 0 0 0-24M12 10l5-5 5 5-5 7z',
  tax: 'M8 6h32v36H8zM15 14h18v7H15zM16 28h.1M24 28h.1M32 28h.1M16 35h.1M24 35h.1M32 35h.1',
  ticket: 'M12 4h24v40l-4-3-4 3-4-3-4 3-4-3-4 3zM18 14h12M18 22h12M18 30h7',
} as const;

export type IconName = keyof typeof PATHS | 'contrast' | 'mark';

export function Icon({ name, width = 3.2, flip = false }: { name: IconName; width?: number; flip?: boolean }): JSX.Element {
  if (name === 'mark') return <Mark />;
  if (name === 'contrast') {
    return <svg {...frame(flip)}><circle cx="24" cy="24" r="19" fill="none" stroke="currentColor" stroke-width={width} /><path d="M24 5v38a19 19 0 0 0 0-38" fill="currentColor" /></svg>;
  }
  return <Drawn path={PATHS[name]} width={width} flip={flip} />;
}
