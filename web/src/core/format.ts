// A subset of ICU MessageFormat, the same that the daemon formats with ICU4C: {name}, {n, plural, =0{} one{} other{}},
// {x, select, a{} other{}}, '#' inside plural, and apostrophe quoting of braces. A test formats every string of every catalogue.

export type Args = Readonly<Record<string, string | number>>;

const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';
const DEPTH_MAX = 8;

interface Cursor { text: string; at: number }
interface Scope { args: Args; language: string; isolate: boolean; hash: number | undefined; depth: number }

/**
 * Formats one pattern. `isolate` wraps arguments for right-to-left sentences. Throws SyntaxError on a malformed pattern;
 * an argument that is missing is shown as {name}, so that a fault is visible but never empties the sentence.
 */
export function format(pattern: string, args: Args = {}, language = 'en', isolate = false): string {
  const cursor = { text: pattern, at: 0 };
  const out = message(cursor, { args, language, isolate, hash: undefined, depth: 0 });
  if (cursor.at !== pattern.length) throw new SyntaxError(`unexpected } at ${cursor.at}: ${pattern}`);
  return out;
}

/** Whether a text can be formatted at all. */
export function is_pattern(text: string): boolean {
  try {
    format(text);
    return true;
  } catch {
    return false;
  }
}

function message(cursor: Cursor, scope: Scope): string {
  if (scope.depth > DEPTH_MAX) throw new SyntaxError('nested too deep');
  let out = '';
  while (cursor.at < cursor.text.length) {
    const char = cursor.text[cursor.at]!;
    if (char === '}') return out;
    if (char === "'") out += quoted(cursor, scope.hash !== undefined);
    else if (char === '{') out += argument(cursor, scope);
    else {
      out += char === '#' && scope.hash !== undefined ? String(scope.hash) : char;
      cursor.at++;
    }
  }
  return out;
}

/** An apostrophe quotes only before a syntax character; elsewhere it is an apostrophe (ICU's default mode). */
function quoted(cursor: Cursor, hash_is_syntax: boolean): string {
  const next = cursor.text[cursor.at + 1] ?? '';
  if (next === "'") {
    cursor.at += 2;
    return "'";
  }
  if (!(next === '{' || next === '}' || (next === '#' && hash_is_syntax))) {
    cursor.at++;
    return "'";
  }
  const end = cursor.text.indexOf("'", cursor.at + 1);
  const stop = end < 0 ? cursor.text.length : end;
  const out = cursor.text.slice(cursor.at + 1, stop);
  cursor.at = stop + 1;
  return out;
}

function argument(cursor: Cursor, scope: Scope): string {
  cursor.at++;
  const name = word(cursor);
  const mark = cursor.text[cursor.at];
  if (mark === '}') {
    cursor.at++;
    return value(name, scope);
  }
  if (mark !== ',') throw new SyntaxError(`expected , or } at ${cursor.at}: ${cursor.text}`);
  cursor.at++;
  const kind = word(cursor);
  if (kind !== 'plural' && kind !== 'select') throw new SyntaxError(`unknown argument type ${kind}`);
  if (cursor.text[cursor.at] !== ',') throw new SyntaxError(`expected , at ${cursor.at}: ${cursor.text}`);
  cursor.at++;
  return branch(cursor, scope, name, kind);
}

function branch(cursor: Cursor, scope: Scope, name: string, kind: 'plural' | 'select'): string {
  const given = scope.args[name];
  const number = kind === 'plural' ? Number(given) : undefined;
  const category = number === undefined ? String(given) : plural(number, scope.language);
  const found = new Map<string, string>();
  for (;;) {
    const key = word(cursor);
    if (cursor.text[cursor.at] !== '{') throw new SyntaxError(`expected { at ${cursor.at}: ${cursor.text}`);
    cursor.at++;
    const inner = { ...scope, hash: number ?? scope.hash, depth: scope.depth + 1 };
    found.set(key, message(cursor, inner));
    if (cursor.text[cursor.at] !== '}') throw new SyntaxError(`unclosed branch ${key}: ${cursor.text}`);
    cursor.at++;
    skip_space(cursor);
    if (cursor.text[cursor.at] === '}') break;
    if (cursor.at >= cursor.text.length) throw new SyntaxError(`unclosed ${kind}: ${cursor.text}`);
  }
  cursor.at++;
  const other = found.get('other');
  if (other === undefined) throw new SyntaxError(`no "other" branch: ${cursor.text}`);
  return (number === undefined ? undefined : found.get(`=${number}`)) ?? found.get(category) ?? other;
}

function value(name: string, scope: Scope): string {
  const given = scope.args[name];
  if (given === undefined) return `{${name}}`;
  return scope.isolate ? FIRST_STRONG_ISOLATE + String(given) + POP_ISOLATE : String(given);
}

function word(cursor: Cursor): string {
  skip_space(cursor);
  const start = cursor.at;
  while (cursor.at < cursor.text.length && /[A-Za-z0-9_=.-]/.test(cursor.text[cursor.at]!)) cursor.at++;
  if (cursor.at === start) throw new SyntaxError(`name expected at ${start}: ${cursor.text}`);
  const out = cursor.text.slice(start, cursor.at);
  skip_space(cursor);
  return out;
}

function skip_space(cursor: Cursor): void {
  while (/\s/.test(cursor.text[cursor.at] ?? '')) cursor.at++;
}

const rules = new Map<string, Intl.PluralRules>();

function plural(number: number, language: string): string {
  let rule = rules.get(language);
  if (!rule) {
    try {
      rule = new Intl.PluralRules(language);
    } catch {
      rule = new Intl.PluralRules('en');
    }
    rules.set(language, rule);
  }
  return rule.select(number);
}
