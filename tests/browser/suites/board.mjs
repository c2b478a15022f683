import { assert, equal, test, until } from '../lib/harness.mjs';
import { lively } from '../mock.mjs';

const open_board = async (mock, open, options) => {
  mock.desks.forEach((desk) => { desk.state = 'open'; });
  const page = await open('/board/hall', 'board', options);
  await page.waitForSelector('.hero');
  return page;
};
const next = (mock, index) => mock.desk_verb('next', mock.desks[index], {});
const chimes = (page) => page.evaluate(() => Number(document.querySelector('.board').dataset.chimes));
const hero = (page) => page.textContent('.hero .num');

/** Counts oscillators started, since headless machines have no ears. */
const count_tones = (context) => context.addInitScript(() => {
  globalThis.tones = [];
  globalThis.cards = 0;
  const Real = AudioContext;
  globalThis.AudioContext = class extends Real { constructor() { super(); globalThis.cards += 1; } };
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function started(at) { globalThis.tones.push([this.frequency.value, this.type]); return start.call(this, at); };
});

test('board: a call is large, yellow and heard within a second', async ({ mock, open }) => {
  lively(mock);
  const page = await open_board(mock, open, { before: count_tones });
  const begun = Date.now();
  next(mock, 2);
  await page.waitForSelector('.hero.calling', { timeout: 1_000 });
  assert(Date.now() - begun < 1_000, `after ${Date.now() - begun} ms`);
  equal(await hero(page), 'A\u00a01');
  equal(await page.textContent('.hero .word'), 'Skranke');
  equal(await page.textContent('.hero .figure'), '3');
  equal(await page.textContent('.hero .lab'), 'Nu kaldesNow calling');
  equal(await until(() => page.evaluate(() => globalThis.tones.length === 2 && globalThis.tones), 'two tones'), [[784, 'sine'], [587, 'sine']]);
  equal((await until(() => mock.alive.find((each) => each.page === 'board/hall'), 'a report')).audio, 'running');
  equal(await page.evaluate(() => globalThis.cards), 1, 'one sound card for all that sounds');
});

test('board: calls of the same moment are all shown and heard, one after the other', async ({ mock, open }) => {
  lively(mock);
  const page = await open_board(mock, open);
  [0, 1, 5].forEach((index) => next(mock, index));
  await page.waitForSelector('.hero.calling');
  const first = await hero(page);
  equal(await page.locator('.list li.due').count(), 2, 'the others can be read already');
  await until(async () => (await chimes(page)) === 2, 'the second', 10_000);
  assert((await hero(page)) !== first);
  await until(async () => (await chimes(page)) === 3, 'the third', 10_000);
  equal(await page.locator('.list li.due').count(), 0);
});

test('board: a recall is called again and says so', async ({ mock, open }) => {
  mock.take('pas');
  const page = await open_board(mock, open);
  next(mock, 0);
  await page.waitForSelector('.hero.calling');
  mock.desk_verb('recall', mock.desks[0], {});
  await page.waitForSelector('.attempt', { timeout: 10_000 });
  equal(await page.textContent('.attempt'), '2. kald');
  equal(await chimes(page), 2);
});

test('board: a reload shows the calls again without a second chime', async ({ mock, open }) => {
  lively(mock);
  const page = await open_board(mock, open);
  next(mock, 0);
  await page.waitForSelector('.hero.calling');
  await page.reload();
  await page.waitForSelector('.hero .num');
  equal(await hero(page), 'A\u00a01');
  equal(await chimes(page), 0);
  equal(await page.locator('.hero.calling').count(), 0);
});

test('board: silence for 12 s marks it stale, keeps the numbers and hides the estimates; then it recovers', async ({ mock, open }) => {
  lively(mock);
  const page = await open_board(mock, open);
  next(mock, 0);
  await page.waitForSelector('.hero.calling');
  mock.silent = true;
  const begun = Date.now();
  await page.waitForSelector('.stale', { timeout: 16_000 });
  assert(Date.now() - begun > 10_000 && Date.now() - begun < 14_000, `after ${Date.now() - begun} ms`);
  assert(/Ikke opdateret siden \d\d\.\d\d/.test(await page.textContent('.stalebar')));
  equal(await hero(page), 'A\u00a01');
  equal(await page.textContent('.hero .first'), 'Senest kaldt');
  equal(await page.locator('.hero.calling').count(), 0);
  equal([...new Set(await page.locator('.queue .wait').allTextContents())], ['–']);
  mock.silent = false;
  await page.waitForSelector('.stalebar', { state: 'detached' });
  assert((await page.textContent('.queue .wait')) !== '–');
});

