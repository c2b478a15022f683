// The kiosk as a pure fold: which screen, whose language, which aids, and when it gives up waiting. Times in milliseconds of
// the page's monotonic clock.
import type { Need, Problem, Visit } from '../core/types';

export const WARN_AFTER_MS = 45_000;
export const END_AFTER_MS = 75_000;
export const TICKET_SHOWN_MS = 20_000;
/** With a failed print there is something to read and to decide. */
export const TICKET_TROUBLE_MS = 60_000;

export type Screen =
  | { name: 'home' }
  | { name: 'taking'; service: string; key: string }
  | { name: 'ticket'; visit: Visit; undo: 'possible' | 'asked' | 'failed'; reprinting: boolean }
  | { name: 'undone'; number: string }
  | { name: 'refused'; service: string; key: string; problem: Problem }
  | { name: 'help' }
  | { name: 'code' };

export interface Aids { large: boolean; contrast: boolean; low: boolean }

export interface KioskState {
  screen: Screen;
  language: string;
  aids: Aids;
  /** What staff shall know of this person, told with the ticket; nobody is asked, it is said under Help. */
  needs: readonly Need[];
  page: number;
  /** Set by any touch or key; idle time counts from here. */
  touched_at: number;
  shown_at: number;
}

export type KioskEvent =
  | { type: 'touch'; now: number }
  | { type: 'choose'; service: string; key: string; now: number }
  | { type: 'took'; key: string; visit: Visit; now: number }
  | { type: 'refused'; key: string; problem: Problem; now: number }
  | { type: 'visit'; visit: Visit; now: number }
  | { type: 'reprint_asked'; now: number }
  | { type: 'reprint_refused'; now: number }
  | { type: 'undo'; now: number }
  | { type: 'undone'; now: number }
  | { type: 'undo_failed'; now: number }
  | { type: 'home'; now: number }
  | { type: 'help'; now: number }
  | { type: 'code'; now: number }
  | { type: 'aid'; aid: keyof Aids; now: number }
  | { type: 'need'; need: Need; now: number }
  | { type: 'language'; language: string; now: number }
  | { type: 'page'; page: number; now: number }
  | { type: 'ended'; language: string; now: number };

export const begin_state = (language: string, now: number): KioskState => ({
  screen: { name: 'home' }, language, aids: { large: false, contrast: false, low: false }, needs: [], page: 0, touched_at: now, shown_at: now,
});

export function reduce(state: KioskState, event: KioskEvent): KioskState {
  switch (event.type) {
    case 'touch':
      return { ...state, touched_at: event.now };
    case 'choose':
      return show(state, { name: 'taking', service: event.service, key: event.key }, event.now);
    case 'took':
      // The answer belongs to one press; a late answer to an earlier press must not replace what is on screen.
      if (state.screen.name !== 'taking' || state.screen.key !== event.key) return state;
      return show(state, { name: 'ticket', visit: event.visit, undo: 'possible', reprinting: false }, event.now);
    case 'refused':
      if (state.screen.name !== 'taking' || state.screen.key !== event.key) return state;
      return show(state, { name: 'refused', service: state.screen.service, key: event.key, problem: event.problem }, event.now);
    case 'visit':
    case 'reprint_asked':
    case 'reprint_refused':
    case 'undo':
    case 'undo_failed':
    case 'undone':
      return state.screen.name === 'ticket' ? on_ticket(state, state.screen, event) : state;
    case 'home':
      return { ...show(state, { name: 'home' }, event.now), page: 0 };
    case 'help':
      return show(state, { name: 'help' }, event.now);
    case 'code':
      return show(state, { name: 'code' }, event.now);
    case 'aid':
      return { ...state, aids: { ...state.aids, [event.aid]: !state.aids[event.aid] }, page: 0, touched_at: event.now };
    case 'need':
      return { ...state, needs: state.needs.includes(event.need) ? state.needs.filter((each) => each !== event.need) : [...state.needs, event.need], touched_at: event.now };
    case 'language':
      return { ...state, language: event.language, touched_at: event.now };
    case 'page':
      return { ...state, page: event.page, touched_at: event.now };
    case 'ended':
      return begin_state(event.language, event.now);
  }
}

