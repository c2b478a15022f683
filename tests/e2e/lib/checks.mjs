// What every test here is written with: say what holds, wait for what will, and a runner that counts.

export function assert(condition, message) {
  if (!condition) throw new Error(message);
}

export function equal(actual, expected, message = '') {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${message} expected ${b}, got ${a}`.trim());
}

/** Asks until the answer is truthy, at most `limit_ms`; returns it. A throw counts as "not yet" and is told when time is up. */
export async function until(ask, what, limit_ms = 8_000) {
  const end = Date.now() + limit_ms;
  for (;;) {
    let why = '';
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      why = `: ${error.message}`;
    }
    if (Date.now() > end) throw new Error(`not within ${limit_ms} ms: ${what}${why}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}

/** Whether `ask` stays falsy for `span_ms`: for things that must not happen. Ends at the first time it does. */
export async function never(ask, what, span_ms) {
  const end = Date.now() + span_ms;
  while (Date.now() < end) {
    if (await ask()) throw new Error(`happened: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

const tests = [];
/** Registers a test; `body` gets what `prepare` of run_all made for it. */
export const test = (name, body, options = {}) => tests.push({ name, body, limit_ms: 90_000, ...options });

async function run_one(one, prepare) {
  const bench = await prepare(one);
  let timer;
  const limit = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error(`took over ${one.limit_ms} ms`)), one.limit_ms); });
  let failed = false;
  try {
    await Promise.race([one.body(bench), limit]);
    if (bench.errors.length > 0) throw new Error(bench.errors.join('\n'));
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    clearTimeout(timer);
    await bench.end(failed, one.name);
  }
}

async function run_and_say(one, prepare, result) {
  const begun = Date.now();
  try {
    await run_one(one, prepare);
    result.passed++;
    console.log(`ok ${one.name} (${Date.now() - begun} ms)`);
  } catch (error) {
    result.failed++;
    console.log(`not ok ${one.name} (${Date.now() - begun} ms): ${error.message.split('\n').slice(0, 12).join('\n    ')}`);
    const at = (error.stack ?? '').split('\n').filter((line) => line.includes('/e2e/'))[0];
    if (at) console.log(`   ${at.trim()}`);
  }
}

/** Runs what was registered (those whose name holds `only`), `at_once` beside each other: only one where they share the printers. */
export async function run_all({ only, prepare, at_once = 1 }) {
  const result = { passed: 0, failed: 0 };
  const left = tests.filter((each) => !only || each.name.includes(only));
  const work = async () => { while (left.length > 0) await run_and_say(left.shift(), prepare, result); };
  await Promise.all(Array.from({ length: at_once }, work));
  return result;
}

/** A figure worth knowing, printed beside the test that took it. */
export const figure = (what, value) => console.log(`   ${what}: ${value}`);
