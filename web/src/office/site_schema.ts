// What the forms of the site show: each section of the facility file with its fields. Keys that no form knows stay as they are.
import type { Key } from '../core/texts';
import { ALARMS, BOOKING, RULES, SOUND } from './site_rules';
import type { Facility, Field, Section, Thing, Value } from './site_things';

const id: Field = { key: 'id', label: 'ui.site.f.id', kind: 'text', needed: true };
const name: Field = { key: 'name', label: 'ui.site.f.name', kind: 'words', wide: true };
const services = (needed: boolean): Field => ({ key: 'services', label: 'ui.site.f.services', kind: 'many', of: 'service', wide: true, needed });
const times = (key: string): Field => ({ key, label: `ui.site.f.${key}` as Key, kind: 'things', wide: true, max: 14, fresh: { from: '09:00', to: '12:00' }, fields: [
  { key: 'days', label: 'ui.site.f.days_or_all', kind: 'days', wide: true }, { key: 'from', label: 'ui.site.f.from', kind: 'time', needed: true }, { key: 'to', label: 'ui.site.f.to', kind: 'time', needed: true }] });
const MODES = ['walk_in', 'mixed', 'booking'] as const;
const ARROWS = ['', 'left', 'right', 'up', 'down', 'up_left', 'up_right', 'down_left', 'down_right'] as const;
const languages: Field = { key: 'languages', label: 'ui.site.f.languages', kind: 'list' };

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** `desk-3` where `desk-1` and `desk-2` are taken. */
export function free_id(list: readonly Thing[], stem: string): string {
  for (let n = 1; ; n++) if (!list.some((each) => each['id'] === `${stem}-${n}`)) return `${stem}-${n}`;
}

export const things = (facility: Facility, key: string): Thing[] => (Array.isArray(facility[key]) ? (facility[key] as Thing[]) : []);
const first = (facility: Facility, key: string): Value => things(facility, key)[0]?.['id'] ?? '';

const SERVICE: readonly Field[] = [
  id, name, { key: 'authority', label: 'ui.site.f.authority', kind: 'one', of: 'authority' }, { key: 'letter', label: 'ui.site.f.letter', kind: 'choice', options: ['A', 'C', 'J', 'K', 'P', 'T', 'Y'] },
  { key: 'mode', label: 'ui.site.f.mode', kind: 'choice', options: MODES, words: 'mode' },
  { key: 'expected_minutes', label: 'ui.site.f.expected_minutes', kind: 'number', min: 1, max: 480 }, { key: 'target_wait_minutes', label: 'ui.site.f.target_wait_minutes', kind: 'number', min: 1, max: 480 },
  { key: 'daily_quota', label: 'ui.site.f.daily_quota', kind: 'number', min: 1, max: 100_000 },
  { key: 'after', label: 'ui.site.f.after', kind: 'many', of: 'service', wide: true },
  { key: 'slot_minutes', label: 'ui.site.f.slot_minutes', kind: 'number', min: 1, max: 480, group: 'ui.site.g.booking' },
  { key: 'horizon_days', label: 'ui.site.f.horizon_days', kind: 'number', min: 0, max: 400, usual: 60 }, { key: 'lead_minutes', label: 'ui.site.f.lead_minutes', kind: 'number', min: 0, max: 20_160, usual: 0 },
  { key: 'book_share', label: 'ui.site.f.book_share', kind: 'number', min: 0, max: 100, usual: 100 }, { key: 'slots_per_day', label: 'ui.site.f.slots_per_day', kind: 'number', min: 0, max: 5000 },
  { key: 'acute_per_day', label: 'ui.site.f.acute_per_day', kind: 'number', min: 0, max: 1000 }, { key: 'release_days_before', label: 'ui.site.f.release_days_before', kind: 'number', min: 0, max: 30 },
  { key: 'release_from_hour', label: 'ui.site.f.release_from_hour', kind: 'number', min: 0, max: 23 }, { key: 'release_to_hour', label: 'ui.site.f.release_to_hour', kind: 'number', min: 1, max: 24 },
  { key: 'overbook_percent', label: 'ui.site.f.overbook_percent', kind: 'number', min: 0, max: 50 }, { key: 'overbook_max', label: 'ui.site.f.overbook_max', kind: 'number', min: 0, max: 100 },
  { key: 'overbook_after', label: 'ui.site.f.overbook_after', kind: 'number', min: 10, max: 300, usual: 50 }, { key: 'contact_centre', label: 'ui.site.f.contact_centre', kind: 'flag', usual: true },
  { key: 'message_name', label: 'ui.site.f.message_name', kind: 'words', wide: true },
  { key: 'booked_target_minutes', label: 'ui.site.r.booked_target_minutes', kind: 'number', min: 1, max: 480, group: 'ui.site.g.room' }, { key: 'walk_in_target_minutes', label: 'ui.site.r.walk_in_target_minutes', kind: 'number', min: 1, max: 480 },
  { key: 'alarm_wait_minutes', label: 'ui.site.f.alarm_wait_minutes', kind: 'number', min: 1, max: 1440 }, { key: 'queue_max', label: 'ui.site.f.queue_max', kind: 'number', min: 1, max: 5000, usual: 5000 },
  { key: 'extra_person_minutes', label: 'ui.site.f.extra_person_minutes', kind: 'number', min: 0, max: 240, usual: 0 }, { key: 'skill', label: 'ui.site.f.skill', kind: 'text' },
  { key: 'enrolment', label: 'ui.site.f.enrolment', kind: 'text' }, { key: 'telephone', label: 'ui.site.f.telephone', kind: 'flag', usual: false },
  { key: 'self_service', label: 'ui.site.f.self_service', kind: 'words', wide: true },
  { key: 'from', label: 'ui.site.f.offered_from', kind: 'date', group: 'ui.site.g.calendar' }, { key: 'until', label: 'ui.site.f.offered_until', kind: 'date' },
  { key: 'mode_on', label: 'ui.site.f.mode_on', kind: 'each', of: 'days', options: ['', ...MODES], words: 'mode_on', wide: true },
];

