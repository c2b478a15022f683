// The kiosk as a pure fold: which screen, whose language, which aids, and when it gives up waiting. Times in milliseconds of
// the page's monotonic clock.
import type { Need, Problem, Visit } from '../core/types';

export const WARN_AFTER_MS = 45_000;
export const END_AFTER_MS = 75_000;
export const TICKET_SHOWN_MS = 20_000;
/** With a failed print there is something to read and to decide. */
export const TICKET_TROUBLE_MS = 60_000;

/** So long a glass that is touched by night shows the hours. */
export const NIGHT_AFTER_MS = 30_000;

export type Screen =
  | { name: 'home' }
  | { name: 'taking'; service: string; key: string }
  | { name: 'ticket'; visit: Visit; undo: 'possible' | 'asked' | 'failed'; reprinting: boolean }
  | { name: 'undone'; number: string }
  | { name: 'refused'; service: string; key: string; problem: Problem }
  | { name: 'help' }
  | { name: 'code' }
  /** What was pressed can be done without coming: said before the number, which is one press away. */
  | { name: 'yourself'; service: string }
  /** Several matters are chosen: in which order, and how it goes. */
  | { name: 'several' }
  /** Free times to book, where no number can be had. */
  | { name: 'slots'; services: readonly string[] }
  | { name: 'booked'; booking: Booked; undo: 'possible' | 'asked' | 'failed' }
  | { name: 'unbooked' };

/** A time that was booked here; the code is the only key to it. */
export interface Booked { code: string; code_shown: string; start: string; services: { service: string; name: string }[] }

/** `listen`: everything is spoken. `dark`: the glass shows nothing meanwhile. */
export interface Aids { large: boolean; contrast: boolean; low: boolean; listen: boolean; dark: boolean }

export const NO_AIDS: Aids = { large: false, contrast: false, low: false, listen: false, dark: false };
export const VOLUME_USUAL = 60;
export const VOLUME_STEP = 20;
/** As many matters on one ticket as people can follow; the daemon takes eight. */
export const MATTERS_MAX = 5;

