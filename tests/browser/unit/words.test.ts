import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { problem_of } from '../../../web/src/core/api';
import { Texts } from '../../../web/src/core/texts';
import type { Catalogue } from '../../../web/src/core/texts';
import { minute_range, offset_minutes, stopwatch, wall, wall_parts } from '../../../web/src/core/time';
import { device_said, problem_said, shut_said, spaced, split_desk, wait_said, when_said } from '../../../web/src/core/words';
import { next_page } from '../../../web/src/office/next';
import { newly_called, phase, poll_after_ms } from '../../../web/src/phone/state';
import type { Visit } from '../../../web/src/core/types';

const texts = new Texts([JSON.parse(readFileSync(`${process.env.SKRANKE_SOURCE}/catalogues/da.json`, 'utf8')) as Catalogue]);
const estimate = (p10: number, p90: number): { p10_s: number; p50_s: number; p90_s: number } => ({ p10_s: p10 * 60, p50_s: p10 * 60, p90_s: p90 * 60 });

test('clock times are the wire’s own', () => {
  assert.equal(wall('2026-11-23T09:05:00+01:00'), '09.05');
  assert.equal(offset_minutes('2026-07-01T09:05:00+02:00'), 120);
  assert.equal(offset_minutes('2026-07-01T09:05:00-03:30'), -210);
  assert.equal(offset_minutes('2026-07-01T09:05:00Z'), 0);
  const parts = wall_parts(Date.parse('2026-11-22T23:30:00+00:00'), 60);
  assert.deepEqual([parts.clock, parts.weekday, parts.day, parts.month], ['00.30', 1, 23, 11]);
});

test('a range is rounded outward and never claims more than it knows', () => {
  assert.deepEqual(minute_range(estimate(3.6, 7.2)), { from: 3, to: 8 });
  assert.deepEqual(minute_range(estimate(21, 28)), { from: 20, to: 30 });
  assert.deepEqual(minute_range(estimate(0, 0)), { from: 0, to: 1 });
});

test('waits in words', () => {
  const said = (e: ReturnType<typeof estimate> | undefined, waiting?: number): string => wait_said(texts, e, waiting).text;
  assert.equal(said(estimate(0, 0), 0), 'Ingen kø');
  assert.equal(said(undefined, 3), 'Ventetid kendes ikke endnu');
  assert.equal(said(estimate(21, 28), 4), '20–30\u00a0min');
  assert.equal(said(estimate(0.2, 4), 1), 'under 4\u00a0min');
  assert.equal(said(estimate(7, 7), 1), 'ca. 7\u00a0min');
  assert.equal(said(estimate(5, 12), 0), '5–12\u00a0min', 'no queue but nobody to serve is still a wait');
});

test('when something opens, as people say it', () => {
  const now = Date.parse('2026-11-22T14:00:00+01:00');
  assert.equal(when_said(texts, '2026-11-22T15:00:00+01:00', now).text, 'kl.\u00a015.00');
  assert.equal(when_said(texts, '2026-11-23T10:00:00+01:00', now).text, 'i morgen kl.\u00a010.00');
  assert.equal(when_said(texts, '2026-11-25T10:00:00+01:00', now).text, 'onsdag kl.\u00a010.00');
  assert.equal(when_said(texts, '2026-12-24T10:00:00+01:00', now).text, '24. december kl.\u00a010.00');
  assert.equal(when_said(texts, '2026-11-23T00:30:00+01:00', Date.parse('2026-11-22T23:50:00+01:00')).text, 'i morgen kl.\u00a000.30');
});

test('why a service is shut', () => {
  const now = Date.parse('2026-11-22T14:00:00+01:00');
  const opens = [{ kind: 'opens' as const, at: '2026-11-25T10:00:00+01:00', text: '' }];
  assert.equal(shut_said(texts, 'authority_absent', opens, undefined, now).text, 'Er her igen onsdag kl.\u00a010.00');
  assert.equal(shut_said(texts, 'quota_full', opens, undefined, now).text, 'Alle dagens numre er taget');
  assert.equal(shut_said(texts, 'something_new', [], 'Sætning fra systemet', now).text, 'Sætning fra systemet');
});

