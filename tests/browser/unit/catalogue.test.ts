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
