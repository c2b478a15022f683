import assert from 'node:assert/strict';
import { test } from 'node:test';
import { END_AFTER_MS, NIGHT_AFTER_MS, TICKET_SHOWN_MS, TICKET_TROUBLE_MS, WARN_AFTER_MS, asleep, begin_state, deadline, layout, reduce, untouched } from '../../../web/src/kiosk/state';
import type { KioskEvent, KioskState } from '../../../web/src/kiosk/state';
import { Reader, step_of } from '../../../web/src/kiosk/keypad';
import { booking_in } from '../../../web/src/kiosk/scan';
import { showing_of, told_of } from '../../../web/src/kiosk/showing';
import { Speaker, sayable } from '../../../web/src/kiosk/speech';
import type { Visit } from '../../../web/src/core/types';

const visit: Visit = { id: 'v1', token: 't', number: 'A1', state: 'waiting', steps: [], created_at: '', print: { state: 'printing' } };
const fold = (...events: KioskEvent[]): KioskState => events.reduce(reduce, begin_state('da', 0));
const took: KioskEvent[] = [{ type: 'choose', service: 'pas', key: 'k', now: 10 }, { type: 'took', key: 'k', visit, now: 20 }];

test('an answer counts only for the press that it belongs to', () => {
  const home = fold({ type: 'choose', service: 'pas', key: 'k1', now: 1 }, { type: 'home', now: 2 }, { type: 'took', key: 'k1', visit, now: 3 });
  assert.equal(home.screen.name, 'home', 'the person has gone on');
  const second = fold({ type: 'choose', service: 'pas', key: 'k1', now: 1 }, { type: 'choose', service: 'cpr', key: 'k2', now: 2 }, { type: 'took', key: 'k1', visit, now: 3 });
  assert.equal(second.screen.name, 'taking');
});

test('a refusal keeps the key, so that trying again is the same press', () => {
  const state = fold({ type: 'choose', service: 'pas', key: 'k', now: 1 }, { type: 'refused', key: 'k', problem: { reason: 'offline', status: 0 }, now: 2 });
  assert.ok(state.screen.name === 'refused' && state.screen.key === 'k');
});

test('home with nothing changed never times out; anything else warns at 45 s and ends at 75 s', () => {
  const home = begin_state('da', 0);
  assert.ok(untouched(home, 'da'));
  const english = fold({ type: 'language', language: 'en', now: 0 });
  assert.ok(!untouched(english, 'da'));
  assert.equal(deadline(english, WARN_AFTER_MS - 1).warn, false);
  assert.deepEqual(deadline(english, WARN_AFTER_MS), { warn: true, ended: false, left_ms: END_AFTER_MS - WARN_AFTER_MS, total_ms: END_AFTER_MS - WARN_AFTER_MS });
  assert.equal(deadline(english, END_AFTER_MS).ended, true);
  assert.equal(deadline(reduce(english, { type: 'touch', now: 44_000 }), END_AFTER_MS).ended, false);
});

test('every limit doubles once an aid is on', () => {
  const large = fold({ type: 'aid', aid: 'large', now: 0 });
  assert.equal(deadline(large, 2 * WARN_AFTER_MS - 1).warn, false);
  assert.equal(deadline(large, 2 * END_AFTER_MS).ended, true);
  const ticket = reduce(fold(...took), { type: 'aid', aid: 'contrast', now: 20 });
  assert.equal(deadline(ticket, 20 + 2 * TICKET_SHOWN_MS - 1).ended, false);
});

test('the ticket stays 20 s from the moment the paper came, longer when it did not', () => {
  const shown = fold(...took);
  assert.equal(deadline(shown, 20 + TICKET_SHOWN_MS).ended, true);
  const printed = reduce(shown, { type: 'visit', visit: { ...visit, print: { state: 'printed' } }, now: 5000 });
  assert.equal(deadline(printed, 20 + TICKET_SHOWN_MS).ended, false);
  assert.equal(deadline(printed, 5000 + TICKET_SHOWN_MS).ended, true);
  const again = reduce(printed, { type: 'visit', visit: { ...visit, print: { state: 'printed' } }, now: 9000 });
  assert.equal(deadline(again, 5000 + TICKET_SHOWN_MS).ended, true, 'polling alone does not keep it open');
  const failed = reduce(shown, { type: 'visit', visit: { ...visit, print: { state: 'failed' } }, now: 5000 });
  assert.equal(deadline(failed, 5000 + TICKET_SHOWN_MS).ended, false);
  assert.equal(deadline(failed, 5000 + TICKET_TROUBLE_MS).ended, true);
});

test('a request under way never times out by itself', () => {
  assert.equal(deadline(fold(took[0]!), 10_000_000).ended, false);
});

