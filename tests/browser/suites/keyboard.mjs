// Flows with nothing but keys, from the first to the last: Tab, arrows, Space and Enter, and letters where something is written. The kiosk by its keypad, with the glass off.
import { assert, equal, test, until } from '../lib/harness.mjs';
import { lively } from '../mock.mjs';

/** Tab until the control with these words has the focus: by its own text, its label, or what it is called in its form; or the one that a selector names. */
async function tab_to(page, words) {
  const seen = [];
  for (let press = 0; press < 90; press++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate((wanted) => {
      const it = document.activeElement;
      if (wanted.startsWith('.') && it.matches(wanted)) return wanted;
      return [it.getAttribute('name'), it.textContent, it.getAttribute('aria-label'), ...[...(it.labels ?? [])].map((label) => label.textContent)].filter(Boolean).join(' ');
    }, words);
    if (at.includes(words)) return;
    seen.push(at.slice(0, 24));
  }
  throw new Error(`Tab never reaches ${words}: ${JSON.stringify([...new Set(seen)])}`);
}
const press_on = async (page, words, key = 'Enter') => { await tab_to(page, words); await page.keyboard.press(key); };

test('by keys alone: the host registers, finds, moves and cancels', async ({ mock, open }) => {
  lively(mock);
  const page = await open('/host', 'tablet');
  await page.waitForSelector('.services button');
  await press_on(page, 'Pas', 'Space');
  await press_on(page, 'Tag nummer');
  await page.waitForSelector('.given .number');
  const number = (await page.textContent('.given .number')).replace(/\W/g, '');
  await press_on(page, 'Næste borger');
  await page.waitForSelector('.services button');
  await tab_to(page, 'number');
  await page.keyboard.type(number);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.card .number');
  await press_on(page, 'Flyt');
  await press_on(page, 'Forrest', 'Space');
  await press_on(page, 'Tilgængelighed');
  await page.waitForSelector('.done:has-text("Flyttet")');
  equal(mock.in_state('waiting')[0].number, number);
});

test('by keys alone: a booking is looked at and cancelled; a number is given back', async ({ mock, open }) => {
  mock.bookable = [{ id: 'pas', name: 'Pas', names: { da: 'Pas' }, minutes: 15 }];
  mock.book('k7p2xw4m', 60, 'pas');
  const page = await open('/book/k7p2xw4m', 'phone');
  await page.waitForSelector('.actions button');
  await press_on(page, 'Aflys');
  await page.waitForSelector('#sure');
  await press_on(page, '.ask .danger');
  await until(() => mock.bookings[0].state === 'cancelled', 'cancelled');
  const visit = mock.take('pas');
  const phone = await open(`/t/${visit.token}`, 'phone');
  await phone.waitForSelector('.n');
  await press_on(phone, 'Forlad');
  await press_on(phone, '.ask .danger');
  await until(() => visit.state === 'left', 'given back');
});

test('by keys alone: an administrator changes a matter and puts it in force, and calls the house out and in again', async ({ mock, open }) => {
  const page = await open('/site', 'office');
  await page.waitForSelector('[data-thing="/service/0"]');
  await press_on(page, 'Pas');
  await page.waitForSelector('[data-thing="/service/0"] [name=expected_minutes]');
  await tab_to(page, 'expected_minutes');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('17');
  await page.waitForSelector('[data-action=apply]:not(:disabled)');
  await press_on(page, 'Sæt i kraft');
  await page.waitForSelector('.said');
  equal(mock.facility.service[0].expected_minutes, 17);
  const admin = await open('/admin', 'office');
  await admin.waitForSelector('.house');
  await press_on(admin, 'Rømning');
  await press_on(admin, 'Ja, brand');
  await admin.waitForSelector('.room.evacuated');
  await press_on(admin, 'Rømningen er slut');
  await press_on(admin, 'Ja, køen går videre');
  await admin.waitForSelector('.room.back');
  assert(!mock.evacuation);
});

const said = (page) => page.evaluate(() => globalThis.said);
const hears = (page, words) => until(async () => (await said(page)).some((each) => each.includes(words)), `hears "${words}"`).catch(async (error) => { throw new Error(`${error.message}; heard ${JSON.stringify((await said(page)).slice(-12))}`); });
/** Arrow down until the control with these words has the focus. */
async function reach(page, words) {
  for (let press = 0; press < 60; press++) {
    if ((await page.evaluate(() => document.activeElement?.closest('button, input')?.textContent ?? '')).trim().startsWith(words)) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`never reached ${words}`);
}
const choose = async (page, words) => { await reach(page, words); await page.keyboard.press('Enter'); };

test('by keypad and ear, glass off: several matters, a time booked and taken back, and a check-in by its code', async ({ mock, open }) => {
  lively(mock);
  mock.services[0].mode = 'mixed';
  const page = await open('/kiosk/hall', 'kiosk', { before: (context) => context.addInitScript(() => {
    globalThis.said = [];
    addEventListener('skranke:speech', (event) => globalThis.said.push(`${event.detail.language}: ${event.detail.text}`));
  }) });
  await page.waitForSelector('.choice');
  await page.keyboard.press('*');
  await hears(page, 'Velkommen');
  await choose(page, 'Sluk skærm');
  await page.waitForSelector('.curtain');
  await choose(page, 'Flere ærender');
  await choose(page, 'MitID');
  await choose(page, 'Kørekort');
  await choose(page, 'Videre med 2');
  await page.waitForSelector('[data-screen=several]');
  await hears(page, 'MitID');
  await choose(page, 'Få nummer');
  await page.waitForSelector('[data-screen=ticket]');
  await hears(page, 'Du er i køen');
  equal(mock.posts.filter((each) => each.path === '/visits').at(-1).body.services, ['mitid', 'koerekort']);

  await page.keyboard.press('Escape');
  await page.waitForSelector('[data-screen=home]');
  await page.keyboard.press('*');
  await choose(page, 'Sluk skærm');
  mock.faults.push({ method: 'POST', path: /^\/visits$/, status: 409, reason: 'booking_required', more: { detail: 'Kun med aftale.', alternatives: [] }, times: 1 });
  await choose(page, 'Pas');
  await hears(page, 'Kun med aftale');
  await choose(page, 'Se ledige tider');
  await page.waitForSelector('[data-start]');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-screen=booked]');
  await hears(page, 'kode');
  await choose(page, 'Aflys');
  await page.waitForSelector('[data-screen=unbooked]');

  await page.keyboard.press('Escape');
  await page.waitForSelector('[data-screen=home]');
  await choose(page, 'Jeg har bestilt tid');
  await page.waitForSelector('[data-screen=code]');
  await hears(page, 'Skriv din kode');
  for (const sign of '100HTXND') await choose(page, sign);
  await choose(page, 'Jeg er her');
  await until(() => mock.posts.some((each) => each.path === '/bookings/100htxnd/check-in'), 'checked in');
});
