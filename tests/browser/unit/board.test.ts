import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Part } from '../../../web/src/core/part';
import { LATE_MS as SPEAKER_LATE_MS, to_begin } from '../../../web/src/board/speaker';
import { ANNOUNCE_MAX, LATE_MS, SETTLE_MS, SHOW_MIN_MS, empty, page_of, reduce, row_size, rows } from '../../../web/src/board/state';
import type { BoardState } from '../../../web/src/board/state';
import type { Announced, Board, Call } from '../../../web/src/core/types';

const T0 = Date.parse('2026-11-23T10:00:00+01:00');
const stamp = (ms: number): string => new Date(T0 + ms).toISOString();
const call = (number: string, at: number, attempt = 1, desk = 'desk-1'): Call => ({ number, desk, desk_name: 'Skranke 1', attempt, called_at: stamp(at) });
const board = (...calls: Call[]): Board => ({ board: 'hall', seq: 1, at: stamp(0), site: 'x', languages: ['da'], evacuation: false, calls, queues: [], notices: [] });
const show = (state: BoardState, now: number, ...calls: Call[]): BoardState => reduce(state, { type: 'board', board: board(...calls), now, server_now: T0 + now });
const tick = (state: BoardState, now: number): BoardState => reduce(state, { type: 'tick', now });

test('the first picture announces nothing: a restart must not chime again', () => {
  const state = show(empty, 0, call('A2', -1000), call('A1', -5000));
  assert.equal(state.chimes, 0);
  assert.equal(state.hero?.number, 'A2');
  assert.deepEqual(rows(state, 4).map((row) => row.call.number), ['A1']);
});

test('two calls in the same second are both announced, each for its minimum time', () => {
  let state = show(show(empty, 0), 1000, call('A2', 1000, 1, 'desk-2'), call('A1', 900));
  assert.equal(state.hero?.number, 'A1', 'oldest first');
  assert.equal(state.chimes, 1);
  assert.deepEqual(rows(state, 4), [{ call: call('A2', 1000, 1, 'desk-2'), due: true }], 'the other is already to be read in the table');
  state = tick(state, 1000 + SHOW_MIN_MS - 1);
  assert.equal(state.hero?.number, 'A1');
  state = tick(state, 1000 + SHOW_MIN_MS);
  assert.equal(state.hero?.number, 'A2');
  assert.equal(state.chimes, 2);
  state = tick(state, 1000 + SHOW_MIN_MS + SETTLE_MS);
  assert.equal(state.announcing, undefined);
  assert.equal(state.hero?.number, 'A2', 'settles on the newest');
});

test('a recall is announced again as its attempt', () => {
  const first = show(show(empty, 0), 0, call('A1', 0));
  const again = tick(show(first, 20_000, call('A1', 20_000, 2)), 20_100);
  assert.equal(again.announcing?.call.attempt, 2);
  assert.equal(again.chimes, 2);
});

test('a call taken back leaves the field and is not announced later', () => {
  const both = show(show(empty, 0), 0, call('A2', 10, 1, 'desk-2'), call('A1', 0));
  const undone = show(both, 500, call('A1', 0));
  assert.equal(tick(undone, SHOW_MIN_MS + 600).chimes, 1);
  const none = show(undone, 700);
  assert.equal(none.hero, undefined);
  assert.equal(none.announcing, undefined);
});

test('calls missed while the link was down are shown, but only fresh ones chime', () => {
  const before = show(empty, 0, call('A1', -60_000));
  const back = show(before, 100_000, call('A3', 95_000), call('A2', 40_000), call('A1', -60_000));
  assert.equal(back.chimes, 1);
  assert.equal(back.hero?.number, 'A3');
  assert.equal(back.waiting.length, 0);
  assert.deepEqual(rows(back, 4).map((row) => row.call.number), ['A2', 'A1']);
});

test('the line of announcements has a bound: the newest stay', () => {
  const many = Array.from({ length: 40 }, (_, index) => call(`A${40 - index}`, 40 - index, 1, `desk-${index}`));
  const state = show(show(empty, 0), 100, ...many);
  assert.ok(state.waiting.length <= ANNOUNCE_MAX);
  assert.equal(state.waiting.at(-1)?.call.number, 'A40');
});

test('one row per number, the newest desk', () => {
  const state = show(empty, 0, call('A9', -1), call('A1', -10, 2, 'desk-7'), call('A1', -50, 1, 'desk-1'));
  assert.deepEqual(rows(state, 4).map((row) => row.call.desk), ['desk-7']);
});

test('row letters reach 0.7 degrees at the farthest seat', () => {
  const cap_mm = (inches: number, font_vh: number): number => (font_vh / 100) * 0.714 * inches * 25.4 * (9 / Math.hypot(16, 9));
  for (const [inches, farthest_m] of [[55, 6], [65, 6], [55, 4], [43, 4], [75, 9], [32, 3]] as const) {
    const { count, font_vh } = row_size({ inches, farthest_m });
    assert.ok(count >= 1 && count <= 6);
    assert.ok(font_vh * count * 1.05 <= 66, `${inches}″ ${farthest_m} m overflows`);
    assert.ok(cap_mm(inches, font_vh) >= (farthest_m * 1000) / 82, `${inches}″ at ${farthest_m} m: ${cap_mm(inches, font_vh)}`);
    assert.ok(row_size({ inches, farthest_m }).degrees >= 0.698);
  }
  assert.equal(row_size(undefined).count, 4);
  assert.equal(row_size({ inches: 40, farthest_m: 12 }).count, 1);
  assert.ok(row_size({ inches: 24, farthest_m: 15 }).degrees < 0.698, 'what cannot be reached is said');
});

