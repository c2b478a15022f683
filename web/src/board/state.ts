// Which call the board announces when, as a pure fold: two calls in the same second must both be seen and heard.
// Times are milliseconds; `now` is the page's monotonic clock, `server_now` the daemon's.
import type { Board, Call } from '../core/types';
import { ms } from '../core/time';

export const SHOW_MIN_MS = 8_000;
/** After this a lone announcement settles from signal yellow to the calm form. */
export const SETTLE_MS = 12_000;
export const ANNOUNCE_MAX = 12;
/** A call that is older when it is first seen (board restarted, link back) is shown without a second chime. */
export const FRESH_MS = 30_000;
const SEEN_MAX = 200;
/** An announcement that began longer ago is not begun here any more: a screen that was reloaded does not call again. */
export const LATE_MS = 1_500;

export interface Announcing { call: Call; since: number; hold: number }
/** A call that is still to have the large field: from when, and for how long at least. */
export interface Waiting { call: Call; due: number; hold: number; late?: boolean }

export interface BoardState {
  board: Board | undefined;
  /** The call on the large field; `announcing` says that it is being called right now. */
  hero: Call | undefined;
  announcing: Announcing | undefined;
  waiting: readonly Waiting[];
  seen: readonly string[];
  /** Counts announcements begun: a change means one chime. */
  chimes: number;
  /** Of these, calls that the daemon announced while the link was down: nobody here has heard them, so they chime when they are shown. */
  late: number;
}

export type BoardEvent = { type: 'board'; board: Board; now: number; server_now: number } | { type: 'tick'; now: number };

export const empty: BoardState = { board: undefined, hero: undefined, announcing: undefined, waiting: [], seen: [], chimes: 0, late: 0 };

export const call_key = (call: Call): string => `${call.number}|${call.desk}|${call.attempt}|${call.called_at}`;

export function reduce(state: BoardState, event: BoardEvent): BoardState {
  if (event.type === 'tick') return settle(advance(state, event.now), event.now);
  return settle(advance(merge(state, event.board, event.server_now, event.now), event.now), event.now);
}

/** When the daemon announces a call; of many that are said as one, each has its share of the time. */
export function announced(board: Board, call: Call, now: number): { due: number; hold: number } | undefined {
  for (const said of board.sound?.announcements ?? []) {
    const place = said.calls.findIndex((each) => each.number === call.number && each.desk === call.desk && each.attempt === call.attempt);
    if (place < 0) continue;
    const share = (said.until_ms - said.in_ms) / said.calls.length;
    return { due: now + said.in_ms + place * share, hold: Math.min(SHOW_MIN_MS, share) };
  }
  return undefined;
}

/** What nobody plans (any more: the link was down, or there is no voice) is shown while it is fresh, in the order it came. */
function plan_of(board: Board, call: Call, now: number, server_now: number): Waiting | undefined {
  const planned = announced(board, call, now);
  if (planned && now - planned.due < LATE_MS) return { call, ...planned };
  return server_now - ms(call.called_at) < FRESH_MS ? { call, due: now, hold: SHOW_MIN_MS, late: true } : undefined;
}

function merge(state: BoardState, board: Board, server_now: number, now: number): BoardState {
  const known = new Set(state.seen);
  const fresh = board.calls.filter((call) => !known.has(call_key(call)));
  const first = state.board === undefined;
  // Whoever reloads sees what has begun, and hears what is still to come.
  const due = fresh.flatMap((call) => plan_of(board, call, now, server_now) ?? []).filter((each) => !first || (!each.late && each.due > now)).reverse();
  const seen = [...fresh.map(call_key), ...state.seen].slice(0, SEEN_MAX);
  // A call taken back (undo, left) must not be announced any more, and leaves the large field.
  const alive = new Set(board.calls.map(call_key));
  const still = state.waiting.filter((each) => alive.has(call_key(each.call))).map((each) => ({ ...each, ...announced(board, each.call, now) }));
  const waiting = [...still, ...due].sort((a, b) => a.due - b.due).slice(-ANNOUNCE_MAX);
  const announcing = state.announcing && alive.has(call_key(state.announcing.call)) ? state.announcing : undefined;
  const hero = announcing ? announcing.call : board.calls.find((call) => !waiting.some((each) => each.call === call));
  return { ...state, board, seen, waiting, announcing, hero };
}

function advance(state: BoardState, now: number): BoardState {
  const next = state.waiting[0];
  if (!next || next.due > now || (state.announcing && now - state.announcing.since < state.announcing.hold)) return state;
  return { ...state, hero: next.call, announcing: { call: next.call, since: now, hold: next.hold }, waiting: state.waiting.slice(1), chimes: state.chimes + 1, late: state.late + (next.late ? 1 : 0) };
}

function settle(state: BoardState, now: number): BoardState {
  if (!state.announcing || now - state.announcing.since < SETTLE_MS) return state;
  const newest = state.board?.calls[0];
  return { ...state, announcing: undefined, hero: newest ?? state.hero };
}

/** The table beside the large field: newest first, without the one already large, one row per number. */
export function rows(state: BoardState, count: number): { call: Call; due: boolean }[] {
  const taken = new Set(state.hero ? [state.hero.number] : []);
  const out: { call: Call; due: boolean }[] = [];
  for (const call of state.board?.calls ?? []) {
    if (taken.has(call.number)) continue;
    taken.add(call.number);
    out.push({ call, due: state.waiting.some((each) => call_key(each.call) === call_key(call)) });
    if (out.length === count) break;
  }
  return out;
}

/** Height that the table has, and how much of it a row needs beyond its letters, in vh. */
const TABLE_VH = 65;
const ROW_AIR = 1.08;
const CAPITAL = 0.714;
const FONT_MAX_VH = 22;
/** The smallest angle at which a capital letter is read with ease: 0.7 degrees, a height of distance / 82. */
export const ANGLE_MIN = 0.7;

export interface RowSize { count: number; font_vh: number; cap_mm: number; degrees: number }

/**
 * Rows and letter size so that a capital reaches 0.7 degrees at the farthest seat: fewer rows for a far seat or a small screen, never smaller letters while
 * one row fits. `degrees` says what is reached, for the administrator's eyes.
 */
export function row_size(screen: Board['screen']): RowSize {
  const { inches, farthest_m } = screen ?? { inches: 55, farthest_m: 6 };
  const height_m = inches * 0.0254 * (9 / Math.hypot(16, 9));
  const needed_vh = ((farthest_m / 82) / CAPITAL / height_m) * 100;
  const count = Math.min(6, Math.max(1, Math.floor(TABLE_VH / (needed_vh * ROW_AIR))));
  const font_vh = Math.min(FONT_MAX_VH, TABLE_VH / count / ROW_AIR);
  const cap_mm = (font_vh / 100) * CAPITAL * height_m * 1000;
  return { count, font_vh, cap_mm, degrees: (Math.atan(cap_mm / 1000 / farthest_m) * 180) / Math.PI };
}

/** One page of a list that does not fit, by a turn counter; empty for an empty list. */
export function page_of<T>(list: readonly T[], size: number, turn: number): readonly T[] {
  const pages = Math.ceil(list.length / size);
  return pages <= 1 ? list : list.slice((turn % pages) * size, (turn % pages) * size + size);
}