test('what the daemon says is marked with the language in which it really is', () => {
  const arabic: Catalogue = { meta: { language: 'ar', dir: 'rtl', name: 'العربية' }, problem: { closed: 'نحن مغلقون الآن.', wrong_content: 'محتوى لا يمكن استخدامه.' } };
  const danish = JSON.parse(readFileSync(`${process.env.SKRANKE_SOURCE}/catalogues/da.json`, 'utf8')) as Catalogue;
  const both = new Texts([arabic, danish]);
  const said = (reason: string, detail?: string): [string, string] => { const { text, language } = problem_said(both, { reason, status: 409, ...(detail ? { detail } : {}) }); return [text, language]; };
  assert.deepEqual(said('closed', 'نحن مغلقون حتى الغد.'), ['نحن مغلقون حتى الغد.', 'ar']);
  assert.deepEqual(said('queue_full', 'Køen er fuld lige nu.'), ['Køen er fuld lige nu.', 'da'], 'the daemon fell back');
  assert.deepEqual(said('wrong_content', 'Skriv et telefonnummer.'), ['محتوى لا يمكن استخدامه.', 'ar'], 'what a check found is never in Arabic');
  assert.deepEqual(said('queue_full'), ['Køen er fuld lige nu.', 'da']);
  assert.deepEqual(problem_said(texts, { reason: 'wrong_content', status: 422, detail: 'Skriv et telefonnummer.' }).text, 'Skriv et telefonnummer.');
});

test('names of numbers, desks and devices', () => {
  assert.equal(spaced('A12'), 'A\u00a012');
  assert.deepEqual(split_desk('Skranke 12'), { word: 'Skranke', figure: '12' });
  assert.deepEqual(split_desk('Lokale 3B'), { word: 'Lokale', figure: '3B' });
  assert.deepEqual(split_desk('Informationen'), { word: 'Informationen', figure: '' });
  assert.equal(device_said(texts, 'media-empty', 'failed', 'x').words.text, 'Der er ikke mere papir');
  assert.equal(device_said(texts, 'some-new-fault', 'failed', 'Egne ord').words.text, 'Egne ord');
  assert.equal(stopwatch(342), '5:42');
  assert.equal(stopwatch(3942), '1:05:42');
  assert.equal(stopwatch(-5), '0:00');
});

test('problems are read from anything that answers', () => {
  assert.equal(problem_of(409, '{"type":"/problems/desk_busy","detail":"x"}').reason, 'desk_busy');
  assert.equal(problem_of(502, '<html>Bad gateway').reason, 'busy');
  assert.equal(problem_of(401, '').reason, 'unauthorized');
  assert.equal(problem_of(404, '{}').reason, 'not_found');
});

test('sign-in goes back only to pages of this site', () => {
  assert.equal(next_page('?next=%2Fdesk%2Fdesk-3', '/sign-in'), '/desk/desk-3');
  assert.equal(next_page('', '/sign-in'), '/');
  for (const own of ['/room', '/screens', '/site', '/access', '/contact', '/contact#service=pas']) assert.equal(next_page(`?next=${encodeURIComponent(own)}`, '/sign-in'), own);
  assert.equal(next_page('', '/admin'), '/admin');
  for (const foreign of ['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)', '/desk/a/../../x', '/desk/%0a', '/contact#t=token', '/contact#service=pas//evil.example', '/access#service=pas']) {
    assert.equal(next_page(`?next=${encodeURIComponent(foreign)}`, '/sign-in'), '/', foreign);
  }
});

test('the phone: what to say and how often to ask', () => {
  const visit = (state: Visit['state'], ahead = 5): Visit => ({ id: '', token: '', number: 'A1', state, steps: [], created_at: '', ahead });
  assert.equal(phase(visit('waiting')), 'waiting');
  assert.equal(phase(visit('waiting', 2)), 'soon');
  assert.equal(phase(visit('no_show')), 'missed');
  assert.ok(newly_called(visit('waiting'), visit('called')));
  assert.ok(newly_called(undefined, visit('called')));
  assert.ok(!newly_called(visit('called'), visit('called')));
  assert.ok(poll_after_ms(visit('waiting'), true) > poll_after_ms(visit('waiting'), false));
});