test('the next person finds the kiosk as new', () => {
  const used = fold({ type: 'language', language: 'en', now: 0 }, { type: 'aid', aid: 'low', now: 1 }, ...took, { type: 'ended', language: 'da', now: 30 });
  assert.deepEqual(used, begin_state('da', 30));
});

test('what belongs to a ticket is dropped once it is gone', () => {
  const gone = fold(...took, { type: 'home', now: 30 });
  for (const type of ['undo', 'undone', 'undo_failed', 'reprint_asked', 'reprint_refused'] as const) assert.equal(reduce(gone, { type, now: 40 }), gone);
  assert.equal(reduce(gone, { type: 'visit', visit, now: 40 }), gone);
});

test('pages: one column while few, tiles when many, fewer with large text', () => {
  const none = { large: false, contrast: false, low: false };
  assert.deepEqual(layout(6, none), { columns: 1, per_page: 7 });
  assert.equal(layout(11, none).columns, 2);
  assert.equal(layout(11, { ...none, large: true }).columns, 1);
  assert.ok(layout(11, { ...none, low: true }).per_page < layout(11, none).per_page);
});

test('several matters: chosen in order, at most five, forgotten with the session', () => {
  const chosen = fold({ type: 'several', now: 1 }, ...['a', 'b', 'c', 'b', 'd', 'e', 'f', 'g'].map((service): KioskEvent => ({ type: 'matter', service, now: 2 })));
  assert.deepEqual(chosen.chosen, ['a', 'c', 'd', 'e', 'f']);
  assert.equal(fold({ type: 'several', now: 1 }, { type: 'order', now: 2 }).screen.name, 'home', 'nothing chosen, nothing to confirm');
  const order = reduce(chosen, { type: 'order', now: 3 });
  assert.equal(order.screen.name, 'several');
  assert.deepEqual(reduce(order, { type: 'choose_on', now: 4 }).chosen, chosen.chosen);
  assert.equal(reduce(order, { type: 'home', now: 4 }).chosen, undefined);
  assert.ok(untouched(reduce(order, { type: 'ended', language: 'da', now: 5 }), 'da'));
  assert.ok(!untouched(fold({ type: 'several', now: 1 }), 'da'));
});

test('a time booked belongs to its press, and stands as long as a number without paper', () => {
  const booking = { code: '7k2mxw4q', code_shown: '7K2M XW4Q', start: '2026-11-24T09:15:00+01:00', services: [] };
  const press: KioskEvent[] = [{ type: 'slots', services: ['pas'], now: 1 }, { type: 'choose', service: 'time:x|pas', key: 'k', now: 2 }];
  const booked = fold(...press, { type: 'booked', key: 'k', booking, now: 3 });
  assert.equal(booked.screen.name, 'booked');
  assert.equal(fold(...press, { type: 'home', now: 3 }, { type: 'booked', key: 'k', booking, now: 4 }).screen.name, 'home');
  assert.equal(deadline(booked, 3 + TICKET_TROUBLE_MS - 1).ended, false);
  assert.equal(deadline(booked, 3 + TICKET_TROUBLE_MS).ended, true);
  assert.equal(reduce(booked, { type: 'unbooked', now: 5 }).screen.name, 'unbooked');
});

test('a glass without a voice is never dark, and the volume stays between its ends', () => {
  const dark = fold({ type: 'aid', aid: 'listen', now: 1 }, { type: 'aid', aid: 'dark', now: 2 });
  assert.ok(dark.aids.dark);
  assert.equal(reduce(dark, { type: 'aid', aid: 'listen', now: 3 }).aids.dark, false);
  const volume = (...by: number[]): number => fold(...by.map((each): KioskEvent => ({ type: 'volume', by: each, now: 1 }))).volume;
  assert.deepEqual([volume(20, 20, 20), volume(-20, -20, -20, -20), volume(-20, 20)], [100, 20, 60]);
});

test('what a kiosk tells of its glass is a name: nothing chosen, typed or given, and it is read back', () => {
  const press: KioskEvent[] = [{ type: 'language', language: 'ar', now: 1 }, { type: 'aid', aid: 'large', now: 1 }, { type: 'choose', service: 'booking:k7p2xw49', key: 'k', now: 2 }];
  const visit = { id: 'v', token: 'abc123', number: 'A17', state: 'waiting', steps: [], created_at: '' } as unknown as Visit;
  for (const state of [fold(...press), fold(...press, { type: 'took', key: 'k', visit, now: 3 }), fold({ type: 'several', now: 1 }, { type: 'matter', service: 'pas1', now: 2 }, { type: 'order', now: 3 })]) {
    const told = told_of(state, false);
    assert.match(Object.values(told).join(), /^[a-z,_]+$/);
    assert.deepEqual(showing_of({ ...told }, 'da'), { screen: state.screen.name, language: state.language, aids: state.aids });
  }
  assert.equal(told_of(fold(), true).showing, 'night');
  assert.deepEqual([showing_of({}, 'da'), showing_of({ showing: 'constructor' }, 'da'), showing_of(undefined, 'da')], [undefined, undefined, undefined]);
});

