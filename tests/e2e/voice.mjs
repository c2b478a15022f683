// What is heard and what is on the glass, in a real browser against the real daemon with the real espeak-ng. No printer is needed.
//   node voice.mjs --daemon SKRANKED --ctl SKRANKECTL [--only TEXT]
// Nobody here has ears: every source that Web Audio starts is noted with its time and length.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { assert, equal, run_all, test, until } from './lib/checks.mjs';
import { Daemon } from './lib/daemon.mjs';

const { chromium } = createRequire(new URL('../browser/package.json', import.meta.url))('playwright-core');
const args = process.argv.slice(2);
const option = (name) => (args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : undefined);
const CHIME_MS = 1_120;

const SITE = `
[site]
id = "lyd"
name = "Borgerservice Nordhavn"
time_zone = "Europe/Copenhagen"
languages = ["da", "en"]
[[authority]]
id = "kommune"
name = "Nordhavn Kommune"
[[service]]
id = "pas"
name = { da = "Pas", en = "Passport" }
authority = "kommune"
letter = "A"
${[1, 2, 3, 4, 5, 6].map((n) => `[[desk]]\nid = "desk-${n}"\nname = { da = "Skranke ${n}", en = "Desk ${n}" }\nzone = "hall"\nservices = ["pas"]\n${n === 2 ? 'arrow = "up_left"\n' : ''}`).join('')}
[[board]]
id = "hall"
name = "Ventesalen"
zones = ["hall"]
[[board]]
id = "corner"
name = "Hjørnet"
zones = ["hall"]
[rules]
recall_after_s = 0
`;

/** Before any script of the page: notes what starts when, in milliseconds of the audio clock. */
function listen() {
  window.heard = [];
  for (const [name, kind] of [['OscillatorNode', 'tone'], ['AudioBufferSourceNode', 'clip']]) {
    const { start } = window[name].prototype;
    window[name].prototype.start = function noted(when) {
      window.heard.push({ kind, at: Math.max(when ?? 0, this.context.currentTime) * 1000, length: kind === 'clip' ? this.buffer.duration * 1000 : 0, hertz: this.frequency?.value });
      return start.call(this, when);
    };
    const { stop } = window[name].prototype;
    window[name].prototype.stop = function stopped(when) { if (when === undefined) window.stopped = (window.stopped ?? 0) + 1; return stop.call(this, when); };
  }
}

class Loud extends Daemon {
  constructor(browser) { super(option('daemon'), 'voice'); this.browser = browser; }

  async begin() {
    this.describe(SITE);
    await this.start();
    this.board_token = execFileSync(option('ctl'), ['--data', this.at('data'), 'token', 'create', '--role', 'board', '--name', 'board'], { encoding: 'utf8' }).trim();
    for (const n of [1, 2, 3, 4, 5, 6]) await this.api('PUT', `/desks/desk-${n}/session`, {});
    await until(async () => {
      const sound = await this.api('GET', '/sound');
      return !sound.making && sound.languages.length === 2 && sound.languages.every((each) => each.ready === each.wanted);
    }, 'the voice is made', 60_000);
  }

  async board(id = 'hall', init = []) {
    const context = await this.browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'da-DK' });
    this.contexts.push(context);
    for (const each of [listen, ...init]) await context.addInitScript(each);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.errors.push(`${id}: ${error.message}`));
    await page.goto(`${this.base}/board/${id}#t=${this.board_token}`);
    await page.waitForSelector('.hero');
    await page.waitForSelector('.board[data-link=live]');
    return page;
  }

  async office() {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'da-DK' });
    this.contexts.push(context);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.errors.push(`office: ${error.message}`));
    await page.goto(`${this.base}/admin#t=${this.admin}`);
    await page.waitForSelector('.admin');
    return page;
  }

  take(count, more = {}) { return Promise.all(Array.from({ length: count }, () => this.api('POST', '/visits', { services: ['pas'], ...more }))); }
  next(n) { return this.api('POST', `/desks/desk-${n}/next`, {}); }
}

