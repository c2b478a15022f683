// The page of the room: all of it live from one link, boards small and silent beside it.
import { axe, clipped, keyboard_faults, small_targets } from '../lib/a11y.mjs';
import { assert, equal, test, until } from '../lib/harness.mjs';
import { lively } from '../mock.mjs';

function busy(mock) {
  lively(mock);
  mock.desks[0].state = 'open';
  mock.desks[1].state = 'open';
  mock.desks[2].state = 'break';
  mock.desks[2].reason = 'Frokost';
  mock.desk_verb('next', mock.desks[0], {});
  mock.desk_verb('start', mock.desks[0], {});
  mock.desks[4].state = 'open';
  mock.desks[4].help = { kind: 'help', since: '2026-11-23T09:05:00+01:00' };
}

test('room: who waits, what desks do and what is wrong, as it changes', async ({ mock, open }) => {
  busy(mock);
  const page = await open('/room', 'office');
  await page.waitForSelector('[data-total=waiting] dd:has-text("11")');
  equal(await page.textContent('[data-total=open_desks] dd'), '3 / 6');
  const first = page.locator('.lines details >> nth=0');
  equal(await first.getAttribute('class'), 'line late', 'the late one stands first');
  assert((await first.textContent()).includes('over målet'), 'and in words');
  equal(await page.locator('.posts > li').evaluateAll((list) => list.map((each) => each.dataset.desk)), ['desk-5', 'desk-1', 'desk-2', 'desk-3', 'desk-4', 'desk-12']);
  assert((await page.textContent('[data-desk=desk-3]')).includes('Pause: Frokost'));
  await page.waitForSelector('[data-desk=desk-5] [role=status]:has-text("Beder om hjælp")');
  const number = await page.textContent('[data-desk=desk-1] .number');
  mock.desk_verb('finish', mock.desks[0], { outcome: 'settled' });
  mock.desk_verb('next', mock.desks[0], {});
  await page.waitForFunction((old) => document.querySelector('[data-desk=desk-1] .number').textContent !== old, number);
  await page.waitForSelector('[data-total=waiting] dd:has-text("10")');
  await page.waitForSelector('[data-total=called] dd:has-text("1")');
  mock.paper = { state: 'failed', fault: 'media-empty', delay_ms: 1 };
  mock.alarms = [{ id: 'wait:pas', kind: 'wait', severity: 'urgent', since: '2026-11-23T09:30:00+01:00', text: 'Ventetiden til Pas er over målet', minutes: 31 }];
  mock.changed();
  await page.waitForSelector('[data-device="printer:front"]:has-text("Der er ikke mere papir")');
  await page.waitForSelector('[data-alarm="wait:pas"]');
  equal(mock.sockets.size, 3, 'one link for the page, one for the board, one for the kiosk');
});

test('room: a service opens by keyboard and names who waits', async ({ mock, open }) => {
  busy(mock);
  const page = await open('/room', 'office');
  const line = page.locator('.lines details >> nth=0');
  await line.locator('summary').focus();
  equal(await line.locator('.who').isVisible(), false);
  await page.keyboard.press('Enter');
  assert(await line.locator('.who li >> nth=0').isVisible());
  equal(await line.locator('.who li').count(), Number(await line.locator('.count').textContent()));
  mock.take(await line.getAttribute('data-service'));
  await until(async () => (await line.locator('.who li').count()) === Number(await line.locator('.count').textContent()) && line.locator('.who').isVisible(), 'it stays open while it changes');
});

test('room: the board in the picture shows calls, sounds nothing and is not counted as a screen', async ({ mock, open }) => {
  busy(mock);
  const page = await open('/room', 'office', { before: (context) => context.addInitScript(() => { const real = AudioContext; globalThis.AudioContext = class extends real { constructor() { super(); top.rang = true; } }; }) });
  const frame = page.frameLocator('[data-of="board:hall"] iframe');
  const number = (await page.textContent('[data-desk=desk-1] .number')).replace(/\s/g, ' ');
  await frame.locator('.board').waitFor();
  await until(async () => (await frame.locator('.board').textContent()).replace(/\s/g, ' ').includes(number), 'the call on the board in the picture');
  equal(await frame.locator('.board').getAttribute('data-audio'), 'off');
  const box = await page.locator('[data-of="board:hall"]').boundingBox();
  const inside = await page.locator('[data-of="board:hall"] iframe').boundingBox();
  assert(Math.abs(box.width - inside.width) < 4 && Math.abs(inside.width * 9 / 16 - inside.height) < 2, `the whole board: ${JSON.stringify([box, inside])}`);
  equal(await page.evaluate(() => Boolean(globalThis.rang)), false, 'no sound was made ready');
  equal(mock.alive, [], 'the picture tells nothing about itself');
  const wall = await open('/board/hall', 'board');
  await wall.waitForSelector('.board');
  await until(() => mock.alive.length > 0, 'the control: a screen does tell');
});

