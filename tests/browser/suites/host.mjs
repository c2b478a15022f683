import { axe } from '../lib/a11y.mjs';
import { assert, equal, test, until } from '../lib/harness.mjs';
import { lively, stamp } from '../mock.mjs';

const open_host = async (open, size = 'tablet') => {
  const page = await open('/host', size);
  await page.waitForSelector('.services button');
  return page;
};
const find = async (page, number) => {
  await page.fill('.find input[name=number]', number);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.card');
};
const press = (page, text) => page.click(`:is(.side, .house, .given) button:has-text("${text}")`);
const last = (mock) => mock.posts.at(-1);

test("host: the day's bookings, and how late each will probably be called", async ({ mock, open }) => {
  mock.book('aaaa1111', -7, 'pas');
  mock.book('bbbb2222', 20, 'pas', { on_time: { p10_s: 0, p50_s: 20, p90_s: 149 } });
  mock.book('cccc3333', 40, 'pas', { party: 3, on_time: { p10_s: 20, p50_s: 200, p90_s: 430 } });
  mock.book('dddd4444', 50, 'pas', { on_time: { p10_s: 130, p50_s: 300, p90_s: 601 } });
  mock.book('eeee5555', 400, 'pas');
  mock.book('ffff6666', 60, 'pas', { state: 'cancelled' });
  const page = await open_host(open);
  await page.click('.tabs button:has-text("Tider")');
  await page.waitForSelector('[data-booking=eeee5555]');
  equal(await page.locator('.rows .waited').allTextContents(), ['Ikke kommet', 'Cirka til tiden', 'Op til 8 min for sent', '2–11 min for sent', 'Ventes']);
  equal(await axe(page), [], 'axe');
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/host-bookings.png` });
});

test('host: a citizen is registered in two touches, and the number is large', async ({ mock, open }) => {
  const page = await open_host(open);
  await page.click('[data-service=pas]');
  await page.click('.primary');
  await page.waitForSelector('.given .number');
  equal(await page.textContent('.given .number'), 'A\u00a01');
  equal(last(mock).body, { services: ['pas'], language: 'da', party: 1, channel: 'host', standby: true, print: true });
  await press(page, 'Næste borger');
  await page.waitForSelector('.services button');
  equal(await page.locator('.services [aria-pressed=true]').count(), 0);
});

test('host: a family with needs, a priority and several services in their order', async ({ mock, open }) => {
  const page = await open_host(open);
  await page.click('[data-service=mitid]');
  await page.click('[data-service=pas]');
  equal(await page.locator('[data-service=pas] .order').textContent(), '2');
  await page.click('[aria-label=Flere]');
  await page.click('[aria-label=Flere]');
  for (const chip of ['Engelsk', 'Kørestol', 'Kan ikke høre kald', 'Svært ved at vente', 'Print billet']) await page.click(`.chip:has-text("${chip}")`);
  await page.click('.register .primary');
  await page.waitForSelector('.given .number');
  equal(last(mock).body, { services: ['mitid', 'pas'], language: 'en', party: 3, channel: 'host', standby: true, print: false, needs: ['wheelchair', 'hearing'], priority: 'mobility' });
});

test('host: a number is found as it is said, moved with a reason, and stands where it belongs', async ({ mock, open }) => {
  lively(mock);
  const page = await open_host(open);
  await find(page, ' a 02 ');
  equal(await page.textContent('.card .number'), 'A\u00a02');
  await press(page, 'Flyt');
  await page.click('.chip:has-text("Forrest")');
  await press(page, 'Tilgængelighed');
  await page.waitForSelector('.done:has-text("Flyttet")');
  equal(last(mock).body, { place: 'front', reason: 'accessibility' });
  equal(mock.in_state('waiting')[0].number, 'A2');
});

test('host: two tickets become one, and the other number says so', async ({ mock, open }) => {
  const [first, second] = [mock.take('pas'), mock.take('mitid')];
  const page = await open_host(open);
  await find(page, second.number);
  await press(page, 'Læg sammen');
  await page.fill('input[name=into]', first.number.toLowerCase());
  await page.click('.form .line:has-text("Find")');
  await press(page, 'Samme person');
  await page.waitForSelector('.note:has-text("Har også")');
  equal(last(mock).path, `/visits/${second.id}/merge`);
  equal(last(mock).body, { into: first.id, family: false });
  await press(page, 'Tilbage');
  await find(page, second.number);
  equal(await page.textContent('.note'), `Lagt sammen med A\u00a01`);
  equal(await page.locator('.actions button').count(), 0, 'nothing can be done with it');
});

test('host: a party parts; what stays and what goes is chosen', async ({ mock, open }) => {
  mock.take('pas', { extra: { party: 3, steps: [mock.services[0], mock.services[1]] } });
  const page = await open_host(open);
  await find(page, 'A1');
  await press(page, 'Del op');
  assert(await page.isDisabled('.form .primary'), 'nothing chosen yet');
  await page.click('.form .chip:has-text("Kørekort")');
  await page.click('.form .primary');
  await page.waitForSelector('.done:has-text("Delt op")');
  equal(last(mock).body, { services: ['koerekort'], party: 1, print: true });
  equal(await page.textContent('.card .number'), 'C\u00a01');
});

test('host: corrected, cancelled with a reason, and brought back', async ({ mock, open }) => {
  const visit = mock.take('pas');
  const page = await open_host(open);
  await find(page, 'A1');
  await press(page, 'Ret oplysninger');
  await page.click('.form [aria-label=Flere]');
  await page.click('.form .chip:has-text("Svært ved at vente")');
  await page.click('.form .primary');
  await page.waitForSelector('.done:has-text("Rettet")');
  equal(mock.puts.at(-1), { path: `/visits/${visit.id}`, body: { party: 2, language: 'da', priority: 'mobility', needs: [] } });
  await press(page, 'Aflys');
  await press(page, 'Er gået');
  await page.waitForSelector('.done:has-text("Aflyst")');
  equal(last(mock).body, { reason: 'left_the_room' });
  await press(page, 'Tilbage i køen');
  await page.waitForSelector('[data-state=waiting]');
});

test('host: an unknown number and a refusal are said in words', async ({ mock, open }) => {
  mock.take('pas');
  const page = await open_host(open);
  await page.fill('.find input[name=number]', 'K9');
  await page.keyboard.press('Enter');
  await page.waitForSelector('text=Nummeret findes ikke i dag');
  await find(page, 'A1');
  mock.faults.push({ method: 'POST', path: /reprint$/, status: 409, reason: 'wrong_state', more: { detail: 'Det kan ikke lade sig gøre nu.' } });
  await press(page, 'Print igen');
  await page.waitForSelector('.problem:has-text("Det kan ikke lade sig gøre nu")');
});

test('host: with the roll up the number on it can be registered; in an evacuation nobody is', async ({ mock, open }) => {
  mock.room.mode = 'paper_roll';
  mock.room.rolls = [{ first: 'P1', last: 'P999', open: true, opened_at: '2026-11-23T09:00:00+01:00', next: 'P7', never_called: [] }];
  const page = await open_host(open);
  assert((await page.textContent('.room.paper')).includes('P\u00a07'));
  await page.click('[data-service=pas]');
  await page.fill('input[name=roll]', 'p 9');
  await page.click('.register .primary');
  await page.waitForSelector('.given');
  equal([last(mock).body.number, last(mock).body.print], ['p 9', false]);
  await press(page, 'Næste borger');
  mock.evacuation = true;
  mock.changed();
  await page.waitForSelector('.room.evacuated');
  await page.click('[data-service=pas]');
  assert(await page.isDisabled('.register .primary'));
});

for (const size of ['phone', 'upright', 'tablet', 'board']) {
  test(`host: nothing is cut off and every target is a finger wide (${size})`, async ({ mock, open }) => {
    lively(mock);
    const page = await open_host(open, size);
    const wrong = () => page.evaluate(() => {
      const wide = document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [];
      const small = [...document.querySelectorAll('main button, main input')].filter((each) => { const box = each.getBoundingClientRect(); return box.height < 44 || box.width < 44; });
      const cut = [...document.querySelectorAll('main button, main p, main h2')].filter((each) => each.scrollWidth > each.clientWidth + 1);
      return [...wide, ...small.map((each) => `small: ${each.textContent}`), ...cut.map((each) => `cut: ${each.textContent}`)];
    });
    equal(await wrong(), []);
    await find(page, 'A1');
    for (const action of ['Ret oplysninger', 'Flyt', 'Læg sammen', 'Aflys']) {
      await press(page, action);
      await page.waitForSelector('.form');
      equal(await wrong(), [], action);
      await page.click('.form > .line');
    }
  });
}

test('room: evacuation is asked once, done, seen by kiosk and phone, and over again', async ({ mock, open }) => {
  const visit = mock.take('pas');
  const page = await open('/admin', 'office');
  await page.waitForSelector('.house');
  const kiosk = await open('/kiosk/hall', 'kiosk');
  await kiosk.waitForSelector('.services button');
  await press(page, 'Rømning');
  equal(mock.puts.length, 0, 'nothing before it is confirmed');
  await press(page, 'Ja, brand');
  await page.waitForSelector('.room.evacuated');
  equal(mock.puts.at(-1).body, { active: true, kind: 'fire' });
  await kiosk.waitForSelector('[data-screen=evacuation] .message.evacuation');
  equal(await kiosk.locator('.services').count(), 0, 'no ticket can be taken');
  await press(page, 'Rømningen er slut');
  await press(page, 'Ja, køen går videre');
  await page.waitForSelector('.room.back');
  await kiosk.waitForSelector('.back');
  await until(async () => (await kiosk.locator('.services button').count()) > 0, 'the services');
  assert(visit.state === 'waiting');
});

test('room: a roll goes up and away, and those never called are listed', async ({ mock, open }) => {
  const page = await open('/admin', 'office');
  await page.waitForSelector('.house');
  await press(page, 'Numre fra papirrulle');
  await page.fill('input[name=first]', 'P 1');
  await press(page, 'Begynd på rullen');
  await page.waitForSelector('.room.paper');
  equal(mock.puts.at(-1).body, { mode: 'paper_roll', first: 'P 1' });
  await press(page, 'Standeren virker igen');
  await page.fill('input[name=torn-P1]', 'P 7');
  await press(page, 'Læg rullen væk');
  await page.waitForSelector('.rolls li:has-text("2 afrevne, aldrig kaldt")');
  equal(mock.puts.at(-1).body, { mode: 'normal', torn: ['P 7'] });
});

test('board: names and notices are said in every language of the board, and that things work again', async ({ mock, open }) => {
  lively(mock);
  const page = await open('/board/hall', 'board', { clock: true });
  await page.waitForSelector('.queue .other');
  assert((await page.locator('.queue .of').allTextContents()).includes('PasPassport'));
  const heading = () => page.textContent('.note h2');
  const first = await heading();
  await page.clock.fastForward(9_100);
  await until(async () => (await heading()) !== first, 'the other language');
  mock.back = { from: 'restart', since: '2026-11-23T09:00:00+01:00', until: '2026-11-23T09:10:00+01:00' };
  mock.changed();
  await page.waitForSelector('.note.back');
}, { ping_ms: 60 });

test('host: what staff should look at now stands above the room', async ({ mock, open }) => {
  mock.alarms = [{ id: 'wait:pas', kind: 'wait', severity: 'urgent', since: stamp(Date.now() - 600_000), text: 'Nogen har ventet 70 minutter på Pas', minutes: 70 }];
  const page = await open('/host', 'tablet');
  await page.waitForSelector('[data-alarm="wait:pas"]:has-text("70 minutter")');
  equal(await page.getAttribute('a[href="/book"]', 'rel'), 'noopener', 'help to book opens beside the room');
  mock.alarms = [];
  mock.changed();
  await page.waitForSelector('.alarms', { state: 'detached' });
});
