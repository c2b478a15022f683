// Clock times without Intl: its first use costs tens of milliseconds on a small box, and engines disagree on digits.
import type { Estimate } from './types';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** `2026-11-23T09:05:00+01:00` → `09.05`: the wire already carries the site's own wall clock. */
export const wall = (stamp: string): string => `${stamp.slice(11, 13)}.${stamp.slice(14, 16)}`;

export const ms = (stamp: string): number => Date.parse(stamp);

/** Offset of the site from UTC in minutes, read from a stamp; `Z` is 0. */
export function offset_minutes(stamp: string): number {
  const found = /([+-])(\d\d):(\d\d)$/.exec(stamp);
  if (!found) return 0;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  return found[1] === '-' ? -minutes : minutes;
}

/** The site's wall clock at a moment, as parts; `weekday` 1 = Monday. */
export function wall_parts(at_ms: number, offset: number): { clock: string; weekday: number; day: number; month: number; date: number } {
  const shifted = new Date(at_ms + offset * MINUTE_MS);
  const two = (value: number): string => String(value).padStart(2, '0');
  return {
    clock: `${two(shifted.getUTCHours())}.${two(shifted.getUTCMinutes())}`,
    weekday: ((shifted.getUTCDay() + 6) % 7) + 1,
    day: shifted.getUTCDate(),
    month: shifted.getUTCMonth() + 1,
    date: Math.floor(shifted.getTime() / DAY_MS),
  };
}

/** Seconds as `5:42`, or `1:05:42` past an hour; never negative. */
export function stopwatch(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

export interface Range { from: number; to: number }

/**
 * An estimate as whole minutes for people: down and up to 1 min while short, to 5 min when long, so that a range never
 * pretends more than is known. The printed ticket rounds the same way.
 */
export function minute_range(estimate: Estimate): Range {
  const to = Math.max(1, Math.ceil(estimate.p90_s / 60));
  const step = to <= 12 ? 1 : 5;
  return { from: Math.floor(estimate.p10_s / 60 / step) * step, to: Math.ceil(to / step) * step };
}
