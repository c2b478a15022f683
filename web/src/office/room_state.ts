// What the page of the room works out from the live topics: pure, and tried without a browser.
import type { Desk, Queue, Service, Waiting } from '../core/types';

/** Against the target of the service: what is close to it is seen before it is late. */
export type Level = 'good' | 'near' | 'late';
const NEAR = 0.75;

export interface Line { service: Service; waiting: readonly Waiting[]; longest_s: number; level: Level }

/** Whole minutes only: a page that is looked at all day must not flicker. A booked visit waits from its time, not from its early arrival. */
export function waits_s(visit: Waiting, now_ms: number): number {
  const from = Math.max(Date.parse(visit.waiting_since), visit.booked_for ? Date.parse(visit.booked_for) : 0);
  return Math.max(0, (now_ms - from) / 1000);
}

export function level_of(longest_s: number, target_s: number | undefined): Level {
  if (!target_s) return 'good';
  return longest_s > target_s ? 'late' : longest_s >= target_s * NEAR ? 'near' : 'good';
}

const RANK: Record<Level, number> = { late: 0, near: 1, good: 2 };

/** Each service with those who wait for it: the late ones first, then where most wait, then as the site has them. */
export function lines_of(services: readonly Service[], queue: Queue | undefined, now_ms: number): Line[] {
  const lines = services.map((service) => {
    const waiting = (queue?.waiting ?? []).filter((visit) => visit.service === service.id);
    const longest_s = Math.max(0, ...waiting.map((visit) => waits_s(visit, now_ms)));
    return { service, waiting, longest_s, level: level_of(longest_s, service.target_wait_s) };
  });
  return lines.sort((a, b) => RANK[a.level] - RANK[b.level] || b.waiting.length - a.waiting.length);
}

export const minutes = (seconds: number): number => Math.floor(seconds / 60);

/** How long the citizen at a desk has been there, and whether that is longer than expected. */
export function at_desk(desk: Desk, now_ms: number): { minutes: number; over: boolean } {
  const since = desk.visit?.started_at ?? desk.visit?.called_at;
  const seconds = since ? Math.max(0, (now_ms - Date.parse(since)) / 1000) : 0;
  return { minutes: minutes(seconds), over: desk.visit?.state === 'serving' && desk.visit.expected_s !== undefined && seconds > desk.visit.expected_s };
}

/** Who asks for help first, then who serves, then who is free, away and closed; in the order of the site among equals. */
export function by_state(desks: readonly Desk[]): Desk[] {
  const rank = (desk: Desk): number => (desk.help ? 0 : desk.visit ? 1 : desk.state === 'open' ? 2 : desk.state === 'break' ? 3 : 4);
  return [...desks].sort((a, b) => rank(a) - rank(b));
}
