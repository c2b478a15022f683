// How the house works, as forms: rules, alarms, priorities, booking, sound. Bounds and usual values are the daemon's own; a test holds them against it.
import type { Key } from '../core/texts';
import type { Field, Section, Thing } from './site_things';

const label = (key: string): Key => `ui.site.r.${key}` as Key;
/** An empty box means the usual value, which stands in it in grey. */
const number = (key: string, min: number, max: number, usual: number): Field => ({ key, label: label(key), kind: 'number', min, max, usual });
const flag = (key: string, usual: boolean): Field => ({ key, label: label(key), kind: 'flag', usual });
const choice = (key: string, options: readonly string[], usual: string): Field => ({ key, label: label(key), kind: 'choice', options, words: key, usual });

export const RULES: Section = { key: 'rules', title: 'ui.site.s.rules', single: true, fresh: () => ({}), fields: [
  choice('policy', ['fifo', 'booked_first', 'longest_wait', 'skranke'], 'longest_wait'),
  number('booked_target_minutes', 1, 480, 8),
  number('walk_in_target_minutes', 1, 480, 40),
  number('recall_after_s', 0, 600, 20),
  number('recalls_max', 0, 20, 3),
  number('no_show_after_s', 0, 3600, 0),
  choice('missed_return', ['keep', 'end', 'none'], 'keep'),
  number('missed_within_minutes', 0, 1440, 0),
  number('undo_within_s', 0, 60, 10),
  number('park_minutes', 1, 480, 10),
  number('more_time_minutes', 0, 120, 10),
  number('more_times_max', 0, 10, 2),
  number('callback_again_minutes', 1, 480, 15),
  choice('last_ticket', ['closing', 'by_work'], 'closing'),
  number('overtime_minutes', 0, 480, 0),
  number('last_ticket_notice_minutes', 0, 240, 20),
  number('prefer_minutes', 0, 480, 5),
  number('standby_hold_minutes', 0, 120, 5),
  number('board_call_s', 10, 7200, 900),
  number('back_notice_s', 0, 7200, 600),
  number('page_hours', 0, 24, 2),
  flag('call_named', true),
  flag('language_must', false),
  flag('night_ends_visits', true)] };

export const ALARMS: Section = { key: 'alarms', title: 'ui.site.s.alarms', single: true, fresh: () => ({}), fields: [
  number('wait_minutes', 0, 1440, 60),
  number('queue', 0, 5000, 0),
  number('called_minutes', 0, 1440, 10),
  number('serving_minutes', 0, 1440, 90),
  number('parked_minutes', 0, 1440, 60),
  number('leaving_minutes', 0, 480, 30),
  number('closing_minutes', 0, 480, 30),
  number('break_minutes', 0, 480, 45),
  flag('promise', true)] };

export const BOOKING: Section = { key: 'booking', title: 'ui.site.s.booking', single: true, fresh: () => ({}), fields: [
  number('check_in_before_minutes', 0, 1440, 30),
  number('late_minutes', 0, 480, 10),
  number('hold_minutes', 1, 120, 10),
  number('per_contact_max', 1, 100, 3),
  number('waiting_list_max', 0, 5000, 500),
  number('offer_minutes', 5, 720, 30),
  number('offer_notice_minutes', 0, 10080, 120),
  number('offers_max', 1, 20, 3),
  number('awake_from_hour', 0, 23, 7),
  number('awake_to_hour', 1, 24, 21)] };

export const SOUND: Section = { key: 'sound', title: 'ui.site.s.sound', single: true, fresh: () => ({}), fields: [
  flag('speech', true),
  flag('second_language', true),
  number('times', 1, 3, 1),
  { key: 'quiet', label: label('quiet'), kind: 'list', wide: true },
  { key: 'volume', label: label('volume'), kind: 'volumes', wide: true }] };

/** "09:00-15:00 80" for each part of the day; what cannot be read goes on as it is, and the daemon says what is wrong with it. */
export const volumes_said = (value: unknown): string => (Array.isArray(value) ? (value as Thing[]).map((each) => (each['to'] === '' ? String(each['from']) : `${String(each['from'] ?? '')}-${String(each['to'] ?? '')} ${String(each['percent'] ?? '')}`)).join(', ') : '');
export function volumes_read(text: string): Thing[] {
  return text.split(',').map((each) => each.trim()).filter(Boolean).map((each) => {
    const found = /^(\S+?)\s*[-–]\s*(\S+)\s+(\d{1,3})\s*%?$/.exec(each);
    return found ? { from: found[1]!, to: found[2]!, percent: Number(found[3]) } : { from: each, to: '', percent: 0 };
  });
}
