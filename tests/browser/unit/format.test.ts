import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format } from '../../../web/src/core/format';

test('arguments stand where they are named, and a missing one shows', () => {
  assert.equal(format('Kald {number} nu', { number: 'A 12' }), 'Kald A 12 nu');
  assert.equal(format('{a}{b}', { a: 1 }), '1{b}');
});

test('plural picks exact before category, and # is the number', () => {
  const pattern = '{n, plural, =0{ingen} one{1 person} other{# personer}}';
  assert.equal(format(pattern, { n: 0 }, 'da'), 'ingen');
  assert.equal(format(pattern, { n: 1 }, 'da'), '1 person');
  assert.equal(format(pattern, { n: 12 }, 'da'), '12 personer');
});

test('plural categories are those of the language', () => {
  const pattern = '{n, plural, one{osoba} few{osoby} many{osób} other{osoby}}';
  assert.deepEqual([1, 3, 5, 22, 25].map((n) => format(pattern, { n }, 'pl')), ['osoba', 'osoby', 'osób', 'osoby', 'osób']);
});

test('select falls back to other; branches may hold arguments', () => {
  const pattern = '{state, select, open{åben for {who}} other{lukket}}';
  assert.equal(format(pattern, { state: 'open', who: 'alle' }), 'åben for alle');
  assert.equal(format(pattern, { state: 'x' }), 'lukket');
});

test('an apostrophe is an apostrophe unless it quotes a brace', () => {
  assert.equal(format("today's {n}", { n: 3 }), "today's 3");
  assert.equal(format("'{n}' it''s", { n: 3 }), "{n} it's");
});

test('numbers are isolated in right-to-left sentences', () => {
  assert.equal(format('رقم {n}', { n: 'A 12' }, 'ar', true), 'رقم \u2068A 12\u2069');
});

test('a broken pattern is an error that says where, never a half sentence', () => {
  for (const pattern of ['{', '{n', '{n, plural, one{x}}', '{n, number}', 'a}', '{n, plural, other{x}', '{ }', '{n, select, other{{a}']) {
    assert.throws(() => format(pattern, { n: 1 }), SyntaxError, pattern);
  }
});