test('board: a call is shown without the parts that come later; they are asked for again, and then nothing needs the network', async ({ mock, base, open }) => {
  mock.take('pas');
  const first = [...(await (await fetch(`${base}/board/hall`)).text()).matchAll(/modulepreload" href="([^"]+)"/g)].map((found) => found[1]);
  let cut = true;
  const refused = new Set();
  const before = async (context) => {
    await context.route(/\/assets\/board-part\./, (route) => {
      const { pathname } = new URL(route.request().url());
      if (!cut || first.includes(pathname)) return route.continue();
      refused.add(pathname);
      return route.abort();
    });
  };
  const page = await open_board(mock, open, { before });
  next(mock, 0);
  await page.waitForSelector('.hero.calling', { timeout: 1_000 });
  equal(await page.locator('.foot .queue').count(), 0);
  await until(() => refused.size === 2, 'both parts asked for');
  cut = false;
  await page.waitForSelector('.foot .queue');
  await until(async () => (await page.getAttribute('.board', 'data-audio')) === 'running', 'a sound card');
  cut = true;
  mock.night = {};
  mock.changed();
  await page.waitForSelector('main.night');
});

test('board: evacuation covers everything in every language, and goes away', async ({ mock, open }) => {
  const page = await open_board(mock, open);
  mock.evacuation = true;
  mock.changed();
  await page.waitForSelector('.evacuation');
  equal(await page.locator('.evacuation .leave').allTextContents(), ['Forlad bygningen nu', 'Leave the building now']);
  const box = await page.locator('.evacuation').boundingBox();
  equal([Math.round(box.width), Math.round(box.height)], [1920, 1080]);
  mock.evacuation = false;
  mock.changed();
  await page.waitForSelector('.evacuation', { state: 'detached' });
});

test('board: a call that is taken back disappears', async ({ mock, open }) => {
  mock.take('pas');
  const page = await open_board(mock, open);
  next(mock, 0);
  await page.waitForSelector('.hero.calling');
  mock.desk_verb('undo', mock.desks[0], {});
  mock.changed();
  await page.waitForSelector('.hero.nobody');
});

test('board: the clock is the daemon’s, not the box’s', async ({ mock, open }) => {
  mock.now = () => Date.parse('2026-12-24T13:37:00+01:00');
  const page = await open_board(mock, open);
  await until(async () => (await page.textContent('header .clock')) === '13.37', 'the time');
  equal(await page.textContent('header .date'), 'torsdag 24. december');
});

test('board: the picture moves by a few pixels in time, so that nothing burns in', async ({ mock, open }) => {
  const page = await open_board(mock, open, { clock: true });
  const shift = () => page.evaluate(() => document.documentElement.style.getPropertyValue('--shift-x'));
  equal(await shift(), '0px');
  await page.clock.fastForward(181_000);
  await until(async () => (await shift()) === '4px', 'shifted');
}, { ping_ms: 60 });

test('board: long names and large desk numbers stay whole', async ({ mock, open }) => {
  mock.desks[0].names = { da: 'Borgerservice og pas, skranke 12', en: 'x' };
  mock.desks[1].names = { da: 'Informationen', en: 'Information' };
  mock.counters.J = 887;
  mock.take('mitid', { waited_s: 100 });
  mock.take('mitid', { waited_s: 50 });
  const page = await open_board(mock, open);
  next(mock, 0);
  next(mock, 1);
  await page.waitForSelector('.list li.due');
  const inside = await page.evaluate(() => [...document.querySelectorAll('.fit')].filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent));
  equal(inside, []);
  equal(await page.textContent('.hero .figure'), '12');
});

const PING_MS = 15;

test('board: a week of calls in a minute leaves no more behind than a day', async ({ mock, open }) => {
  const page = await open_board(mock, open, { clock: true });
  const cdp = await page.context().newCDPSession(page);
  const weight = async () => {
    await cdp.send('HeapProfiler.enable');
    await cdp.send('HeapProfiler.collectGarbage');
    const { usedSize } = await cdp.send('Runtime.getHeapUsage');
    const { nodes, jsEventListeners } = await cdp.send('Memory.getDOMCounters');
    return { heap_kib: usedSize / 1024, nodes, jsEventListeners };
  };
  // Forty calls a day, taken, called, served and gone, with all that the page does in between.
  const CALLS_A_DAY = 40;
  const begun = Date.now();
  let shown = 0;
  const day = async () => {
    for (let n = 0; n < CALLS_A_DAY; n++) {
      const desk = mock.desks[n % 3];
      mock.take('pas');
      mock.desk_verb('next', desk, {});
      mock.changed();
      await until(async () => { await page.clock.runFor(150); return (await page.locator('.hero.calling').count()) > 0; }, 'the call is large', 4_000);
      shown++;
      mock.desk_verb('start', desk, {});
      mock.desk_verb('finish', desk, { outcome: 'settled' });
      mock.changed();
      for (let quiet = 0; quiet < 3; quiet++) {
        await new Promise((done) => setTimeout(done, 2 * PING_MS));   // the link's heart beats in real time; after 16 s of the page's without a beat it would be opened anew
        await page.clock.fastForward(6_000);
      }
    }
    // The night: the link falls asleep and is opened anew in the morning.
    await page.clock.fastForward(14 * 3_600_000);
    await until(async () => { await page.clock.runFor(500); return (await page.getAttribute('.board', 'data-link')) === 'live'; }, 'the link is back in the morning', 15_000);
    // The stand-in keeps its visits for ever; the board must not be weighed by them.
    mock.visits.clear();
  };
  await day();
  const first = await weight();
  for (let more = 1; more < 7; more++) await day();
  const last = await weight();
  console.log(`# a week in ${Math.round((Date.now() - begun) / 1000)} s: heap ${Math.round(first.heap_kib)} → ${Math.round(last.heap_kib)} KiB, nodes ${first.nodes} → ${last.nodes}`);
  equal(shown, 7 * CALLS_A_DAY, 'calls seen large');
  assert(last.heap_kib < first.heap_kib * 1.1 + 256, `the heap grew from ${first.heap_kib} to ${last.heap_kib} KiB`);
  assert(last.nodes < first.nodes * 1.2 + 50, `nodes grew from ${first.nodes} to ${last.nodes}`);
  assert(last.jsEventListeners < first.jsEventListeners * 1.2 + 10, `listeners grew from ${first.jsEventListeners} to ${last.jsEventListeners}`);
}, { ping_ms: PING_MS, limit_ms: 180_000 });

test('board: no letter reaches below its row, not even a J, nor a head over the other', async ({ mock, open }) => {
  mock.languages = ['da', 'en', 'ar'];
  for (const [desk, service] of [['desk-1', 'mitid'], ['desk-2', 'mitid'], ['desk-3', 'pas'], ['desk-4', 'laege'], ['desk-5', 'mitid']]) mock.call(mock.desk(desk), mock.take(service));
  const page = await open('/board/hall', 'board');
  await page.waitForFunction(() => document.querySelectorAll('.list li .n').length === 4);
  const below = await page.evaluate(() => [...document.querySelectorAll('.list li')].filter((each) => each.textContent.includes('J')).map((row) => {
    const mark = document.createElement('span');
    mark.style.setProperty('display', 'inline-block');
    row.firstElementChild.append(mark);
    const baseline = mark.getBoundingClientRect().bottom;
    mark.remove();
    const pen = document.createElement('canvas').getContext('2d');
    const { fontWeight, fontSize, fontFamily } = getComputedStyle(row);
    pen.font = `${fontWeight} ${fontSize} ${fontFamily}`;
    return Math.round(baseline + pen.measureText('J').actualBoundingBoxDescent - (row.getBoundingClientRect().bottom - parseFloat(getComputedStyle(row).borderBottomWidth)));
  }));
  assert(below.length >= 2 && below.every((px) => px <= 0), `px below the row: ${below}`);
  const heads = await page.evaluate(() => [...document.querySelectorAll('.list .heads > *')].map((each) => each.getBoundingClientRect()).map(({ left, right }) => [left, right]));
  assert(heads[0][1] <= heads[1][0] && heads[1][1] <= 1920, JSON.stringify(heads));
});

test('board: nothing flashes more than three times a second, and the highlight ends', async ({ mock, open }) => {
  mock.take('pas');
  const page = await open_board(mock, open);
  next(mock, 0);
  await page.waitForSelector('.hero.calling');
  const moving = await page.evaluate(() => document.getAnimations().map((each) => ({ every: each.effect.getTiming().duration, times: each.effect.getTiming().iterations })));
  assert(moving.length > 0, 'a call catches the eye');
  for (const each of moving) {
    assert(each.every >= 334, `a pulse of ${each.every} ms`);
    assert(Number.isFinite(each.times) && each.every * each.times <= 5_000, `it goes on for ${each.every * each.times} ms (WCAG 2.2.2)`);
  }
  // The luminance of what is on the glass, twelve times a second: fewer than three pairs of opposing changes in any second (WCAG 2.3.1).
  const clip = { x: 60, y: 160, width: 400, height: 300 };
  const bright = [];
  for (let n = 0; n < 24; n++) {
    const shot = await page.screenshot({ clip, type: 'jpeg', quality: 30 });
    bright.push({ at: Date.now(), size: await page.evaluate(async (data) => {
      const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(data), (each) => each.charCodeAt(0))], { type: 'image/jpeg' }));
      const canvas = new OffscreenCanvas(16, 12).getContext('2d');
      canvas.drawImage(bitmap, 0, 0, 16, 12);
      const { data: pixels } = canvas.getImageData(0, 0, 16, 12);
      let sum = 0;
      for (let i = 0; i < pixels.length; i += 4) sum += (0.2126 * pixels[i] + 0.7152 * pixels[i + 1] + 0.0722 * pixels[i + 2]) / 255;
      return sum / (pixels.length / 4);
    }, shot.toString('base64')) });
  }
  let turns = 0;
  for (let n = 2; n < bright.length; n++) {
    const [before, after] = [bright[n - 1].size - bright[n - 2].size, bright[n].size - bright[n - 1].size];
    if (Math.abs(before) >= 0.1 && Math.abs(after) >= 0.1 && Math.sign(before) !== Math.sign(after)) turns++;
  }
  assert(turns <= 3, `${turns} opposing changes of luminance`);
});

