// What the desk page itself has to remember: an open panel, a call under way, the last refusal. The case is the daemon's.
import type { Desk, Outcome, Problem, Waiting } from '../core/types';

export type Panel =
  | { name: 'none' }
  | { name: 'transfer' }
  | { name: 'park' }
  | { name: 'named'; typed: string }
  | { name: 'new' }
  | { name: 'break' }
  | { name: 'add' }
  | { name: 'help' }
  | { name: 'calling' }
  | { name: 'keys' }
  | { name: 'booking'; code: string }
  | { name: 'untold' }
  | { name: 'row'; visit: string }
  | { name: 'switch'; visit: string };

export type Tab = 'queue' | 'parked' | 'missed' | 'booked';

export interface DeskState {
  panel: Panel;
  tab: Tab;
  outcome: Outcome;
  /** The action under way; one at a time, so a double press cannot act twice. */
  busy: string | undefined;
  problem: Problem | undefined;
  /** What was just done, said once. */
  said: string | undefined;
}

export type DeskEvent =
  | { type: 'panel'; panel: Panel }
  | { type: 'tab'; tab: Tab }
  | { type: 'outcome'; outcome: Outcome }
  | { type: 'begin'; action: string }
  | { type: 'done'; said?: string }
  | { type: 'refused'; problem: Problem }
  | { type: 'dismiss' };

export const OUTCOMES: readonly Outcome[] = ['settled', 'needs_documents', 'referred', 'back_office', 'left'];

export const begin_state: DeskState = { panel: { name: 'none' }, tab: 'queue', outcome: 'settled', busy: undefined, problem: undefined, said: undefined };

export function reduce(state: DeskState, event: DeskEvent): DeskState {
  switch (event.type) {
    case 'panel': return { ...state, panel: event.panel, problem: undefined };
    case 'tab': return { ...state, tab: event.tab };
    case 'outcome': return { ...state, outcome: event.outcome };
    case 'begin': return { ...state, busy: event.action, problem: undefined, said: undefined };
    // The outcome goes back to the common one: it belongs to the case that is over.
    case 'done': return { ...state, busy: undefined, panel: { name: 'none' }, outcome: 'settled', said: event.said };
    case 'refused': return { ...state, busy: undefined, problem: event.problem };
    case 'dismiss': return { ...state, problem: undefined, said: undefined };
  }
}

export type Action = 'open' | 'next' | 'start' | 'finish' | 'finish_next' | 'recall' | 'no_show' | 'park' | 'transfer' | 'named' | 'new' | 'break' | 'undo' | 'go_on' | 'add' | 'help' | 'calling';

/** Why an action cannot be taken now, as a catalogue key below ui.desk.why_not; undefined = it can. The daemon has the last word. */
export function why_not(action: Action, desk: Desk, link: 'live' | 'lost' | 'stale' | 'connecting', busy: boolean, server_now: number): string | undefined {
  if (link === 'stale' || link === 'lost' || link === 'connecting') return 'offline';
  if (busy) return 'busy';
  const serving = desk.visit;
  switch (action) {
    case 'undo': return desk.undo && Date.parse(desk.undo.until) > server_now ? undefined : 'nothing_to_undo';
    case 'new': return undefined;
    case 'open': return desk.state === 'open' ? 'is_open' : undefined;
    case 'break': return serving ? 'has_visit' : desk.state === 'open' ? undefined : 'closed';
    case 'next': return serving ? 'has_visit' : desk.state !== 'open' ? 'closed' : desk.waiting === 0 ? 'nobody' : undefined;
    case 'named': case 'calling': return desk.state !== 'open' ? 'closed' : undefined;
    case 'start': return serving?.state === 'called' ? undefined : 'not_called';
    case 'recall': return why_not_recall(desk, server_now);
    case 'no_show': return serving?.state === 'called' ? undefined : 'not_called';
    case 'help': return undefined;
    case 'go_on': return !serving ? 'no_visit' : serving.next_steps?.some((each) => each.here) ? undefined : 'no_next_step';
    case 'add': case 'finish': case 'finish_next': case 'park': case 'transfer': return serving ? undefined : 'no_visit';
  }
}

function why_not_recall(desk: Desk, server_now: number): string | undefined {
  const visit = desk.visit;
  if (visit?.state !== 'called') return 'not_called';
  if (visit.recalls_left === 0) return 'recall_limit';
  return recall_wait_s(desk, server_now) > 0 ? 'recall_too_soon' : undefined;
}

/** Whole seconds until a recall is allowed; 0 = now. */
export function recall_wait_s(desk: Desk, server_now: number): number {
  const after = desk.visit?.recall_after;
  return after ? Math.max(0, Math.ceil((Date.parse(after) - server_now) / 1000)) : 0;
}

export function undo_left_s(desk: Desk, server_now: number): number {
  return desk.undo ? Math.max(0, Math.ceil((Date.parse(desk.undo.until) - server_now) / 1000)) : 0;
}

/** Seconds a visit has waited by now: the wire's figure is as old as the last message. */
export const waited_s = (visit: Waiting, server_now: number): number => Math.max(0, (server_now - Date.parse(visit.waiting_since)) / 1000);

/** `r7`, `R 007` → `R7`; undefined for what is no whole number of a ticket. */
export function typed_number(typed: string): string | undefined {
  const found = /^([A-Z])0*([1-9][0-9]{0,2})$/.exec(typed.toUpperCase().replace(/[^A-Z0-9]/g, ''));
  return found ? `${found[1]!}${found[2]!}` : undefined;
}

/** `a12`, `A 12`, `12` → the visits that fit, exact first; bounded by the lists given. */
export function match_number(typed: string, lists: readonly (readonly Waiting[])[]): Waiting[] {
  const wanted = typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
  if (!wanted) return [];
  const all = lists.flat();
  const exact = all.filter((each) => each.number === wanted);
  return exact.length > 0 ? exact : all.filter((each) => each.number.replace(/^[A-Z]+/, '').replace(/^0+/, '') === wanted.replace(/^0+/, '') || each.number.startsWith(wanted));
}
