import assert from 'node:assert/strict';
import { test } from 'node:test';
import { END_AFTER_MS, TICKET_SHOWN_MS, TICKET_TROUBLE_MS, WARN_AFTER_MS, begin_state, deadline, layout, reduce, untouched } from '../../../web/src/kiosk/state';
import type { KioskEvent, KioskState } from '../../../web/src/kiosk/state';
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