test('long lists turn page by page', () => {
  assert.deepEqual(page_of([1, 2, 3, 4, 5], 3, 0), [1, 2, 3]);
  assert.deepEqual(page_of([1, 2, 3, 4, 5], 3, 1), [4, 5]);
  assert.deepEqual(page_of([1, 2, 3, 4, 5], 3, 2), [1, 2, 3]);
  assert.deepEqual(page_of([], 3, 7), []);
});

const planned = (state: BoardState, now: number, announcements: Announced[], ...calls: Call[]): BoardState =>
  reduce(state, { type: 'board', board: { ...board(...calls), sound: { speaker: true, volume: 60, announcements } }, now, server_now: T0 + now });
const said = (id: string, in_ms: number, ...numbers: string[]): Announced => ({
  id, in_ms, until_ms: in_ms + (numbers.length > 1 ? 3000 * numbers.length : 8000), calls: numbers.map((number) => ({ number, desk: 'desk-1', attempt: 1 })), volume: 60, clips: [],
});

test('the daemon says when each call has the large field', () => {
  let state = planned(planned(empty, 0, []), 100, [said('a', 0, 'A1'), said('b', 8000, 'A2')], call('A2', 100), call('A1', 100));
  assert.equal(state.hero?.number, 'A1');
  state = tick(state, 8099);
  assert.equal(state.hero?.number, 'A1');
  state = tick(state, 8100);
  assert.equal(state.hero?.number, 'A2');
});

test('a plan that changes moves what waits, and many in one have their share each', () => {
  let state = planned(planned(empty, 0, []), 0, [said('a', 0, 'A1'), said('b', 8000, 'A2')], call('A2', 0), call('A1', 0));
  state = planned(state, 1000, [said('a', -1000, 'A1'), said('m', 7000, 'A2', 'A3', 'A4', 'A5')], call('A5', 900), call('A4', 900), call('A3', 900), call('A2', 0), call('A1', 0));
  const heroes = [7_999, 8_000, 11_000, 14_000, 17_000].map((now) => (state = tick(state, now)).hero?.number);
  assert.deepEqual(heroes, ['A1', 'A2', 'A3', 'A4', 'A5']);
});

test('a reload in the middle of an announcement shows it calmly and hears only what is to come', () => {
  const state = planned(empty, 0, [said('a', -3000, 'A1'), said('b', 5000, 'A2')], call('A2', -2000), call('A1', -3000));
  assert.equal(state.chimes, 0);
  assert.equal(state.hero?.number, 'A1');
  assert.equal(tick(state, 5000).announcing?.call.number, 'A2');
});

test('a loudspeaker begins what is due, once, and never what is long over', () => {
  const list = [{ said: said('late', 0, 'A1'), due: 0 }, { said: said('now', 0, 'A2'), due: 5000 }, { said: said('soon', 0, 'A3'), due: 5150 }, { said: said('later', 0, 'A4'), due: 5300 }];
  assert.equal(SPEAKER_LATE_MS, LATE_MS);
  assert.deepEqual(to_begin(list, new Set(), 5000).map((each) => each.said.id), ['now', 'soon']);
  assert.deepEqual(to_begin(list, new Set(['now']), 5000).map((each) => each.said.id), ['soon']);
  const elsewhere: Announced = { id: 'now', in_ms: 0, until_ms: 8000, calls: [] };
  assert.deepEqual(to_begin([{ said: elsewhere, due: 5000 }], new Set(), 5000), [], 'another screen sounds for this zone');
});

test('a call that was announced while the link was down is shown and chimes; one that was heard does not', () => {
  const before = planned(empty, 0, []);
  const missed = planned(before, 20_000, [], call('A1', 5_000));
  assert.equal(missed.announcing?.call.number, 'A1');
  assert.equal(missed.late, 1);
  const heard = planned(before, 20_000, [said('a', 0, 'A1')], call('A1', 20_000));
  assert.equal(heard.late, 0);
  assert.equal(planned(before, 60_000, [], call('A1', 5_000)).chimes, 0, 'a minute later nobody is chimed for');
});

test('a part of a page is asked for until it is here, once at a time, and then held', async () => {
  let asked = 0;
  const part = new Part(async () => {
    asked += 1;
    if (asked < 3) throw new Error('no network');
    return 'here';
  }, 1);
  const [one, other] = await Promise.all([part.fetch(), part.fetch()]);
  assert.deepEqual([one, other, part.here, part.failed, asked], ['here', 'here', 'here', true, 3]);
  await part.fetch();
  assert.equal(asked, 3);
});
