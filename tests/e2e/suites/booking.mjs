// A citizen books on a phone, moves the time, cancels, and comes: the code becomes a ticket at the kiosk and a booked visit at the desk.
import { join } from 'node:path';
import { scan } from '../../browser/lib/scanner.mjs';
import { assert, equal, test, until } from '../lib/checks.mjs';
import { text_of } from '../lib/pages.mjs';

const press = async (page, selector) => { await page.focus(selector); await page.keyboard.press('Enter'); };

/** Books the time at `nth` in the list on the phone; gives the code as people see it, without its gap. */
async function book_on(phone, nth) {
  await phone.waitForSelector('.choice');
  if (await phone.locator('.choice').count() > 1 && !await phone.isChecked('.choice input >> nth=0')) await phone.check('.choice input >> nth=0');
  await phone.waitForSelector('.times button');
  await press(phone, `.times button >> nth=${nth}`);
  await phone.waitForSelector('form .actions .primary');
  await press(phone, 'form .actions .primary');
  await phone.waitForSelector('.code .n');
  return (await text_of(phone, '.code .n')).replace(/\s/g, '');
}

const kept = (house, code) => house.api('GET', `/bookings/${code.toLowerCase()}`);

/** How many places the public list of free times offers at `start`. */
async function free_at(house, service, start) {
  const slots = await house.api('GET', `/slots?service=${service}&days=14`);
  return slots.find((slot) => slot.start === start)?.free ?? 0;
}

/** The QR code as a camera would get it: a picture of the phone's own screen, read by somebody else's reader. */
async function qr_on(house, phone, name) {
  await until(() => phone.evaluate(() => document.querySelector('.code img').naturalWidth > 0), 'the QR code');
  const png = join(house.work, `${name}.png`);
  await phone.locator('.code img').scrollIntoViewIfNeeded();
  await phone.screenshot({ path: png });
  return house.paper.qr(png);
}

test('booking: moved and cancelled on the phone, both places are offered again', async (house) => {
  const phone = await house.open('/book', 'phone');
  const code = await book_on(phone, 4);
  const { start, services: [{ service }] } = await kept(house, code);
  // The rest of that time goes to others, so that a freed place is seen as a time that comes back.
  for (let left = await free_at(house, service, start); left > 0; left--) await house.api('POST', '/bookings', { services: [service], start });
  equal(await free_at(house, service, start), 0, 'nothing left at the booked time');

  await press(phone, '.actions button >> nth=0');
  await phone.waitForSelector('.times button');
  await press(phone, '.times button >> nth=1');
  await until(async () => (await kept(house, code)).start !== start, 'moved');
  const moved = await kept(house, code);
  equal(await free_at(house, service, start), 1, 'the place that was left');
  const beside = await free_at(house, service, moved.start);

  await phone.waitForSelector('.code .n');
  await press(phone, '.actions .danger');
  await phone.waitForSelector('.ask .danger');
  await press(phone, '.ask .danger');
  await until(async () => (await kept(house, code)).state === 'cancelled', 'cancelled');
  await until(async () => await phone.locator('.code').count() === 0, 'no code any more');
  equal(await free_at(house, service, moved.start), beside + 1, 'the place of the cancelled booking');

  // And somebody else gets it on the page itself.
  const other = await house.open('/book', 'phone');
  await other.waitForSelector('.choice');
  if (await other.locator('.choice').count() > 1) await other.check('.choice input >> nth=0');
  await until(async () => await other.locator('.times button').count() > 4, 'times');
  const next = await book_on(other, 4);
  equal((await kept(house, next)).start, start, 'the place that was moved away from');
});

test('booking: the QR code is read from a picture of the phone and typed by a scanner at the kiosk', async (house) => {
  const phone = await house.open('/book', 'phone');
  const code = await book_on(phone, 0);
  const words = await qr_on(house, phone, 'booked');
  assert(words.toUpperCase().endsWith(`/BOOK/${code}`), `the QR code says ${words}`);
  const kiosk = await house.kiosk();
  await scan(kiosk, words);
  await kiosk.waitForSelector('[data-screen=ticket]');
  const [waiting] = (await house.queue()).waiting;
  assert(waiting.booked_for, 'the desk sees what time was booked');
  equal((await kept(house, code)).state, 'arrived');
});

test('booking: a scanner works although somebody stands in the field for the code', async (house) => {
  const phone = await house.open('/book', 'phone');
  const code = await book_on(phone, 0);
  const words = await qr_on(house, phone, 'booked');
  const kiosk = await house.kiosk();
  await kiosk.click('.booked');
  await kiosk.focus('.typed input');
  await scan(kiosk, words);
  await kiosk.waitForSelector('[data-screen=ticket]');
  equal((await kept(house, code)).state, 'arrived');
});

test('booking: by keyboard on the phone, moved, then checked in at the kiosk', async (house) => {
  const phone = await house.open('/book', 'phone');
  await phone.waitForSelector('.choice');
  await phone.focus('.choice input');
  if (!await phone.isChecked('.choice input >> nth=0')) await phone.keyboard.press('Space');
  await phone.waitForSelector('.times button');
  await press(phone, '.times button >> nth=2');
  await phone.waitForSelector('form .actions .primary');
  await phone.fill('.line input', 'nobody@example.org');
  await phone.keyboard.press('Enter');
  await phone.waitForSelector('.code .n');
  const code = (await text_of(phone, '.code .n')).replace(/\s/g, '');
  equal(code.length, 8, 'signs of the code');
  await until(() => phone.evaluate(() => document.querySelector('.code img').naturalWidth > 0), 'the QR code');

  const booked = await text_of(phone, '.when');
  await press(phone, '.actions button >> nth=0');
  await phone.waitForSelector('.times button');
  await press(phone, '.times button >> nth=0');
  await until(async () => await phone.locator('.code .n').count() === 1 && await text_of(phone, '.when') !== booked, 'another time');

  const kiosk = await house.kiosk();
  await kiosk.click('.booked');
  for (const sign of code) await kiosk.click(`.signs button:text-is("${sign}")`);
  await kiosk.click('.act .primary');
  await kiosk.waitForSelector('[data-screen=ticket]');
  await phone.reload();
  await until(async () => (await text_of(phone, 'main')).includes((await text_of(kiosk, '.paper .n')).replace(/\s/g, '')), 'the number on the phone');
  const [waiting] = (await house.queue()).waiting;
  assert(waiting.booked_for, 'the desk sees what time was booked');
});

test('booking: a wrong code is told at the kiosk, and nobody gets a number', async (house) => {
  const kiosk = await house.kiosk();
  await kiosk.click('.booked');
  for (const sign of '00000000') await kiosk.click(`.signs button:text-is("${sign}")`);
  await kiosk.click('.act .primary');
  await kiosk.waitForSelector('[data-reason=unknown_booking]');
  equal((await house.queue()).waiting.length, 0);
});
