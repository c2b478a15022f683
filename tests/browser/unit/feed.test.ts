import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoff_ms, parse, reduce, start } from '../../../web/src/core/feed_state';
import type { Feed, FeedEvent } from '../../../web/src/core/feed_state';

const AT = '2026-11-23T10:24:00+01:00';
const snapshot = (seq: number, topics: Record<string, unknown>, build = 'b1', now = 0): FeedEvent => ({ type: 'message', now, message: { type: 'snapshot', proto: 1, build, seq, at: AT, topics } });
const change = (seq: number, data: unknown, now = 0): FeedEvent => ({ type: 'message', now, message: { type: 'change', topic: 'queue', seq, at: AT, data } });
const fold = (...events: FeedEvent[]): Feed => events.reduce(reduce, start(0));

test('a snapshot replaces everything, a change replaces its topic', () => {
  const feed = fold(snapshot(5, { queue: 1, devices: 2 }), change(6, 9));
  assert.deepEqual(feed.topics, { queue: 9, devices: 2 });
  assert.equal(feed.seq, 6);
});

test('a change without a stamp keeps the clock, and counts as heard', () => {
  const feed = fold(snapshot(5, {}, 'b1', 100), { type: 'message', now: 9_000, message: { type: 'change', topic: 'queue', seq: 6, data: 1 } });
  assert.equal(feed.server_at, AT);
  assert.equal(feed.server_heard_at, 100);
  assert.equal(reduce(feed, { type: 'tick', now: 20_000 }).link, 'live');
});

test('an old change does not overwrite a newer state', () => {
  assert.deepEqual(fold(snapshot(5, { queue: 'new' }), change(4, 'old')).topics, { queue: 'new' });
});

test('a restarted daemon may begin at a lower sequence', () => {
  assert.deepEqual(fold(snapshot(500, { queue: 'before' }), snapshot(3, { queue: 'after' }), change(4, 'then')).topics, { queue: 'then' });
});

test('silence for 12 s is stale, a ping cures it', () => {
  const ping: FeedEvent = { type: 'message', now: 13_000, message: { type: 'ping', seq: 5, at: AT } };
  const at = (now: number): FeedEvent => ({ type: 'tick', now });
  assert.equal(fold(snapshot(5, {}), at(12_000)).link, 'live');
  const stale = fold(snapshot(5, { queue: 1 }), at(12_001));
  assert.equal(stale.link, 'stale');
  assert.deepEqual(stale.topics, { queue: 1 }, 'the last state is kept');
  assert.equal(reduce(stale, ping).link, 'live');
});

test('a broken link is told after 2 s, and a page that never heard anything is connecting, then stale', () => {
  const closed: FeedEvent = { type: 'closed', now: 1000 };
  assert.equal(fold(snapshot(5, {}), closed, { type: 'tick', now: 2900 }).link, 'live');
  assert.equal(fold(snapshot(5, {}), closed, { type: 'tick', now: 3100 }).link, 'lost');
  assert.equal(fold({ type: 'tick', now: 500 }).link, 'connecting');
  assert.equal(fold({ type: 'tick', now: 12_500 }).link, 'stale');
});

test('another build is noticed and stays noticed', () => {
  assert.equal(fold(snapshot(1, {}, 'b1'), snapshot(2, {}, 'b1')).outdated, false);
  assert.equal(fold(snapshot(1, {}, 'b1'), snapshot(2, {}, 'b2'), snapshot(3, {}, 'b1')).outdated, true);
});

test('ticks without news give the same object, so that nothing is drawn again', () => {
  const feed = fold(snapshot(1, {}));
  assert.equal(reduce(feed, { type: 'tick', now: 500 }), feed);
});

test('back-off grows from 0.5 s to 5 s and never beyond, with jitter', () => {
  assert.equal(backoff_ms(0, 1), 500);
  assert.equal(backoff_ms(0, 0), 250);
  for (let attempt = 0; attempt < 200; attempt++) assert.ok(backoff_ms(attempt, 1) <= 5000 && backoff_ms(attempt, 0) >= 250);
  assert.equal(backoff_ms(50, 1), 5000);
});

test('what is not a message of ours is ignored', () => {
  assert.equal(parse('{"type":"ping","seq":1,"at":"x"}')?.type, 'ping');
  for (const text of ['', '{', '[]', '{"type":"other"}', '"ping"', '7']) assert.equal(parse(text), undefined, text);
});
