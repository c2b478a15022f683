// The whole kiosk by a keypad: arrows or Tab, OK, Back; a star for the voice, plus and minus for its loudness. And a code reader that
// types what it read.
import { useEffect, useRef } from 'preact/hooks';
import { VOLUME_STEP } from './state';
import type { KioskEvent, KioskState } from './state';

export interface Hands { send: (event: KioskEvent) => void; check_in: (typed: string) => void; home_language: string; warned: boolean; repeat: () => void }

/** A reader types faster than anybody: so much between two signs, and so many of them. */
const READER_GAP_MS = 60;
const READER_SIGNS_MIN = 8;
const READER_SIGNS_MAX = 200;

/** Headset keypads tell by these keys that a plug went in or out. */
const PLUG_IN = 'F15';
const PLUG_OUT = 'F16';

/** What the QR code of a booking holds, rather than a code that somebody types. */
const is_address = (read: string): boolean => /\/book\//i.test(read);

export type Step = 1 | -1;

/** Where an arrow goes; sideways follows the writing. */
export function step_of(key: string, rtl: boolean): Step | undefined {
  if (key === 'ArrowDown' || key === (rtl ? 'ArrowLeft' : 'ArrowRight')) return 1;
  if (key === 'ArrowUp' || key === (rtl ? 'ArrowRight' : 'ArrowLeft')) return -1;
  return undefined;
}

/** Signs that a reader typed, until its Enter. */
export class Reader {
  private signs = '';
  private last = Number.NEGATIVE_INFINITY;

  /** Returns what was read when `key` ends it. */
  take(key: string, at: number): string | undefined {
    const fast = at - this.last <= READER_GAP_MS;
    this.last = at;
    if (key === 'Enter') {
      const read = fast && this.signs.length >= READER_SIGNS_MIN ? this.signs : undefined;
      this.signs = '';
      return read;
    }
    if (key.length === 1) this.signs = fast ? (this.signs + key).slice(0, READER_SIGNS_MAX) : key;
    else if (key !== 'Shift') this.signs = '';
    return undefined;
  }

  /** Whether a sign belongs to a reading rather than to a person. */
  get reading(): boolean { return this.signs.length > 2; }
}

function controls(): HTMLElement[] {
  const root = document.querySelector('.still') ?? document.querySelector('.app');
  return Array.from(root?.querySelectorAll<HTMLElement>('button:not(:disabled), input, a[href]') ?? []).filter((each) => each.getClientRects().length > 0);
}

function move(step: Step): void {
  const list = controls();
  if (list.length === 0) return;
  const at = document.activeElement;
  const here = list.indexOf(at as HTMLElement);
  let next = here + step;
  if (here < 0) {
    // From a heading: the control that follows it, or stands before it.
    const after = at && at !== document.body ? list.findIndex((each) => (at.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0) : 0;
    next = step > 0 ? Math.max(0, after) : after - 1;
  }
  list[(next + list.length) % list.length]!.focus();
}

function back(state: KioskState, hands: Hands): void {
  const now = performance.now();
  const { screen } = state;
  if (hands.warned) return hands.send({ type: 'touch', now });
  switch (screen.name) {
    case 'taking': return undefined;
    case 'ticket':
    case 'booked': return hands.send({ type: 'ended', language: hands.home_language, now });
    case 'several': return hands.send({ type: 'choose_on', now });
    case 'home': return state.chosen ? hands.send({ type: 'home', now }) : undefined;
    default: return hands.send({ type: 'home', now });
  }
}

/** Keys with a meaning of their own; returns whether it was one. */
function special(key: string, state: KioskState, hands: Hands): boolean {
  const now = performance.now();
  if (key === '*' && state.aids.listen) hands.repeat();
  else if (key === '*' || (key === PLUG_IN && !state.aids.listen)) hands.send({ type: 'aid', aid: 'listen', now });
  else if (key === PLUG_OUT) hands.send({ type: 'ended', language: hands.home_language, now });
  else if ((key === '+' || key === '-') && state.aids.listen) hands.send({ type: 'volume', by: key === '+' ? VOLUME_STEP : -VOLUME_STEP, now });
  else return false;
  return true;
}

export function useKeypad(state: KioskState, hands: Hands): void {
  const latest = useRef({ state, hands });
  latest.current = { state, hands };
  useEffect(() => {
    const reader = new Reader();
    const down = (event: KeyboardEvent): void => {
      const { state: at, hands: mine } = latest.current;
      const typing = event.target instanceof HTMLInputElement;
      const read = reader.take(event.key, event.timeStamp);
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      // In a field, a whole address must come from a reader: the field has kept a few of its signs as if they were the code.
      if (read !== undefined && (!typing || is_address(read))) {
        event.preventDefault();
        if (at.screen.name === 'home' || at.screen.name === 'code' || at.screen.name === 'help') mine.check_in(read);
        return;
      }
      const rtl = document.documentElement.dir === 'rtl';
      const step = typing && (event.key === 'ArrowLeft' || event.key === 'ArrowRight') ? undefined : step_of(event.key, rtl);
      const wipes = event.key === 'Backspace' && typing && (event.target as HTMLInputElement).value !== '';
      if (step !== undefined) move(step);
      else if (event.key === 'Escape' || event.key === 'GoBack' || (event.key === 'Backspace' && !wipes)) back(at, mine);
      else if (typing || reader.reading || !special(event.key, at, mine)) return;
      event.preventDefault();
    };
    addEventListener('keydown', down);
    return () => removeEventListener('keydown', down);
  }, []);
}
