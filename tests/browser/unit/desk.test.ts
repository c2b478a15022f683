import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begin_state, match_number, recall_wait_s, reduce, undo_left_s, why_not, typed_number } from '../../../web/src/desk/state';
import { KEYS, changes_of, key_name, may_be_key, read_map } from '../../../web/src/desk/keys';
import { primary } from '../../../web/src/desk/view';
import type { Current, Desk, Waiting } from '../../../web/src/core/types';

const NOW = Date.parse('2026-11-23T10:00:00+01:00');
const at = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString();
const waiting = (number: string, state: Waiting['state'] = 'waiting'): Waiting => ({ visit: `v-${number}`, number, state, service: 'pas', service_name: 'Pas', waited_s: 60, waiting_since: at(-60) });
const current = (more: Partial<Current> = {}): Current => ({ ...waiting('A1', 'called'), called_at: at(-30), recalls_left: 2, recall_after: at(-10), ...more });
const desk = (more: Partial<Desk> = {}): Desk => ({ id: 'd', name: 'Skranke 3', services: ['pas'], state: 'open', waiting: 2, queue: [], parked: [], missed: [], ...more });
const why = (action: Parameters<typeof why_not>[0], d: Desk, link: Parameters<typeof why_not>[2] = 'live'): string | undefined => why_not(action, d, link, false, NOW);

test('offline, everything is off with the reason', () => {
  for (const link of ['lost', 'stale', 'connecting'] as const) {
    for (const action of ['next', 'finish', 'undo', 'new', 'recall', 'named', 'open'] as const) assert.equal(why(action, desk({ visit: current() }), link), 'offline');
  }
});

test('while one action runs there is no second', () => {
  assert.equal(why_not('next', desk(), 'live', true, NOW), 'busy');
});

test('what can be done follows the case', () => {
  assert.equal(why('next', desk()), undefined);
  assert.equal(why('next', desk({ waiting: 0 })), 'nobody');
  assert.equal(why('next', desk({ state: 'closed' })), 'closed');
  assert.equal(why('next', desk({ visit: current() })), 'has_visit');
  assert.equal(why('finish', desk()), 'no_visit');
  assert.equal(why('start', desk({ visit: current({ state: 'serving' }) })), 'not_called');
  assert.equal(why('no_show', desk({ visit: current({ state: 'serving' }) })), 'not_called');
  assert.equal(why('break', desk({ visit: current() })), 'has_visit');
});

test('recall waits for its time and its limit', () => {
  assert.equal(why('recall', desk({ visit: current() })), undefined);
  assert.equal(why('recall', desk({ visit: current({ recall_after: at(7) }) })), 'recall_too_soon');
  assert.equal(why('recall', desk({ visit: current({ recalls_left: 0 }) })), 'recall_limit');
  assert.equal(recall_wait_s(desk({ visit: current({ recall_after: at(6.2) }) }), NOW), 7);
});

test('undo counts down and then is off', () => {
  const d = desk({ undo: { action: 'finish', until: at(9.4) } });
  assert.equal(undo_left_s(d, NOW), 10);
  assert.equal(why('undo', d), undefined);
  assert.equal(why('undo', desk({ undo: { action: 'finish', until: at(-0.1) } })), 'nothing_to_undo');
});

test('the large button is what comes next', () => {
  assert.equal(primary(desk({ state: 'closed' })), 'open');
  assert.equal(primary(desk()), 'next');
  assert.equal(primary(desk({ visit: current() })), 'start');
  assert.equal(primary(desk({ visit: current({ state: 'serving' }) })), 'finish_next');
});

test('numbers are found as people type them', () => {
  const lists = [[waiting('A12'), waiting('C12'), waiting('A1')], [waiting('K7', 'parked')]];
  const found = (typed: string): string[] => match_number(typed, lists).map((each) => each.number);
  assert.deepEqual(found('a 12'), ['A12']);
  assert.deepEqual(found('12'), ['A12', 'C12']);
  assert.deepEqual(found('07'), ['K7']);
  assert.deepEqual(found('A1'), ['A1'], 'exact before beginnings');
  assert.deepEqual(found(' - '), []);
  assert.deepEqual(found('Z9'), []);
});

test('keys are named once each, and none is one that Chromium keeps for itself', () => {
  const names = Object.values(KEYS);
  assert.equal(new Set(names).size, names.length);
  for (const taken of ['F1', 'F5', 'F6', 'F7', 'F10', 'F11', 'F12', 'Ctrl+W', 'Ctrl+T', 'Ctrl+N', 'Shift+F10']) assert.ok(!names.includes(taken), taken);
  const event = (key: string, more = {}): Parameters<typeof key_name>[0] => ({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });
  assert.equal(key_name(event('F2')), 'F2');
  assert.equal(key_name(event('F2', { shiftKey: true })), 'Shift+F2');
  assert.equal(key_name(event('z', { ctrlKey: true })), 'Ctrl+Z');
  assert.equal(key_name(event('Z', { ctrlKey: true, shiftKey: true })), undefined);
  assert.equal(key_name(event('F2', { ctrlKey: true, shiftKey: true })), 'Ctrl+Shift+F2');
  assert.equal(key_name(event('F2', { ctrlKey: true, altKey: true })), undefined, 'that leads to a console');
  assert.equal(key_name(event('F4', { altKey: true })), undefined, 'Alt+F4 closes the window');
  assert.equal(key_name(event('n')), undefined, 'letters are never keys');
});

test('keys of a workplace: what was changed, never a key twice, never one of the browser', () => {
  assert.deepEqual(read_map(null), KEYS);
  assert.deepEqual(read_map('{{'), KEYS);
  assert.deepEqual(read_map('[1]'), KEYS);
  assert.equal(read_map('{"recall":"F5"}').recall, 'F4', 'a key of the browser is left out');
  const swapped = read_map('{"recall":"F8","finish":"F4"}');
  assert.deepEqual([swapped.recall, swapped.finish], ['F8', 'F4']);
  const doubled = read_map('{"recall":"F2"}');
  assert.deepEqual([doubled.primary, doubled.recall], ['F2', undefined], 'the one that has it keeps it');
  assert.equal(read_map('{"park":""}').park, undefined, 'no key is a choice too');
  assert.equal(read_map('{"undo":"F3","nonsense":"F3"}').named, 'F3');
  assert.deepEqual(read_map(JSON.stringify(changes_of(swapped))), swapped);
  assert.deepEqual(changes_of(KEYS), {});
  assert.ok(Object.values(KEYS).every((name) => name === 'Ctrl+Z' || may_be_key(name)));
  for (const taken of ['Ctrl+F4', 'Ctrl+W', 'F5', 'F11', 'a', 'Ctrl+Shift+F4', 'Ctrl+Alt+F2']) assert.ok(!may_be_key(taken), taken);
});

test('a number typed by hand is read as people write it', () => {
  assert.equal(typed_number(' r 007 '), 'R7');
  assert.equal(typed_number('a-12'), 'A12');
  for (const wrong of ['', '12', 'A', 'A0', 'AB1', 'A1234']) assert.equal(typed_number(wrong), undefined, wrong);
});

test('after an action the outcome is the common one again, after a refusal it stays', () => {
  const chosen = reduce(begin_state, { type: 'outcome', outcome: 'referred' });
  assert.equal(reduce(chosen, { type: 'refused', problem: { reason: 'busy', status: 503 } }).outcome, 'referred');
  assert.equal(reduce(chosen, { type: 'done' }).outcome, 'settled');
});
