import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Desk, Queue, Service, Waiting } from '../../../web/src/core/types';
import { at_desk, by_state, level_of, lines_of, waits_s } from '../../../web/src/office/room_state';

const NOW = Date.parse('2026-11-23T10:00:00+01:00');
const service = (id: string): Service => ({ id, name: id, letter: 'A', mode: 'walk_in', open: true, waiting: 0, target_wait_s: 1200 });
const visit = (service_id: string, since: string, more: Partial<Waiting> = {}): Waiting => ({ visit: since, number: 'A1', state: 'waiting', service: service_id, service_name: service_id, waited_s: 0, waiting_since: `2026-11-23T${since}:00+01:00`, ...more });
const queue = (...waiting: Waiting[]): Queue => ({ at: '', waiting, parked: [], called: [], serving: [], missed: [], counts: { waiting: waiting.length, parked: 0, called: 0, serving: 0 } });

test('close to the target is seen before it is late', () => {
  assert.equal(level_of(899, 1200), 'good');
  assert.equal(level_of(900, 1200), 'near');
  assert.equal(level_of(1200, 1200), 'near');
  assert.equal(level_of(1201, 1200), 'late');
  assert.equal(level_of(9999, undefined), 'good');
});

test('who came early for a booking waits from its time', () => {
  const early = visit('pas', '09:00', { booked_for: '2026-11-23T09:50:00+01:00' });
  assert.equal(waits_s(early, NOW), 600);
  assert.equal(waits_s(visit('pas', '09:30', { booked_for: '2026-11-23T09:10:00+01:00' }), NOW), 1800, 'who came late, from the arrival');
  assert.equal(waits_s(visit('pas', '10:01'), NOW), 0, 'never below nothing');
});

test('late services come first, then those where most wait, then the order of the site', () => {
  const lines = lines_of([service('a'), service('b'), service('c'), service('d')], queue(visit('b', '09:55'), visit('b', '09:58'), visit('d', '09:20'), visit('gone', '08:00')), NOW);
  assert.deepEqual(lines.map((line) => [line.service.id, line.waiting.length, line.level]), [['d', 1, 'late'], ['b', 2, 'good'], ['a', 0, 'good'], ['c', 0, 'good']]);
  assert.equal(lines[0]!.longest_s, 2400);
});

test('desks: help first, then who serves, free, away, closed', () => {
  const desk = (id: string, more: Partial<Desk>): Desk => ({ id, name: id, services: [], state: 'open', waiting: 0, queue: [], parked: [], missed: [], ...more });
  const serving = { ...visit('pas', '09:00', { state: 'serving' }), called_at: '2026-11-23T09:40:00+01:00', started_at: '2026-11-23T09:45:00+01:00', expected_s: 720 };
  const desks = [desk('shut', { state: 'closed' }), desk('away', { state: 'break' }), desk('free', {}), desk('busy', { visit: serving }), desk('help', { state: 'closed', help: { kind: 'help', since: '' } })];
  assert.deepEqual(by_state(desks).map((each) => each.id), ['help', 'busy', 'free', 'away', 'shut']);
  assert.deepEqual(at_desk(desks[3]!, NOW), { minutes: 15, over: true });
  assert.deepEqual(at_desk(desk('called', { visit: { ...serving, state: 'called', started_at: undefined } as never }), NOW), { minutes: 20, over: false }, 'a call is not late serving');
  assert.deepEqual(at_desk(desks[2]!, NOW), { minutes: 0, over: false });
});