const heard = (page) => page.evaluate(() => window.heard);
const hero = async (page) => (await page.textContent('.hero .num')).replace(/\s/g, '');
/** Announcements as they were heard: each begins with the two tones of a chime. */
function announcements(list) {
  const all = [];
  for (const each of [...list].sort((a, b) => a.at - b.at)) {
    if (each.kind === 'tone' && each.hertz > 700) all.push({ at: each.at, end: each.at + CHIME_MS, clips: [] });
    if (each.kind === 'clip') { all.at(-1).clips.push(each); all.at(-1).end = each.at + each.length; }
  }
  return all;
}

test('voice: two calls of the same moment are both seen and heard in full, one after the other', async (house) => {
  const [board, corner] = [await house.board(), await house.board('corner')];
  await house.take(2);
  const called = await Promise.all([house.next(1), house.next(2)]);
  const seen = new Map();
  await until(async () => {
    const number = (await board.locator('.hero.calling').count()) > 0 ? await hero(board) : undefined;
    if (number && !seen.has(number)) seen.set(number, Date.now());
    return seen.size === 2;
  }, 'both have the large field', 20_000);
  const times = [...seen.values()];
  assert(times[1] - times[0] > 7_000, `the first was seen for ${times[1] - times[0]} ms`);
  equal([...seen.keys()].sort(), called.map((each) => each.number).sort());
  const said = await until(async () => { const list = announcements(await heard(board)); return list.length === 2 && list[1].clips.length > 3 && list; }, 'both are heard', 15_000);
  assert(said[0].end <= said[1].at, `the second begins ${said[1].at - said[0].end} ms after the first`);
  for (const each of said) {
    assert(each.clips[0].at >= each.at + CHIME_MS, 'the chime rings out before the voice');
    each.clips.reduce((before, clip) => { assert(clip.at >= before.at + before.length + 70, 'words do not run into each other'); return clip; });
  }
  equal((await heard(corner)).length, 0, 'one loudspeaker for a zone');
  await until(async () => (await hero(corner)) === (await hero(board)), 'both screens show the same', 2_000);   // each looks at its plan four times a second
});

test('voice: the second language follows Danish', async (house) => {
  const board = await house.board();
  await house.take(1);
  await house.next(1);
  const plain = await until(async () => { const list = announcements(await heard(board)); return list[0]?.clips.length > 0 && list; }, 'a Danish call', 10_000);
  await house.take(1, { language: 'en' });
  await house.next(2);
  const both = await until(async () => { const list = announcements(await heard(board)); return list[1]?.clips.length > 0 && list; }, 'an English call', 20_000);
  equal(both[1].clips.length, 2 * plain[0].clips.length);
});

test('voice: a recall says so, and an arrow shows the way', async (house) => {
  const board = await house.board();
  await house.take(1);
  await house.next(2);
  await board.waitForSelector('.hero .way.up_left');
  await until(async () => announcements(await heard(board))[0]?.clips.length > 0, 'the call', 10_000);
  await house.api('POST', '/desks/desk-2/recall', {});
  await board.waitForSelector('.attempt', { timeout: 15_000 });
  const said = await until(async () => { const list = announcements(await heard(board)); return list[1]?.clips.length > 0 && list; }, 'the recall', 15_000);
  equal(said[1].clips.length, said[0].clips.length + 1);
});

test('voice: an evacuation cuts off what is being said', async (house) => {
  const board = await house.board();
  await house.take(1);
  await house.next(1);
  await until(async () => announcements(await heard(board))[0]?.clips.length > 0, 'the call', 10_000);
  await house.api('PUT', '/room/evacuation', { active: true, kind: 'fire' });
  await board.waitForSelector('.evacuation');
  await until(() => board.evaluate(() => window.stopped > 0), 'it falls silent', 1_000);
});

test('voice: a screen that cannot sound is marked for staff, and the picture works on', async (house) => {
  const board = await house.board('hall', [() => { window.AudioContext = class { constructor() { throw new Error('no sound card'); } }; }]);
  await board.waitForSelector('header .silent');
  const mark = await until(async () => (await house.api('GET', '/devices')).devices.find((each) => each.kind === 'sound' && each.id === 'hall' && each.state === 'failed'), 'the red mark', 15_000);
  assert(mark.words && mark.advice, JSON.stringify(mark));
  await house.take(1);
  const call = await house.next(1);
  await board.waitForSelector('.hero.calling');
  equal(await hero(board), call.number);
});