export const SECTIONS: readonly Section[] = [
  { key: 'site', title: 'ui.site.s.site', single: true, fresh: () => ({}), fields: [
    id, { key: 'name', label: 'ui.site.f.name', kind: 'text', needed: true }, languages, { key: 'time_zone', label: 'ui.site.f.time_zone', kind: 'text' },
    { key: 'business_day_starts', label: 'ui.site.f.business_day_starts', kind: 'time' }, { key: 'public_url', label: 'ui.site.f.public_url', kind: 'text', wide: true },
    { key: 'holidays', label: 'ui.site.f.holidays', kind: 'choice', options: ['', 'dk'], words: 'holidays' },
    { key: 'holidays_also', label: 'ui.site.f.holidays_also', kind: 'ticks', options: ['labour_day', 'constitution_day', 'christmas_eve', 'new_years_eve'], words: 'holidays_also', wide: true },
    { key: 'where', label: 'ui.site.f.where', kind: 'words', wide: true }, { key: 'ticket_footer', label: 'ui.site.f.ticket_footer', kind: 'words', wide: true }] },
  { key: 'service', title: 'ui.site.s.service', fresh: (facility) => ({ id: free_id(things(facility, 'service'), 'service'), authority: first(facility, 'authority'), letter: 'A', expected_minutes: 10, mode: 'walk_in' }), fields: SERVICE },
  { key: 'authority', title: 'ui.site.s.authority', fresh: (facility) => ({ id: free_id(things(facility, 'authority'), 'authority') }), fields: [
    id, name, { key: 'present', label: 'ui.site.f.present', kind: 'list', wide: true }, { key: 'weekly_quota', label: 'ui.site.f.weekly_quota', kind: 'number', min: 1, max: 100_000 }, { key: 'daily_quota', label: 'ui.site.f.daily_quota', kind: 'number', min: 1, max: 100_000 }, { key: 'address', label: 'ui.site.f.address', kind: 'words', wide: true }] },
  { key: 'opening', title: 'ui.site.s.opening', fresh: () => ({ days: ['mon'], from: '09:00', to: '15:00' }), fields: [
    { key: 'days', label: 'ui.site.f.days', kind: 'days', wide: true, needed: true }, { key: 'from', label: 'ui.site.f.from', kind: 'time', needed: true }, { key: 'to', label: 'ui.site.f.to', kind: 'time', needed: true }, { key: 'lunch', label: 'ui.site.f.lunch', kind: 'text' }] },
  { key: 'closure', title: 'ui.site.s.closure', fresh: () => ({ date: '' }), fields: [
    { key: 'date', label: 'ui.site.f.date', kind: 'date', needed: true }, { key: 'from', label: 'ui.site.f.open_from', kind: 'time' }, { key: 'to', label: 'ui.site.f.open_to', kind: 'time' }, { key: 'reason', label: 'ui.site.f.reason', kind: 'words', wide: true }] },
  { key: 'desk', title: 'ui.site.s.desk', fresh: (facility) => ({ id: free_id(things(facility, 'desk'), 'desk'), zone: things(facility, 'desk')[0]?.['zone'] ?? 'hall', services: things(facility, 'service').map((each) => each['id'] ?? '') }), fields: [
    id, name, { key: 'zone', label: 'ui.site.f.zone', kind: 'text' }, languages, services(true),
    { key: 'skills', label: 'ui.site.f.skills', kind: 'list' }, { key: 'pools', label: 'ui.site.f.pools', kind: 'list' }, { key: 'arrow', label: 'ui.site.f.arrow', kind: 'choice', options: ARROWS, words: 'arrow' }, times('hours'), times('breaks')] },
  { key: 'printer', title: 'ui.site.s.printer', fresh: (facility) => ({ id: free_id(things(facility, 'printer'), 'printer'), kind: 'preview' }), fields: [
    id, name, { key: 'kind', label: 'ui.site.f.kind', kind: 'choice', options: ['cups', 'escpos', 'preview'], words: 'printer' }, { key: 'queue', label: 'ui.site.f.queue', kind: 'text' }, { key: 'device', label: 'ui.site.f.device', kind: 'text' }, { key: 'raw', label: 'ui.site.f.raw', kind: 'flag' },
    { key: 'width_mm', label: 'ui.site.f.width_mm', kind: 'number', min: 40, max: 216 }, { key: 'cut', label: 'ui.site.f.cut', kind: 'flag' }, { key: 'fallback', label: 'ui.site.f.fallback', kind: 'one', of: 'printer' }] },
  { key: 'kiosk', title: 'ui.site.s.kiosk', fresh: (facility) => ({ id: free_id(things(facility, 'kiosk'), 'kiosk'), printer: first(facility, 'printer') }), fields: [
    id, name, { key: 'printer', label: 'ui.site.f.printer', kind: 'one', of: 'printer' }, languages, services(false), { key: 'night_after_minutes', label: 'ui.site.f.night_after_minutes', kind: 'number', min: 0, max: 720, usual: 60 }] },
  { key: 'board', title: 'ui.site.s.board', fresh: (facility) => ({ id: free_id(things(facility, 'board'), 'board'), zones: [] }), fields: [
    id, name, { key: 'zones', label: 'ui.site.f.zones', kind: 'list' }, languages, { key: 'screen_inches', label: 'ui.site.f.screen_inches', kind: 'number', min: 5, max: 300, step: 0.5 },
    { key: 'farthest_m', label: 'ui.site.f.farthest_m', kind: 'number', min: 0.5, max: 100, step: 0.5 }, { key: 'chime_volume', label: 'ui.site.f.chime_volume', kind: 'number', min: 0, max: 100 }, { key: 'speaker', label: 'ui.site.f.speaker', kind: 'flag' },
    { key: 'night_after_minutes', label: 'ui.site.f.night_after_minutes', kind: 'number', min: 0, max: 720, usual: 60 }, { key: 'arrows', label: 'ui.site.f.arrows', kind: 'each', of: 'desk', options: ARROWS, words: 'arrow', wide: true },
    { key: 'notice', label: 'ui.site.f.notice', kind: 'things', wide: true, max: 20, fresh: {}, fields: [{ key: 'title', label: 'ui.site.f.title', kind: 'words', wide: true }, { key: 'text', label: 'ui.site.f.text', kind: 'lines', wide: true }] }] },
  { key: 'priority', title: 'ui.site.s.priority', fresh: (facility) => ({ id: free_id(things(facility, 'priority'), 'priority') }), fields: [
    id, name, { key: 'head_start_minutes', label: 'ui.site.f.head_start_minutes', kind: 'number', min: 0, max: 480, usual: 30 }] },
  { key: 'equipment', title: 'ui.site.s.equipment', fresh: (facility) => ({ id: free_id(things(facility, 'equipment'), 'equipment'), services: [], count: 1 }), fields: [
    id, { key: 'count', label: 'ui.site.f.count', kind: 'number', min: 0, max: 200, usual: 1 }, services(true)] },
  { key: 'break_reason', title: 'ui.site.s.break_reason', fresh: (facility) => ({ id: free_id(things(facility, 'break_reason'), 'break') }), fields: [id, name] },
  { key: 'room', title: 'ui.site.s.room', single: true, fresh: () => ({}), fields: [
    { key: 'crowd_max', label: 'ui.site.f.crowd_max', kind: 'number', min: 1, max: 10_000 }, { key: 'when_full', label: 'ui.site.f.when_full', kind: 'choice', options: ['outside', 'refuse'], words: 'when_full', usual: 'outside' },
    { key: 'zone', label: 'ui.site.f.zone_limits', kind: 'things', wide: true, max: 50, fresh: { id: '', crowd_max: 20 }, fields: [{ key: 'id', label: 'ui.site.f.zone', kind: 'text', needed: true }, { key: 'crowd_max', label: 'ui.site.f.crowd_max', kind: 'number', min: 1, max: 10_000 }] }] },
  RULES, ALARMS, BOOKING, SOUND,
  { key: 'speaker', title: 'ui.site.s.speaker', fresh: (facility) => ({ id: free_id(things(facility, 'speaker'), 'speaker') }), fields: [
    id, name, { key: 'zones', label: 'ui.site.f.zones', kind: 'list' }, { key: 'volume', label: 'ui.site.f.volume', kind: 'number', min: 0, max: 100, usual: 60 }] },
];

