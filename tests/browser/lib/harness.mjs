// A small runner for browser tests: each test gets a fresh API stand-in and a fresh browser profile, and ends within a limit.
import { chromium } from 'playwright-core';
import { Mock } from '../mock.mjs';
import { camera_flags } from './camera.mjs';

const TEST_LIMIT_MS = 60_000;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'];
export const SIZES = { kiosk: [1080, 1920], board: [1920, 1080], desk: [1440, 900], phone: [390, 844], narrow: [320, 640], office: [1280, 800], compact: [360, 720], half: [960, 1040], tablet: [1024, 768], upright: [768, 1024] };

const tests = [];
/** Registers a test. `body` gets {mock, base, open(path, size, options), step}. */
export const test = (name, body, options = {}) => tests.push({ name, body, ...options });

export function assert(condition, message) {
  if (!condition) throw new Error(message);
}

export function equal(actual, expected, message = '') {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${message} expected ${b}, got ${a}`);
}

/** Asks until the answer is truthy, at most `limit_ms`; returns it. */
export async function until(ask, what, limit_ms = 8_000) {
  const end = Date.now() + limit_ms;
  let last;
  for (;;) {
    last = await ask();
    if (last) return last;
    if (Date.now() > end) throw new Error(`not within ${limit_ms} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 40));
  }
}

class Bench {
  constructor(browser, dist, options) {
    this.browser = browser;
    this.mock = new Mock({ dist, services: options.services ?? 6 });
    this.mock.ping_ms = options.ping_ms ?? 300;
    this.errors = [];
    this.contexts = [];
  }

  async start() { this.base = await this.mock.listen(); }

  /** A page of its own profile. `clock` puts the page's time into the test's hands. */
  open = async (path, size, { clock = false, reduced = false, expect_errors = false, before } = {}) => {
    const [width, height] = SIZES[size];
    const context = await this.browser.newContext({ viewport: { width, height }, reducedMotion: reduced ? 'reduce' : 'no-preference', locale: 'da-DK' });
    this.contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(8_000);
    page.on('pageerror', (error) => this.errors.push(`${path}: ${error.message}`));
    page.on('console', (message) => {
      const text = message.text();
      if (/Content Security Policy|TrustedHTML|Trusted Type/i.test(text)) this.errors.push(`${path}: ${text}`);
      else if (message.type() === 'error' && !expect_errors && !/Failed to load resource|WebSocket connection/.test(text)) this.errors.push(`${path}: ${text}`);
    });
    if (before) await before(context);
    if (clock) await page.clock.install();
    await page.goto(this.base + path);
    return page;
  };

  async end() {
    for (const context of this.contexts) await context.close();
    await this.mock.close();
  }
}

async function run_one(browser, dist, one) {
  const bench = new Bench(browser, dist, one);
  await bench.start();
  let timer;
  const limit = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error(`took over ${TEST_LIMIT_MS} ms`)), one.limit_ms ?? TEST_LIMIT_MS); });
  try {
    await Promise.race([one.body(bench), limit]);
    if (bench.errors.length > 0) throw new Error(bench.errors.join('\n'));
  } finally {
    clearTimeout(timer);
    await bench.end();
  }
}

/** Runs what was registered (those whose name holds `only`); returns {passed, failed}. */
export async function run_all({ dist, only, chromium_path }) {
  const result = { passed: 0, failed: 0 };
  const camera = camera_flags();
  const left = tests.filter((each) => !only || each.name.includes(only));
  await Promise.all([1, 2].map(() => run_lane({ dist, left, result, chromium_path, camera })));
  return result;
}

/** Two browsers side by side: most of a test is waiting. Each test has a stand-in of its own. */
async function run_lane({ dist, left, result, chromium_path, camera }) {
  const browser = await chromium.launch({ executablePath: chromium_path, headless: true, args: [...FLAGS, ...camera] });
  try {
    for (let one = left.shift(); one; one = left.shift()) {
      const begun = Date.now();
      try {
        await run_one(browser, dist, one);
        result.passed++;
        console.log(`ok ${one.name} (${Date.now() - begun} ms)`);
      } catch (error) {
        result.failed++;
        console.log(`not ok ${one.name}: ${error.message.split('\n').slice(0, 12).join('\n    ')}`);
      }
    }
  } finally {
    await browser.close();
  }
}
