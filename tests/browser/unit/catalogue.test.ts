import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { format } from '../../../web/src/core/format';
import { Texts } from '../../../web/src/core/texts';
import type { Catalogue } from '../../../web/src/core/texts';

const DIR = `${process.env.SKRANKE_SOURCE}/catalogues`;
const all = new Map(readdirSync(DIR).filter((name) => name.endsWith('.json')).map((name) => [name.slice(0, -5), JSON.parse(readFileSync(`${DIR}/${name}`, 'utf8')) as Catalogue]));

function strings(catalogue: Catalogue): Map<string, string> {
  const out = new Map<string, string>();
  const walk = (at: unknown, path: string): void => {
    if (typeof at === 'string') out.set(path, at);
    else for (const [name, each] of Object.entries(at as object)) walk(each, path ? `${path}.${name}` : name);
  };
  const { meta: _meta, ...rest } = catalogue;
  walk(rest, '');
  return out;
}

/** The arguments a pattern asks for, in every branch. */
function names(pattern: string): string[] {
  const asked = new Set<string>();
  format(pattern, new Proxy({}, { get: (_target, name) => { asked.add(String(name)); return 1; } }));
  return [...asked].sort();
}

test('Danish and English have the same keys', () => {
  const da = [...strings(all.get('da')!).keys()].sort();
  const en = [...strings(all.get('en')!).keys()].sort();
  assert.ok(da.length > 400);
  assert.deepEqual(en, da);
});

test('every catalogue says what it is, and holds no key that Danish lacks', () => {
  const da = strings(all.get('da')!);
  for (const [language, catalogue] of all) {
    assert.equal(catalogue.meta.language, language);
    assert.ok(['ltr', 'rtl'].includes(catalogue.meta.dir), language);
    assert.ok(catalogue.meta.name.length > 1, language);
    for (const key of strings(catalogue).keys()) assert.ok(da.has(key), `${language}: ${key}`);
  }
});

test('every string formats with every kind of number, names the same arguments as Danish and carries no markup', () => {
  const da = strings(all.get('da')!);
  for (const [language, catalogue] of all) {
    for (const [key, pattern] of strings(catalogue)) {
      assert.deepEqual(names(pattern), names(da.get(key)!), `${language}: ${key}`);
      assert.ok(!/[<>]/.test(pattern), `${language}: ${key} holds markup`);
      assert.ok(pattern.trim() === pattern && pattern !== '', `${language}: ${key} has a blank edge`);
      for (const n of [0, 1, 2, 5, 21]) {
        const args = Object.fromEntries(names(pattern).map((name) => [name, name === 'day' || name === 'month' ? String(Math.max(1, n % 8)) : n]));
        const out = format(pattern, args, language);
        assert.ok(!/[{}]/.test(out), `${language}: ${key} → ${out}`);
        assert.notEqual(out.trim(), '', `${language}: ${key} with ${n}`);
      }
    }
  }
});

/** What citizens read or hear. All else is for staff, in Danish and English alone: a catalogue of another language leaves it out on purpose. */
const CITIZENS = /^(?:ui\.(?:wait|when|date|reason|print|kiosk|board|phone|back|enrol_citizen)|ticket|booking|alternative|board|holiday|message|voice)\./;
/** Refusals that a kiosk, a booking or a citizen's own page can get. */
const REFUSALS = ['stopping', 'unknown_service', 'unknown_visit', 'visit_over', 'evacuation', 'waiting_list_full', 'offer_over', 'not_offered', 'last_ticket', 'crowd_full', 'unknown_booking', 'not_bookable', 'slot_taken',
  'outside_hours', 'too_early', 'too_late', 'duplicate_booking', 'closed', 'authority_absent', 'quota_full', 'booking_required', 'no_desk', 'wrong_state', 'return_not_allowed', 'return_too_late', 'no_more_time', 'queue_full',
  'numbers_exhausted', 'wrong_content', 'rate_limited', 'storage_full', 'storage_failed', 'busy', 'timeout', 'internal', 'too_many_attempts', 'offline', 'unreadable'].map((reason) => `problem.${reason}`);
/** What nobody could write correctly yet: it falls back to Danish and says so. A key that is added and not translated fails here until it is, or is listed. */
const GAPS: Record<string, string[]> = {
  ti: ['stopping', 'unknown_service', 'not_bookable', 'outside_hours', 'duplicate_booking', 'wrong_state', 'return_not_allowed', 'wrong_content', 'storage_full', 'storage_failed'].map((reason) => `problem.${reason}`)
    .concat(['maundy_thursday', 'easter_monday', 'great_prayer_day', 'whit_sunday', 'whit_monday', 'second_christmas_day', 'constitution_day', 'christmas_eve', 'new_years_eve'].map((day) => `holiday.${day}`)),
};
const OTHERS = [...all].filter(([language]) => language !== 'da' && language !== 'en');

