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