test('arrows go the way of the writing', () => {
  assert.deepEqual(['ArrowDown', 'ArrowRight', 'ArrowUp', 'ArrowLeft', 'Tab'].map((key) => step_of(key, false)), [1, 1, -1, -1, undefined]);
  assert.deepEqual(['ArrowDown', 'ArrowRight', 'ArrowUp', 'ArrowLeft'].map((key) => step_of(key, true)), [1, -1, -1, 1]);
});

test('a code reader is told from fingers by its speed, and its Enter presses nothing', () => {
  const typed = (gap: number, text = '100HTXND'): string | undefined => {
    const reader = new Reader();
    let at = 1_000;
    for (const sign of text) reader.take(sign, at += gap);
    return reader.take('Enter', at + gap);
  };
  assert.equal(typed(10), '100HTXND');
  assert.equal(typed(200), undefined, 'fingers');
  assert.equal(typed(10, 'ab'), undefined, 'too short');
  const reader = new Reader();
  for (const [index, sign] of Array.from('1234567').entries()) reader.take(sign, index * 10);
  reader.take('Escape', 80);
  assert.equal(reader.take('Enter', 90), undefined, 'another key in between ends it');
});

test('what is said has no signs that only look', () => {
  assert.equal(sayable('3 venter · 5–20\u00a0min', 'til'), '3 venter, 5 til 20 min');
  assert.equal(sayable('Et øjeblik …', 'til'), 'Et øjeblik.');
  assert.equal(sayable('\u2068A\u00a012\u2069', 'til'), 'A 12');
});

test('sentences follow each other, a new one cuts off, a repeat says the last again', async () => {
  const said: string[] = [];
  let end: (() => void) | undefined;
  let ended = 0;
  Object.assign(globalThis, { dispatchEvent: () => true });
  globalThis.CustomEvent ??= class { constructor(readonly type: string) {} } as unknown as typeof CustomEvent;
  const speaker = new Speaker({
    player: { play: (what) => { said.push(what.text); return new Promise((done) => { end = () => done('said'); }); }, stop: () => end?.() },
    volume: () => 60, ended: () => { ended++; }, heard: () => undefined,
  });
  const settle = (): Promise<void> => new Promise((done) => setImmediate(done));
  const one = (text: string) => ({ text, language: 'da' });
  speaker.say([one('a'), one('b')]);
  await settle();
  assert.deepEqual(said, ['a']);
  end!();
  await settle();
  assert.deepEqual(said, ['a', 'b']);
  speaker.say([one('c')]);
  await settle();
  assert.deepEqual(said, ['a', 'b', 'c']);
  assert.equal(ended, 0, 'what was cut off did not end');
  end!();
  await settle();
  assert.equal(ended, 1);
  speaker.say([one('d')], false);
  end!();
  await settle();
  speaker.repeat();
  await settle();
  assert.deepEqual(said.slice(3), ['d', 'c'], 'and d after it');
});

test('of all that a code may hold, only a booking checks in', () => {
  assert.equal(booking_in('https://nord.example/book/100HTXND'), '100htxnd');
  assert.equal(booking_in('100h txnd'), '100htxnd');
  for (const other of ['https://example.org/menu', 'https://nord.example/t/tok100htxnd', 'https://nord.example/book/', 'WIFI:S:guest;T:WPA;P:12345678;;', '100htxn', '100htxnd5', ''])
    assert.equal(booking_in(other), undefined, other);
});

test('a kiosk sleeps while nobody is in the house, after whoever touched it last has gone', () => {
  const state = begin_state('da', 1_000);
  const night = { night: {} };
  assert.equal(asleep(state, night, 'da', 1_000 + NIGHT_AFTER_MS - 1), false);
  assert.equal(asleep(state, night, 'da', 1_000 + NIGHT_AFTER_MS), true);
  assert.equal(asleep(state, {}, 'da', 1e9), false);
  assert.equal(asleep(state, { night: {}, evacuation: true }, 'da', 1e9), false);
  assert.equal(asleep({ ...state, language: 'en' }, night, 'da', 1e9), false, 'somebody is reading: the time-out comes first');
  assert.equal(asleep(reduce(state, { type: 'touch', now: 90_000 }), night, 'da', 90_001), false);
});