test('voice: a clip that cannot be had leaves the chime, and staff are told', async (house) => {
  const board = await house.board();
  await board.route('**/voice/clips/**', (route) => route.abort());
  await house.take(1);
  await house.next(1);
  await until(async () => announcements(await heard(board)).length === 1, 'the chime', 10_000);
  await until(async () => (await house.api('GET', '/devices')).devices.some((each) => each.kind === 'sound' && each.reason === 'clips_missing'), 'staff are told', 20_000);
  equal(announcements(await heard(board))[0].clips.length, 0);
});

test('voice: the sound is tried from the office', async (house) => {
  const board = await house.board();
  await house.api('POST', '/sound/hall/test', {});
  const said = await until(async () => { const list = announcements(await heard(board)); return list[0]?.clips.length === 2 && list; }, 'chime and a sentence in two languages', 10_000);
  equal(said.length, 1);
});

test('voice: killed and back, the daemon announces nothing twice', async (house) => {
  const board = await house.board();
  await house.take(1);
  await house.next(1);
  await until(async () => announcements(await heard(board))[0]?.clips.length > 0, 'the call', 10_000);
  const before = (await heard(board)).length;
  const port = new URL(house.base).port;
  await house.kill();
  house.describe(SITE, '', port);
  await house.start();
  await board.waitForSelector('.board[data-link=live]', { timeout: 20_000 });
  await house.take(1);
  await house.next(2);
  await until(async () => announcements(await heard(board)).length === 2, 'the next call is heard', 15_000);
  assert((await heard(board)).length > before);
});

test('screens: any browser is let in by six digits, named and placed, and stays in', async (house) => {
  const context = await house.browser.newContext({ viewport: { width: 1280, height: 720 } });
  house.contexts.push(context);
  const screen = await context.newPage();
  await screen.goto(`${house.base}/board?box=box-of-the-test`);
  await screen.waitForSelector('[data-pairing=code]');
  const code = (await screen.textContent('.code')).replace(/\s/g, '');
  assert(/^\d{6}$/.test(code), code);
  const size = await screen.evaluate(() => document.querySelector('.code').getBoundingClientRect().height / innerHeight);
  assert(size > 0.2, 'it can be read across the room');
  const office = await house.office();
  await office.goto(`${house.base}/screens`);
  await office.fill('[name=code]', '000000' === code ? '111111' : '000000');
  await office.selectOption('[name=id]', '');
  await office.fill('[name=name]', 'Tv ved døren');
  await office.fill('[name=inches]', '43');
  await office.click('[data-form=pair] .primary');
  await office.waitForSelector('[data-form=pair] .problem');
  await office.fill('[name=code]', `${code.slice(0, 3)} ${code.slice(3)}`);
  await office.click('[data-form=pair] .primary');
  await office.waitForSelector('[data-paired="/board/tv-ved-doeren"]');
  await screen.waitForURL('**/board/tv-ved-doeren', { timeout: 15_000 });
  await screen.waitForSelector('.board[data-link=live]');
  const facility = (await house.api('GET', '/boards/tv-ved-doeren')).screen;
  equal(facility.inches, 43);
  const cookie = (await context.cookies()).find((each) => each.name === 'skranke_board');
  assert(cookie?.httpOnly, 'no script can read it');
  await until(async () => (await house.api('GET', '/screens/box-of-the-test')).page === 'board:tv-ved-doeren', 'its watchdog can ask', 15_000);
  await screen.reload();
  await screen.waitForSelector('.board[data-link=live]');
});

test('screens: codes end, wrong ones are rationed', async (house) => {
  let refused = 0;
  for (let n = 0; n < 14; n++) {
    const answer = await fetch(`${house.base}/api/v1/pairing`, { method: 'POST' });
    if (answer.status === 429) refused++;
  }
  assert(refused >= 3, `${refused} of 14 refused`);
  const guesses = [];
  for (let n = 0; n < 14; n++) guesses.push(await house.api('POST', `/pairing/${String(n).padStart(6, '0')}`, { kind: 'board', id: 'hall' }).then(() => 201, (error) => Number(/: (\d+)/.exec(error.message)[1])));
  assert(guesses.filter((status) => status === 429).length >= 3, guesses.join());
});