for (const [language, catalogue] of OTHERS) {
  const everything = [...strings(all.get('da')!).keys()];
  const wanted = everything.filter((key) => CITIZENS.test(key) || REFUSALS.includes(key));
  const has = strings(catalogue);
  const share = (keys: string[]): string => `${Math.floor((100 * keys.filter((key) => has.has(key)).length) / keys.length)} %`;
  test(`catalogue ${language}: ${share(wanted)} of what citizens read, ${share(everything)} of everything`, () => {
    assert.ok(wanted.length > 400, 'the list of what citizens read');
    assert.deepEqual(wanted.filter((key) => !has.has(key)), wanted.filter((key) => GAPS[language]?.includes(key)), 'what is missing is missing on purpose');
    assert.deepEqual([...has.keys()].filter((key) => !wanted.includes(key)), [], 'words for staff, which nobody keeps in this language');
    assert.deepEqual((GAPS[language] ?? []).filter((key) => has.has(key)), [], 'no gap any more');
  });
}

test('plurals have the forms of their language', () => {
  for (const [language, catalogue] of all) {
    const rules = new Intl.PluralRules(language);
    const forms = new Set([...Array(200).keys()].map((n) => rules.select(n)));
    for (const [key, pattern] of strings(catalogue)) {
      for (const [, name] of pattern.matchAll(/\{(\w+), plural,/g)) {
        // A pattern whose form does not change names `other` alone besides numbers; one that makes any difference makes all that the language makes.
        const named = [...pattern.matchAll(/ (zero|one|two|few|many)\{/g)].map((each) => each[1]!);
        if (named.some((form) => !['one', 'zero'].includes(form))) assert.deepEqual([...forms].filter((form) => !['zero', 'other'].includes(form) && !named.includes(form)), [], `${language}: ${key} {${name}}`);
        assert.deepEqual(named.filter((form) => !forms.has(form as Intl.LDMLPluralRule)), [], `${language}: ${key} has a form that ${language} does not know`);
      }
    }
  }
});

/** Words that are the same in two languages, as people of both write them. */
const SAME = new Set(['Kontrast', 'Contrast', 'Nummer', 'Mobilnummer', 'E-mail', '{from}–{to} min']);
const SCRIPTS: Record<string, RegExp> = { ar: /\p{Script=Arabic}/u, fa: /\p{Script=Arabic}/u, ti: /\p{Script=Ethiopic}/u, uk: /\p{Script=Cyrillic}/u };

test('nothing of another language is left in a catalogue, and one direction is kept', () => {
  const [da, en] = [strings(all.get('da')!), strings(all.get('en')!)];
  for (const [language, catalogue] of OTHERS) {
    for (const [key, pattern] of strings(catalogue)) {
      const words = pattern.replace(/\{\w+, (?:plural|select),|\b(?:zero|one|two|few|many|other|=?\d+)(?=\{)/g, ' ').replace(/\{\w+\}/g, ' ');
      if (/\p{Letter}{2,}/u.test(words)) assert.ok(SAME.has(pattern) || (pattern !== da.get(key) && pattern !== en.get(key)), `${language}: ${key} is not translated: ${pattern}`);
      assert.ok(!/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(pattern), `${language}: ${key} has marks of direction: numbers are isolated where they are put in`);
      const script = SCRIPTS[language];
      if (!script || !/\p{Letter}{2,}/u.test(words)) continue;
      assert.ok(script.test(words), `${language}: ${key} is in another script: ${pattern}`);
      assert.deepEqual(words.match(/\p{Script=Latin}{2,}/gu)?.filter((word) => !['QR', 'OK'].includes(word)) ?? [], [], `${language}: ${key}`);
    }
  }
});

test('every reason on the wire has its sentence', () => {
  const api = readFileSync(`${process.env.SKRANKE_SOURCE}/docs/openapi.yaml`, 'utf8');
  const list = /description: The reason\n\s+enum:\n((?:\s+(?:- [a-z_]+|#.*)\n)+)/.exec(api);
  assert.ok(list, 'docs/openapi.yaml lists the reasons');
  const reasons = [...list[1]!.matchAll(/- ([a-z_]+)/g)].map((each) => each[1]!);
  assert.ok(reasons.length > 30);
  for (const reason of reasons) assert.ok(strings(all.get('da')!).has(`problem.${reason}`), reason);
});

test('a missing string falls back and says in which language it is', () => {
  const danish = all.get('da')!;
  const partly: Catalogue = { meta: { language: 'ar', dir: 'rtl', name: 'العربية' }, ui: { kiosk: { welcome: 'أهلًا' } } };
  const texts = new Texts([partly, danish]);
  assert.deepEqual(texts.say('ui.kiosk.welcome'), { text: 'أهلًا', language: 'ar', dir: 'rtl' });
  assert.deepEqual(texts.say('ui.kiosk.done'), { text: 'Færdig', language: 'da', dir: 'ltr' });
  assert.equal(texts.has('ui.kiosk.nothing'), false);
});