type Ticket = Extract<Screen, { name: 'ticket' }>;
type TicketEvent = Extract<KioskEvent, { type: 'visit' | 'reprint_asked' | 'reprint_refused' | 'undo' | 'undo_failed' | 'undone' }>;

function on_ticket(state: KioskState, screen: Ticket, event: TicketEvent): KioskState {
  switch (event.type) {
    case 'visit': {
      const settled = event.visit.print?.state !== screen.visit.print?.state;
      // The paper has just come or failed: give time to take it or to read what to do.
      return { ...state, screen: { ...screen, visit: { ...screen.visit, ...event.visit }, reprinting: settled ? false : screen.reprinting }, shown_at: settled ? event.now : state.shown_at };
    }
    case 'reprint_asked':
      return { ...state, screen: { ...screen, reprinting: true }, shown_at: event.now, touched_at: event.now };
    case 'reprint_refused':
      return { ...state, screen: { ...screen, reprinting: false }, shown_at: event.now };
    case 'undo':
      return { ...state, screen: { ...screen, undo: 'asked' }, touched_at: event.now, shown_at: event.now };
    case 'undo_failed':
      return { ...state, screen: { ...screen, undo: 'failed' }, shown_at: event.now };
    case 'undone':
      return show(state, { name: 'undone', number: screen.visit.number }, event.now);
  }
}

function show(state: KioskState, screen: Screen, now: number): KioskState {
  return { ...state, screen, shown_at: now, touched_at: now };
}

export interface Deadline { warn: boolean; ended: boolean; left_ms: number; total_ms: number }

/** Untouched = exactly what the next person should find: nothing to time out. */
export function untouched(state: KioskState, language: string): boolean {
  const { aids } = state;
  return state.screen.name === 'home' && state.language === language && state.page === 0 && state.needs.length === 0 && !aids.large && !aids.contrast && !aids.low;
}

/** Time limits double once any aid is on or a need is told (WCAG 2.2.1). A request under way never times out: it has its own end. */
export function deadline(state: KioskState, now: number): Deadline {
  const { aids, screen } = state;
  const factor = aids.large || aids.contrast || aids.low || state.needs.length > 0 ? 2 : 1;
  if (screen.name === 'taking') return { warn: false, ended: false, left_ms: END_AFTER_MS, total_ms: END_AFTER_MS };
  if (screen.name === 'ticket' || screen.name === 'undone') {
    const trouble = screen.name === 'ticket' && print_trouble(screen.visit);
    const total_ms = factor * (trouble ? TICKET_TROUBLE_MS : TICKET_SHOWN_MS);
    const left_ms = Math.max(0, total_ms - (now - Math.max(state.shown_at, state.touched_at)));
    return { warn: false, ended: left_ms === 0, left_ms, total_ms };
  }
  const idle = now - state.touched_at;
  return {
    warn: idle >= factor * WARN_AFTER_MS, ended: idle >= factor * END_AFTER_MS,
    left_ms: Math.max(0, factor * END_AFTER_MS - idle), total_ms: factor * (END_AFTER_MS - WARN_AFTER_MS),
  };
}

export function print_trouble(visit: Visit): boolean {
  return visit.print?.state === 'failed' || visit.print?.state === 'unknown';
}

/** As many stand beside each other (style/kiosk.css). */
const LANGUAGES_A_ROW = 3;

export interface Layout { columns: 1 | 2; per_page: number }

/** How many services fit on one page: one column while they are few, tiles when many, fewer with large text or in the lower part. */
export function layout(count: number, aids: Aids, languages = 2): Layout {
  if (aids.low) return aids.large ? { columns: 1, per_page: 4 } : { columns: 2, per_page: 8 };
  if (aids.large) return { columns: 1, per_page: 6 };
  // A second row of languages takes the room of two rows of long names.
  const crowded = languages > LANGUAGES_A_ROW;
  return count <= (crowded ? 5 : 7) ? { columns: 1, per_page: crowded ? 5 : 7 } : { columns: 2, per_page: crowded ? 8 : 12 };
}
