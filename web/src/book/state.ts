// Booking on the web: what the page shows, as pure functions.
import { ms, offset_minutes, wall, wall_parts } from '../core/time';

export interface Bookable {
  site: string;
  services: { id: string; name: string; minutes: number; extra_person_minutes: number; horizon_days: number; self_service?: string }[];
  hold_minutes: number;
  /** May one wait for a place to become free? */
  waiting_list: boolean;
  at: string;
}
export interface Slot { start: string; free: number; advised?: true }
export interface Booking {
  code: string; code_shown: string; state: 'held' | 'booked' | 'arrived' | 'missed' | 'cancelled' | 'waiting';
  start: string; end: string; services: { service: string; name: string; from: string; to: string }[];
  party: number; held_until?: string; number?: string; site: string;
  /** On the waiting list, or offered a place. */
  wish?: { first: string; last: string; offered: boolean };
}
export interface Day { date: string; weekday: number; label: string; slots: Slot[] }

/** A week at a time: what fits on a phone without losing oneself. */
export const DAYS_SHOWN = 7;

/** Free times under the days they are on, in order. The stamps carry the site's own wall clock, so no zone is needed. */
export function by_day(slots: readonly Slot[]): Day[] {
  const days: Day[] = [];
  for (const slot of slots) {
    const date = slot.start.slice(0, 10);
    if (days.at(-1)?.date !== date) days.push({ date, weekday: weekday_of(slot.start), label: day_label(slot.start), slots: [] });
    days.at(-1)!.slots.push(slot);
  }
  return days;
}

export const weekday_of = (stamp: string): number => wall_parts(ms(stamp), offset_minutes(stamp)).weekday;

/** `23.11.` */
export const day_label = (stamp: string): string => `${Number(stamp.slice(8, 10))}.${Number(stamp.slice(5, 7))}.`;

export const minutes_of = (all: Bookable, chosen: readonly string[], party: number): number =>
  all.services.filter((one) => chosen.includes(one.id)).reduce((sum, one) => sum + one.minutes + one.extra_person_minutes * (party - 1), 0);

export function slots_path(chosen: readonly string[], party: number, from: string | undefined, instead_of: string | undefined): string {
  const more = (from ? `&from=${from}` : '') + (instead_of ? `&instead_of=${instead_of}` : '');
  return `/slots?service=${chosen.join(',')}&party=${party}&days=${DAYS_SHOWN}${more}`;
}

/** A date so many days later. */
export function days_later(date: string, days: number): string {
  return new Date(Date.parse(`${date}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export const clock = wall;

/** What was typed as a contact: an address or a number. */
export function contact_of(typed: string): { email?: string; phone?: string } | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  return text.includes('@') ? { email: text } : { phone: text };
}
