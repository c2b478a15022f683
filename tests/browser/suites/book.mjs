import { axe, small_targets } from '../lib/a11y.mjs';
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

const PASSPORT = { id: 'pas', name: 'Pas', minutes: 12, extra_person_minutes: 10, horizon_days: 30 };
const SLOT = { start: '2026-11-24T09:00:00+01:00', free: 2 };

test('book: what can be done without coming is said, and the times are there all the same', async ({ mock, open }) => {
  mock.bookable = [{ ...PASSPORT, self_service: 'Forny dit pas på borger.dk.' }, { ...PASSPORT, id: 'koerekort', name: 'Kørekort' }];
  mock.slots = [SLOT];
  const page = await open('/book', 'phone');
  await page.waitForSelector('.choice');
  equal(await page.locator('.yourself').count(), 0, 'nothing is said before something is chosen');
  await page.check('.choice input >> nth=1');
  await page.waitForSelector('.times button');
  equal(await page.locator('.yourself').count(), 0, 'nor for what has no such way');
  await page.check('.choice input >> nth=0');
  await page.waitForSelector('.yourself');
  equal((await page.textContent('.yourself')).includes('Forny dit pas på borger.dk.'), true);
  await page.waitForSelector('.times button');
  await page.click('[data-myself]');
  await page.waitForSelector('.thanks:has-text("Der er ikke bestilt nogen tid")');
  equal(await page.isChecked('.choice input >> nth=0'), false, 'and is chosen no more');
  await until(() => mock.posts.some((each) => each.path.endsWith('/self-service')), 'the count');
  equal(mock.posts.find((each) => each.path.endsWith('/self-service')).body, { service: 'pas' });
});

test('book: where no time suits, a wish is left, and its code is told at once', async ({ mock, open }) => {
  mock.bookable = [PASSPORT];
  mock.slots = [];
  const page = await open('/book', 'phone');
  await page.click('[data-wish]');
  await page.fill('#last', '2026-12-01');
  await page.fill('#first', '2026-11-25');
  await page.check('.parts input[value=morning]');
  await page.fill('#contact', 'somebody@example.org');
  await page.click('.wish .primary');
  await page.waitForSelector('text=Du står på ventelisten');
  equal([mock.wished.services, mock.wished.first, mock.wished.last, mock.wished.from, mock.wished.to, mock.wished.contact], [['pas'], '2026-11-25', '2026-12-01', '00:00', '12:00', { email: 'somebody@example.org' }]);
  equal((await page.textContent('.code .n')).replace(/\s/g, '').length, 8);
});

test('book: a house without a waiting list offers none', async ({ mock, open }) => {
  mock.bookable = [PASSPORT];
  mock.slots = [SLOT];
  mock.waiting_list = false;
  const page = await open('/book', 'phone');
  await page.waitForSelector('.times button');
  equal(await page.locator('[data-wish]').count(), 0);
});

/** The field says what is wrong with it, is marked, and has the focus. */
async function wrong_at(page, id, words) {
  await page.waitForSelector(`#${id}-wrong`);
  equal(await page.textContent(`#${id}-wrong`), words);
  equal(await page.getAttribute(`#${id}`, 'aria-invalid'), 'true');
  equal((await page.getAttribute(`#${id}`, 'aria-describedby')).split(' ').includes(`${id}-wrong`), true);
  equal(await page.evaluate(() => document.activeElement.id), id);
  equal(await page.locator('[role=alert] .problem').count(), 0, 'said once');
}

test('book: what is wrong is said at its field: the days and the contact of a wish, the contact of a booking', async ({ mock, open }) => {
  mock.bookable = [PASSPORT];
  mock.slots = [SLOT];
  const page = await open('/book', 'phone');
  await page.click('[data-wish]');
  await page.fill('#first', '2026-12-05');
  await page.fill('#last', '2026-12-01');
  await page.click('.wish .primary');
  await wrong_at(page, 'last', 'Den sidste dag er før den første.');
  await page.fill('#last', '2026-12-08');
  await page.fill('#contact', '12');
  await page.click('.wish .primary');
  await wrong_at(page, 'contact', 'Skriv telefonnummeret med cifre.');
  equal(await page.getAttribute('#last', 'aria-invalid'), 'false');
  await page.click('.times button');
  await page.waitForSelector('.wish', { state: 'detached' });   // it has fields of the same names
  await page.waitForSelector('form .actions .primary');
  await page.fill('#contact', '12');
  await page.click('form .actions .primary');
  await wrong_at(page, 'contact', 'Skriv telefonnummeret med cifre.');
});

test('book: who needs a wheelchair place and an interpreter says so with the booking', async ({ mock, open }) => {
  mock.bookable = [PASSPORT];
  mock.slots = [SLOT];
  const page = await open('/book', 'phone');
  await page.click('.needs summary');
  await page.check('[data-need=wheelchair]');
  await page.check('[data-need=interpreter]');
  await page.click('.times button');
  await page.waitForSelector('form .actions .primary');
  equal(mock.bookings.at(-1).needs, ['wheelchair', 'interpreter']);
});