test('room: the kiosk in the picture shows what its glass shows, and of a person at it only which screen', async ({ mock, open }) => {
  mock.languages = ['da', 'en', 'ar'];
  const page = await open('/room', 'board');
  const frame = page.frameLocator('[data-of="kiosk:hall"] iframe');
  await frame.locator('[data-look=absent] h1:has-text("Ingen skærm viser standeren")').waitFor();
  const glass = await open('/kiosk/hall', 'kiosk');
  await glass.waitForSelector('.choice');
  await frame.locator('[data-look=home] .choice').first().waitFor();
  const box = await page.locator('[data-of="kiosk:hall"]').boundingBox();
  assert(Math.abs(box.height / box.width - 16 / 9) < 0.05, `as its screen stands: ${JSON.stringify(box)}`);
  const told = mock.alive.length;
  await glass.click('button:has-text("العربية")');
  await glass.click('[data-aid=large]');
  await frame.locator('[data-look=home].large h1:has-text("أهلًا")').waitFor();
  equal(await frame.locator('html').getAttribute('dir'), 'rtl');
  await glass.click('[data-service=pas]');
  await glass.waitForSelector('[data-screen=ticket]');
  await frame.locator('[data-look=ticket] h1:has-text("En borger får sit nummer")').waitFor();
  const number = [...mock.visits.values()][0].number;
  const text = await frame.locator('body').textContent();
  assert(!text.replace(/\s/g, '').includes(number) && !text.includes('Pas'), text);
  const said = JSON.stringify(mock.alive.slice(told).map(({ rendered_at, frame_age_ms, seq, width, height, ...rest }) => rest));
  assert(!/\d/.test(said), `nothing with a digit is told: ${said}`);
  equal(await page.locator('[data-of="kiosk:hall"] iframe').evaluate((each) => each.contentWindow.document.querySelectorAll('video, audio').length), 0);
});

test('room: a silent daemon is said within twelve seconds, and the page heals', async ({ mock, open }) => {
  busy(mock);
  const page = await open('/room', 'office');
  await page.waitForSelector('.whole[data-link=live]');
  mock.silent = true;
  await page.waitForSelector('.whole .problem:has-text("Ikke opdateret siden")', { timeout: 16_000 });
  mock.silent = false;
  mock.changed();
  await page.waitForSelector('.whole .problem', { state: 'detached' });
});

test('room: who may not see it is told so', async ({ mock, open }) => {
  mock.refuse_links = true;
  mock.faults.push({ method: 'GET', path: /^\/queue$/, status: 403, reason: 'forbidden', times: -1 });
  const page = await open('/room', 'office', { expect_errors: true });
  await page.waitForSelector('[data-refusal=forbidden]', { timeout: 15_000 });
});

for (const language of ['da', 'en']) {
  for (const form of ['busy', 'empty', 'evacuated']) {
    test(`a11y room, ${language}, ${form}`, async ({ mock, open }) => {
      if (form !== 'empty') busy(mock);
      if (form === 'evacuated') mock.evacuation = true;
      if (form === 'busy') { mock.paper = { state: 'failed', fault: 'media-empty', delay_ms: 1 }; mock.alarms = [{ id: 'wait:pas', kind: 'wait', severity: 'urgent', since: '2026-11-23T09:30:00+01:00', text: 'Ventetiden til Pas er over målet', minutes: 31 }]; }
      const page = await open('/room', 'board');
      await page.waitForSelector('.totals');
      if (language === 'en') { await page.click('button:has-text("English")'); await page.waitForSelector('text=Longest wait'); }
      if (form === 'busy') await page.click('.lines summary >> nth=0');
      await page.frameLocator('[data-of="board:hall"] iframe').locator('.board').waitFor();
      if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/room-${language}-${form}.png`, fullPage: true });
      equal(await axe(page), [], 'axe');
      equal(await small_targets(page, 24), [], 'targets');
      equal(await clipped(page, { scrolls: true }), [], 'clipped');
      equal(await keyboard_faults(page), [], 'keyboard');
      await page.setViewportSize({ width: 320, height: 900 });
      equal(await page.evaluate(() => document.documentElement.scrollWidth <= 320), true, 'nothing to the side at 320 px');
      if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/room-${language}-${form}-narrow.png`, fullPage: true });
    });
  }
}
