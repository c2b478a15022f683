// A citizen books on a phone, moves the time, and comes: the code becomes a ticket at the kiosk and a booked visit at the desk.
import { assert, equal, test, until } from '../lib/checks.mjs';
import { text_of } from '../lib/pages.mjs';

const press = async (page, selector) => { await page.focus(selector); await page.keyboard.press('Enter'); };

test('booking: by keyboard on the phone, moved, then checked in at the kiosk', async (house) => {
  const phone = await house.open('/book', 'phone');
  await phone.waitForSelector('.choice');
  if (await phone.locator('.choice').count() > 1) { await phone.focus('.choice input'); await phone.keyboard.press('Space'); }
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
