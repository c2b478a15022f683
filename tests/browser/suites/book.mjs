import { equal, test, until } from '../lib/harness.mjs';

const open_booking = async (mock, open) => {
  mock.book('k7p2xw4m', 60, 'pas');
  mock.personal = { code: 'k7p2xw4m', contact: { email: 'somebody@example.org', phone: '+4500112233' }, erased_at: '2026-11-24T04:00:00+01:00', seen: [{ at: '2026-11-23T10:00:00+01:00', by: 'person-5' }] };
  return open('/book/k7p2xw4m', 'phone');
};

test('book: who holds the code sees what is kept, until when, and who has looked', async ({ mock, open }) => {
  const page = await open_booking(mock, open);
  await page.waitForSelector('.personal');
  const text = await page.textContent('.personal');
  for (const part of ['somebody@example.org', '+4500112233', 'Slettes 24.11. kl. 04.00', 'En medarbejder har set det 1 gang']) equal(text.includes(part), true, part);
  equal(await page.getAttribute('.personal a.button', 'href'), '/api/v1/bookings/k7p2xw4m/personal-data');
  equal(await page.getAttribute('.personal a.button', 'download'), 'k7p2xw4m.json');
});

test('book: erasing is asked once, and can be thought over', async ({ mock, open }) => {
  const page = await open_booking(mock, open);
  await page.click('.personal >> text=Slet det nu');
  await page.click('.ask >> text=Tilbage');
  equal(mock.personal.contact.phone, '+4500112233');
  await page.click('.personal >> text=Slet det nu');
  await page.click('.ask >> text=Slet det nu');
  await until(async () => (await page.textContent('.personal')).includes('Vi har ingen adresse'), 'it is gone');
  equal(mock.personal.contact, undefined);
  equal(await page.locator('.personal .danger').count(), 0);
});

test('book: times at which fewer people are here are marked, and all others are there too', async ({ mock, open }) => {
  mock.bookable = [{ id: 'pas', name: 'Pas', minutes: 12, extra_person_minutes: 10, horizon_days: 30 }];
  mock.slots = [
    { start: '2026-11-24T09:00:00+01:00', free: 2 },
    { start: '2026-11-24T13:00:00+01:00', free: 1, advised: true },
    { start: '2026-11-24T13:15:00+01:00', free: 1, advised: true },
  ];
  const page = await open('/book', 'phone');
  await page.waitForSelector('.times button');
  equal(await page.locator('.times button').count(), 3);
  equal(await page.locator('.times .advised').count(), 2);
  equal(await page.getAttribute('.times button:nth-child(2)', 'aria-label'), '13.00, som regel færre i venteværelset');
  equal(await page.getAttribute('.times button:nth-child(1)', 'aria-label'), null);
  equal((await page.textContent('.advised-note')).startsWith('Markeret:'), true);
});

const wish = { first: '2026-11-23', last: '2026-11-30', from: '00:00', to: '24:00', offers: 1, offered: true };

test('book: an offered time is shown, and taken', async ({ mock, open }) => {
  mock.book('k7p2xw4m', 60, 'pas', { state: 'held', held_until: '2026-11-23T09:30:00+01:00', wish });
  const page = await open('/book/k7p2xw4m', 'phone');
  await page.waitForSelector('text=En tid er blevet ledig');
  equal((await page.textContent('main')).includes('9.30'), true, 'how long it is kept');
  await page.click('text=Ja tak, tag tiden');
  await page.waitForSelector('text=Flyt');
  equal(mock.bookings[0].state, 'booked');
});

test('book: an offered time is left, and then the list', async ({ mock, open }) => {
  mock.book('k7p2xw4m', 60, 'pas', { state: 'held', held_until: '2026-11-23T09:30:00+01:00', wish });
  const page = await open('/book/k7p2xw4m', 'phone');
  await page.click('text=Nej tak, vent på en anden');
  await page.waitForSelector('text=Du står på ventelisten');
  equal(await page.locator('text=Ja tak, tag tiden').count(), 0);
  await page.click('text=Forlad ventelisten');
  await until(async () => mock.bookings[0].state === 'cancelled', 'it is left');
});