export interface KioskState {
  screen: Screen;
  language: string;
  aids: Aids;
  /** What staff shall know of this person, told with the ticket; nobody is asked, it is said under Help. */
  needs: readonly Need[];
  page: number;
  /** Present while several matters are being chosen, in the order pressed. */
  chosen?: readonly string[];
  /** Of the voice, 20 to 100. */
  volume: number;
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
  | { type: 'yourself'; service: string; now: number }
  | { type: 'several'; now: number }
  | { type: 'matter'; service: string; now: number }
  | { type: 'order'; now: number }
  | { type: 'choose_on'; now: number }
  | { type: 'slots'; services: readonly string[]; now: number }
  | { type: 'booked'; key: string; booking: Booked; now: number }
  | { type: 'unbook'; now: number }
  | { type: 'unbook_failed'; now: number }
  | { type: 'unbooked'; now: number }
  | { type: 'volume'; by: number; now: number }
  | { type: 'aid'; aid: keyof Aids; now: number }
  | { type: 'need'; need: Need; now: number }
  | { type: 'language'; language: string; now: number }
  | { type: 'page'; page: number; now: number }
  | { type: 'ended'; language: string; now: number };

export const begin_state = (language: string, now: number): KioskState => ({
  screen: { name: 'home' }, language, aids: NO_AIDS, needs: [], page: 0, volume: VOLUME_USUAL, touched_at: now, shown_at: now,
});

/** Back at the services with nothing chosen. */
function without_choice(state: KioskState): KioskState {
  const { chosen: _, ...rest } = state;
  return rest;
}

const toggled = <T>(list: readonly T[], one: T): readonly T[] => (list.includes(one) ? list.filter((each) => each !== one) : [...list, one]);

function switch_aid(state: KioskState, aid: keyof Aids, now: number): KioskState {
  const aids = { ...state.aids, [aid]: !state.aids[aid] };
  // A dark glass without a voice would be a dead one.
  if (!aids.listen) aids.dark = false;
  return { ...state, aids, page: 0, touched_at: now };
}

export function reduce(state: KioskState, event: KioskEvent): KioskState {
  switch (event.type) {
    case 'several':
    case 'matter':
    case 'order':
    case 'choose_on':
      return on_several(state, event);
    case 'slots':
    case 'booked':
    case 'unbook':
    case 'unbook_failed':
    case 'unbooked':
      return on_booking(state, event);
    case 'volume':
      return { ...state, volume: Math.min(100, Math.max(VOLUME_STEP, state.volume + event.by)), touched_at: event.now };
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
      // What is read about one of several matters is over; the others stay chosen.
      if (state.screen.name === 'yourself' && state.chosen) return show(state, { name: 'home' }, event.now);
      return { ...show(without_choice(state), { name: 'home' }, event.now), page: 0 };
    case 'help':
      return show(state, { name: 'help' }, event.now);
    case 'code':
      return show(state, { name: 'code' }, event.now);
    case 'yourself':
      return show(state, { name: 'yourself', service: event.service }, event.now);
    case 'aid':
      return switch_aid(state, event.aid, event.now);
    case 'need':
      return { ...state, needs: toggled(state.needs, event.need), touched_at: event.now };
    case 'language':
      return { ...state, language: event.language, touched_at: event.now };
    case 'page':
      return { ...state, page: event.page, touched_at: event.now };
    case 'ended':
      return begin_state(event.language, event.now);
  }
}

type SeveralEvent = Extract<KioskEvent, { type: 'several' | 'matter' | 'order' | 'choose_on' }>;

function on_several(state: KioskState, event: SeveralEvent): KioskState {
  switch (event.type) {
    case 'several':
      return { ...show(state, { name: 'home' }, event.now), chosen: [] };
    case 'matter': {
      const chosen = toggled(state.chosen ?? [], event.service);
      const next = chosen.length > MATTERS_MAX ? state : { ...state, chosen };
      return state.screen.name === 'yourself' ? show(next, { name: 'home' }, event.now) : { ...next, touched_at: event.now };
    }
    case 'order':
      return (state.chosen ?? []).length > 0 ? show(state, { name: 'several' }, event.now) : state;
    case 'choose_on':
      return show(state, { name: 'home' }, event.now);
  }
}

type BookingEvent = Extract<KioskEvent, { type: 'slots' | 'booked' | 'unbook' | 'unbook_failed' | 'unbooked' }>;

function on_booking(state: KioskState, event: BookingEvent): KioskState {
  const { screen } = state;
  switch (event.type) {
    case 'slots':
      return show(state, { name: 'slots', services: event.services }, event.now);
    case 'booked':
      // As with a ticket: the answer belongs to one press.
      return screen.name === 'taking' && screen.key === event.key ? show(state, { name: 'booked', booking: event.booking, undo: 'possible' }, event.now) : state;
    case 'unbook':
      return screen.name === 'booked' ? show(state, { ...screen, undo: 'asked' }, event.now) : state;
    case 'unbook_failed':
      return screen.name === 'booked' ? show(state, { ...screen, undo: 'failed' }, event.now) : state;
    case 'unbooked':
      return screen.name === 'booked' ? show(state, { name: 'unbooked' }, event.now) : state;
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

const aided = (aids: Aids): boolean => Object.values(aids).some(Boolean);

/** Untouched = exactly what the next person should find: nothing to time out. */
export function untouched(state: KioskState, language: string): boolean {
  return state.screen.name === 'home' && state.language === language && state.page === 0 && state.needs.length === 0 && state.chosen === undefined && !aided(state.aids);
}

/** Dark: nobody is in the house, and nobody has touched the glass for a while. */
export function asleep(state: KioskState, kiosk: { night?: unknown; evacuation?: boolean } | undefined, language: string, now: number): boolean {
  return Boolean(kiosk?.night) && !kiosk?.evacuation && untouched(state, language) && now - state.touched_at >= NIGHT_AFTER_MS;
}

/** Time limits double once any aid is on or a need is told (WCAG 2.2.1). A request under way never times out: it has its own end. */
export function deadline(state: KioskState, now: number): Deadline {
  const { aids, screen } = state;
  const factor = aided(aids) || state.needs.length > 0 ? 2 : 1;
  if (screen.name === 'taking') return { warn: false, ended: false, left_ms: END_AFTER_MS, total_ms: END_AFTER_MS };
  if (screen.name === 'ticket' || screen.name === 'undone' || screen.name === 'booked' || screen.name === 'unbooked') {
    // A code must be written down or photographed: that takes as long as a number without paper.
    const trouble = screen.name === 'booked' || (screen.name === 'ticket' && print_trouble(screen.visit));
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
  // A second row of languages takes the room of two rows of long names.
  const crowded = languages > LANGUAGES_A_ROW;
  if (aids.large) return { columns: 1, per_page: crowded ? 4 : 6 };
  return count <= (crowded ? 5 : 7) ? { columns: 1, per_page: crowded ? 5 : 7 } : { columns: 2, per_page: crowded ? 8 : 12 };
}