/** A thing with one key set; an empty value takes the key away, so that the site's own default holds. */
export function put(thing: Thing, key: string, value: Value | undefined): Thing {
  const { [key]: _, ...rest } = thing;
  const nothing = value === undefined || value === '' || (Array.isArray(value) && value.length === 0) || (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0);
  if (nothing) return rest;
  return key in thing ? Object.fromEntries(Object.entries(thing).map(([each, old]) => [each, each === key ? value : old])) : { ...thing, [key]: value };
}

/** Words as a table by language; a plain text is of the first. */
export const words_of = (value: Value | undefined, languages_: readonly string[]): Record<string, string> =>
  typeof value === 'string' ? { [languages_[0] ?? 'da']: value } : value && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, string>) : {};

export function site_languages(facility: Facility): string[] {
  const of = (facility['site'] as Thing | undefined)?.['languages'];
  return Array.isArray(of) && of.length > 0 ? of.map(String) : ['da', 'en'];
}

/** What a thing is called in lists. */
export function called(thing: Thing, languages_: readonly string[]): string {
  const words = words_of(thing['name'] ?? thing['reason'], languages_);
  const said = languages_.map((language) => words[language]).find(Boolean) ?? Object.values(words)[0];
  return said ?? String(thing['id'] ?? thing['date'] ?? '');
}

/** The faults of one field: `/service/2/letter` and what is below it. */
export const faults_at = <F extends { field?: string }>(findings: readonly F[], pointer: string): F[] => findings.filter((each) => each.field === pointer || each.field?.startsWith(`${pointer}/`));