test('book: another language mid-way loses nothing that was chosen or written', async ({ mock, open }) => {
  mock.bookable = [PASSPORT];
  mock.slots = [SLOT];
  const page = await open('/book', 'phone');
  await page.fill('#party', '3');
  await page.click('[data-wish]');
  await page.fill('#contact', 'somebody@example.org');
  await page.selectOption('header select', 'ar');
  await page.waitForSelector('html[dir=rtl]');
  equal(await page.inputValue('#party'), '3');
  equal(await page.inputValue('#contact'), 'somebody@example.org');
  equal(await page.textContent('.wish .primary'), 'أضفني إلى قائمة الانتظار');
  await page.click('.times button');
  await page.waitForSelector('form .actions .primary');
  await page.selectOption('header select', 'en');
  await page.waitForSelector('html[lang=en]');
  equal((await page.textContent('form .actions .primary')).trim(), 'Book this time');
});

test('book: the way to a code by keyboard alone', async ({ mock, open }) => {
  mock.bookable = [PASSPORT, { ...PASSPORT, id: 'koerekort', name: 'Kørekort' }];
  mock.slots = [SLOT];
  const page = await open('/book', 'phone');
  await page.waitForSelector('.choice');
  const tab_to = async (selector) => {
    for (let press = 0; press < 30; press++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
    }
    throw new Error(`Tab does not reach ${selector}`);
  };
  await tab_to('.choice input');
  await page.keyboard.press('Space');
  await page.waitForSelector('.times button');
  await tab_to('.times button');
  await page.keyboard.press('Enter');
  await page.waitForSelector('form .actions .primary');
  await tab_to('form .actions .primary');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.code .n');
});

test('book: an earlier time in another centre is told once it is known, and the times here stay', async ({ mock, open }) => {
  mock.bookable = [PASSPORT];
  mock.slots = [SLOT];
  mock.elsewhere = [{ name: 'Borgerservice Sydby', address: 'Torvet 1', distance: '12 km', url: 'https://sydby.example/book', start: '2026-11-23T13:00:00+01:00' }];
  mock.elsewhere_later = 1;
  const page = await open('/book', 'narrow');
  await page.waitForSelector('.times button');
  equal(await page.locator('.elsewhere').count(), 0, 'nothing is said before anything is known');
  await page.waitForSelector('.elsewhere');
  equal(await page.getAttribute('.elsewhere a', 'href'), 'https://sydby.example/book');
  equal((await page.textContent('.elsewhere a')).trim(), 'Borgerservice Sydby: mandag 23.11. kl. 13.00');
  equal(await page.textContent('.elsewhere small'), 'Torvet 1 · 12 km');
  equal(await axe(page), []);
  equal(await small_targets(page, 44), []);
  equal(await page.locator('.times button').count(), 1);
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/book-elsewhere.png`, fullPage: true });
});

const SCREENS = {
  choose: async (page) => { await page.click('.needs summary'); await page.click('[data-wish]'); await page.waitForSelector('.wish'); },
  wrong: async (page) => { await page.click('[data-wish]'); await page.fill('#contact', '12'); await page.click('.wish .primary'); await page.waitForSelector('#contact-wrong'); },
  confirm: async (page) => { await page.click('.times button'); await page.waitForSelector('form .actions .primary'); },
  kept: async (page) => { await SCREENS.confirm(page); await page.click('form .actions .primary'); await page.waitForSelector('.code .n'); },
  waiting: async (page) => { await page.click('[data-wish]'); await page.click('.wish .primary'); await page.waitForSelector('text=Forlad ventelisten'); },
};
for (const [name, go] of Object.entries(SCREENS)) {
  test(`book: ${name} holds at 320 px, with axe and targets of 44 px`, async ({ mock, open }) => {
    mock.bookable = [{ ...PASSPORT, self_service: 'Forny dit pas på borger.dk.' }];
    mock.slots = [SLOT, { start: '2026-11-24T13:00:00+01:00', free: 1, advised: true }];
    mock.personal = { code: '7k2mxw4q', seen: [] };
    const page = await open('/book', 'narrow');
    await page.waitForSelector('.times button');
    await go(page);
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/book-${name}.png`, fullPage: true });
    equal(await axe(page), []);
    equal(await small_targets(page, 44), []);
    equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'nothing leaves the page sideways');
    const edge = await page.evaluate(() => document.querySelector('main').getBoundingClientRect().right - parseFloat(getComputedStyle(document.querySelector('main')).paddingRight));
    equal(await page.evaluate((right) => [...document.querySelectorAll('main input, main button')].filter((each) => each.getBoundingClientRect().right > right + 0.5).map((each) => each.id || each.textContent), edge), [], 'nothing leaves the column');
  });
}