test('screens: the office proves that boards can be read, sets a loudspeaker and tries it', async (house) => {
  const board = await house.board();
  const office = await house.office();
  await office.goto(`${house.base}/screens`);
  await office.waitForSelector('[data-proof] tr[data-board=hall]');
  assert(/0,\d\d°/.test(await office.textContent('[data-board=hall]')), await office.textContent('[data-board=hall]'));
  // What is claimed is what is on the glass: the capital's height of a row, in degrees at the farthest seat.
  await house.take(2);
  await house.next(1);
  await house.next(2);
  await board.waitForSelector('.list .n');
  const degrees = await board.evaluate(() => {
    const px = parseFloat(getComputedStyle(document.querySelector('.list .n')).fontSize);
    const millimetres = (55 * 25.4 * 9 / Math.hypot(16, 9)) / innerHeight;
    return Math.atan(px * 0.714 * millimetres / 6000) * 180 / Math.PI;
  });
  assert(degrees >= 0.69, `${degrees} degrees`);
  const claimed = Number((await office.textContent('[data-board=hall] .state b')).replace(',', '.').replace('°', ''));
  assert(Math.abs(degrees - claimed) < 0.03, `${degrees} on the glass, ${claimed} claimed`);
  await until(async () => (await board.locator('.hero.calling').count()) === 0, 'both calls are over', 40_000);
  const before = announcements(await heard(board)).length;
  await office.click('[data-output=hall] .line');
  await until(async () => announcements(await heard(board)).length === before + 1, 'the test is heard', 10_000);
  await office.fill('[name=volume-hall]', '20');
  await office.dispatchEvent('[name=volume-hall]', 'change');
  await until(async () => (await house.api('GET', '/boards/hall')).sound.volume === 20, 'it is softer', 10_000);
  await office.waitForSelector('[data-voice=da]');
});

test('media: a picture is uploaded and shown while nobody is called, and never over a call', async (house) => {
  const office = await house.office();
  await office.goto(`${house.base}/screens`);
  await office.waitForSelector('[data-form=media]');
  // Larger than one piece: a picture of noise, made in the browser.
  const picture = await office.evaluate(async () => {
    const canvas = new OffscreenCanvas(640, 640).getContext('2d');
    const image = canvas.createImageData(640, 640);
    for (let at = 0; at < image.data.length; at += 65_536) crypto.getRandomValues(image.data.subarray(at, at + 65_536));
    for (let at = 3; at < image.data.length; at += 4) image.data[at] = 255;
    canvas.putImageData(image, 0, 0);
    return btoa([...new Uint8Array(await (await canvas.canvas.convertToBlob({ type: 'image/png' })).arrayBuffer())].map((each) => String.fromCharCode(each)).join(''));
  });
  const buffer = Buffer.from(picture, 'base64');
  assert(buffer.length > 1024 * 1024, `${buffer.length} bytes`);
  await office.setInputFiles('[name=media_file]', { name: 'sommer.png', mimeType: 'image/png', buffer });
  await office.waitForSelector('[data-media-list] li');
  await until(async () => (await house.api('GET', '/media'))[0]?.complete, 'it is here', 20_000);
  const board = await house.board();
  await board.waitForSelector('.hero.media img');
  await until(() => board.evaluate(() => document.querySelector('.media img')?.naturalWidth === 640), 'the picture is drawn');
  await house.take(1);
  const call = await house.next(1);
  await board.waitForSelector('.hero.calling');
  equal(await board.locator('.media').count(), 0, 'pictures over a call');
  equal(await hero(board), call.number);
  await house.api('PUT', '/room/evacuation', { active: true, kind: 'fire' });
  await board.waitForSelector('.evacuation');
  equal(await board.locator('.media').count(), 0);
  await house.api('PUT', '/room/evacuation', { active: false });
  await office.setInputFiles('[name=media_file]', { name: 'not.png', mimeType: 'image/png', buffer: Buffer.from('<script>alert(1)</script>') });
  await office.waitForSelector('.problem');
  await office.click('[data-media-list] li .line');
  await until(async () => (await house.api('GET', '/media')).length === 0, 'it is gone');
});

const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--autoplay-policy=no-user-gesture-required'];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS });
const { passed, failed } = await run_all({
  only: option('only'),
  at_once: 3,   // they mostly wait for voices to end
  prepare: async () => { const house = new Loud(browser); await house.begin().catch(async (error) => { await house.end(true); throw error; }); return house; },
});
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
