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
