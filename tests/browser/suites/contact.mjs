import { axe, clipped, keyboard_faults, small_targets } from '../lib/a11y.mjs';
import { assert, equal, test, until } from '../lib/harness.mjs';

const open_contact = async (open, size = 'office') => {
  const page = await open('/contact', size);
  await page.waitForSelector('.services button');
  return page;
};
const last = (mock) => mock.posts.at(-1);

test('contact: times at which fewer wait are marked for whoever books by telephone', async ({ mock, open }) => {
  mock.advises = '2026-11-24T10:15:00+01:00';
  const page = await open_contact(open);
  await page.click('[data-service=pas]');
  await page.waitForSelector('[data-start="2026-11-24T10:15:00+01:00"].advised');
  equal(await page.locator('.slot.advised').count(), 1);
  equal(await page.getAttribute('.slot.advised', 'aria-label'), '10.15, som regel færre i venteværelset');
  await page.waitForSelector('.advised-note');
});

test('contact: hours of the week, and only what may be decided on is offered', async ({ open }) => {
  const page = await open_contact(open);
  equal(await page.locator('.hours tr').count(), 7);
  equal(await page.textContent('.hours .today td'), '09.00–15.00');
  assert((await page.textContent('.hours tr:last-child')).includes('Flytter'), 'the reason of a closed day');
  equal(await page.locator('[data-service=laege], [data-service=legitimation]').count(), 0);
  await page.click('.elsewhere summary');
  assert((await page.textContent('.elsewhere')).includes('Lægeskift – afgøres kun af Nordhavn Kommune'), 'said who decides');
});

test('contact: the first free time is booked, and the code stands in large letters', async ({ mock, open }) => {
  const page = await open_contact(open);
  await page.click('[data-service=pas]');
  assert((await page.textContent('.hint')).includes('borger.dk'), 'the hint stands there');
  await page.waitForSelector('.slot');
  await page.click('.first button');
  await page.click('[aria-label=Flere]');
  equal(await page.locator('[data-start][aria-pressed=true]').count(), 0, 'a larger party needs another time');
  await page.waitForSelector('.slot');
  await page.click('.first button');
  await page.click('.chip:has-text("Tolk")');
  await page.click('.chip:has-text("Engelsk")');
  await page.fill('input[name=contact]', 'a@example.org');
  await page.click('.go .primary');
  await page.waitForSelector('.told .code');
  equal(await page.textContent('.told .code'), 'K7P2 XW40');
  equal(last(mock).body, { services: ['pas'], party: 2, language: 'en', needs: ['interpreter'], start: '2026-11-24T10:00:00+01:00', contact: { email: 'a@example.org' } });
});

test('contact: a time that somebody else took is said, and the times are looked up again', async ({ mock, open }) => {
  const page = await open_contact(open);
  await page.click('[data-service=pas]');
  await page.click('[data-start="2026-11-24T10:15:00+01:00"]');
  mock.booked = [{ code: 'x', state: 'booked', start: '2026-11-24T10:15:00+01:00', services: [], party: 1 }];
  await page.click('.go .primary');
  await page.waitForSelector('.problem:has-text("Tiden er lige blevet taget")');
  await until(async () => await page.locator('[data-start="2026-11-24T10:15:00+01:00"]').count() === 0, 'the lost time is gone');
  equal(await page.isDisabled('.go .primary'), true);
});

test('contact: a call is asked for with a number, and only with one', async ({ mock, open }) => {
  const page = await open_contact(open);
  await page.click('[data-service=flytning]');
  equal(await page.locator('.times').count(), 0, 'nothing to book');
  equal(await page.isDisabled('.ring .second'), true);
  await page.fill('input[name=contact]', '00 99 88 77');
  await page.click('.ring .second');
  await page.waitForSelector('.told .code');
  equal(await page.textContent('.told .code'), '09.20–09.45');
  equal(last(mock).body, { services: ['flytning'], party: 1, language: 'da', callback: true, contact: { phone: '00 99 88 77' } });
  await page.click('.told .primary');
  await page.waitForSelector('.services button');
  equal(await page.locator('input[name=contact]').count(), 0, 'the number is forgotten with the call');
});

test('contact: while nobody is here a call is promised for the next opening, and said so', async ({ mock, open }) => {
  mock.closed_centre = true;
  const page = await open_contact(open);
  await page.click('[data-service=flytning]');
  assert((await page.textContent('.ring p')).includes('når der er åbent igen'), 'said before the press');
  await page.fill('input[name=contact]', '00 99 88 77');
  await page.click('.ring .second');
  await page.waitForSelector('.told .code');
  equal(await page.textContent('.told .code'), 'mandag 30.11. 09.00–09.15');
  assert((await page.textContent('.told')).includes('morgenens log'), 'and where it stands meanwhile');
});

test('contact: other centres by right, with their first free time; their page opens with the matter chosen', async ({ mock, open }) => {
  mock.sites = [{ id: 'sydby', name: 'Sydby', address: 'Torvet 1', distance: '12 km', url: 'https://sydby.example/contact', first_free: '2026-11-24T08:30:00+01:00' }, { id: 'vestby', name: 'Vestby', url: 'https://vestby.example/contact' }];
  mock.sites_later = 2;
  const page = await open_contact(open);
  equal(await page.locator('.sites [data-site]').count(), 2);
  equal(await page.getAttribute('[data-site=sydby] a', 'href'), 'https://sydby.example/contact');
  await page.click('[data-service=pas]');
  await page.waitForSelector('[data-site=sydby] p:has-text("Første ledige tid: tirsdag 24.11. 08.30.")');
  equal(await page.textContent('[data-site=vestby] p'), 'Ingen ledig tid kendt lige nu.');
  equal(await page.getAttribute('[data-site=sydby] a', 'href'), 'https://sydby.example/contact#service=pas');
  equal(await axe(page), [], 'axe');
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/contact-sites.png`, fullPage: true });
  await page.setViewportSize({ width: 320, height: 900 });
  equal(await page.evaluate(() => document.documentElement.scrollWidth <= 320), true, 'nothing to the side at 320 px');
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/contact-320.png`, fullPage: true });
  await page.goto(new URL('/#', page.url()).href);
  await page.goto(new URL('/contact#service=flytning', page.url()).href);
  await page.waitForSelector('[data-service=flytning][aria-pressed=true]');
});

test('contact: who comes from another centre signs in and still has the matter chosen', async ({ mock, open }) => {
  mock.signed_in = false;
  const page = await open('/contact#service=flytning', 'office', { expect_errors: true });
  await page.fill('input[name=token]', 'good');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-service=flytning][aria-pressed=true]');
});

test('contact: by its code a booking is moved and cancelled, by keyboard alone', async ({ mock, open }) => {
  mock.booked = [{ code: 'k7p2xw4m', state: 'booked', start: '2026-11-24T10:00:00+01:00', services: [{ service: 'pas', name: 'Pas' }], party: 1 }];
  const page = await open_contact(open);
  await page.focus('input[name=code]');
  await page.keyboard.type('K7P2-XW4M');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.found');
  await page.focus('.found .second');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.found .slot');
  await page.focus('.found [data-start="2026-11-25T13:30:00+01:00"]');
  await page.keyboard.press('Space');
  await page.focus('.found .primary');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.found .done:has-text("flyttet")');
  equal(mock.booked[0].start, '2026-11-25T13:30:00+01:00');
  await page.focus('.found .line');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.found .done:has-text("aflyst")');
  equal(mock.booked[0].state, 'cancelled');
});

test('contact: who may not see it is told so, and nothing else is shown', async ({ mock, open }) => {
  mock.not_a_centre = true;
  const page = await open('/contact', 'office');
  await page.waitForSelector('.problem:has-text("adgang")');
  equal(await page.locator('.services button, .hours, input').count(), 0);
});

test('contact: in English', async ({ open }) => {
  const page = await open_contact(open);
  await page.click('button[lang=en]');
  await page.waitForSelector('h1:has-text("Contact centre")');
  await page.waitForSelector('.hours:has-text("Open now")');
});

test('a11y contact', async ({ open }) => {
  const page = await open_contact(open);
  await page.click('[data-service=mitid]');
  await page.waitForSelector('.slot');
  equal(await axe(page), [], 'axe');
  equal(await small_targets(page, 24), [], 'targets');
  equal(await keyboard_faults(page), [], 'keyboard');
  await page.setViewportSize({ width: 360, height: 740 });
  assert(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'scrolls sideways on a phone');
  equal(await clipped(page, { scrolls: true }), [], 'clipped');
});

test('host: whom no message reached stands folded, and nowhere while all could be told', async ({ mock, open }) => {
  const page = await open('/host', 'tablet');
  await page.waitForSelector('.services button');
  equal(await page.locator('summary:has-text("Kunne ikke få besked")').count(), 0);
  mock.told_citizens = { rows: [], reasons: [], total: { sent: 0, failed: 1, put_off: 0 }, out_of_reach_count: 1, out_of_reach: [{ kind: 'moved', channel: 'email', reason: 'mail_refused', failed_at: '2026-11-23T09:00:00+01:00', services: ['Pas'], code: 'K7QF2M1', start: '2026-11-30T10:30:00+01:00' }] };
  await page.reload();
  await page.click('summary:has-text("Kunne ikke få besked (1)")');
  equal(await page.textContent('.lost li'), 'Tid mandag 30.11. 10.30 · K7QF2M1 · PasTid flyttet – e-mail: Mailserveren tog ikke imod adressen');
  equal(await axe(page), [], 'axe');
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/host-lost.png` });
});

test('host: what the contact centre did is read once', async ({ mock, open }) => {
  mock.handover = [{ at: '2026-11-22T20:10:00+01:00', done: 'booked', by: 'Eva', services: ['Pas'], start: '2026-11-24T10:00:00+01:00', code: 'k7p2xw4m', seen: false }, { at: '2026-11-22T19:00:00+01:00', done: 'cancelled', by: 'Eva', services: ['Pas'], code: 'old', seen: true }];
  const page = await open('/host', 'tablet');
  await page.waitForSelector('.handover li');
  equal(await page.locator('.handover li').count(), 1);
  assert((await page.textContent('.handover')).includes('Bestilt'), 'what was done');
  equal(await axe(page), [], 'axe');
  await page.click('.handover .line');
  await until(async () => await page.locator('.handover').count() === 0, 'the log is gone');
  equal(last(mock), { path: '/reports/handover/seen', key: last(mock).key, body: { until: '2026-11-23T08:55:00+01:00' } });
});

test('desk: a visit by telephone shows its number while it is here, and then no more', async ({ mock, open }) => {
  mock.take('pas', { channel: 'phone', extra: { callback: { from: '2026-11-23T09:20:00+01:00', until: '2026-11-23T09:45:00+01:00', tries: 0 } } });
  const page = await open('/desk/desk-1', 'office');
  await page.waitForSelector('.citizen');
  mock.desk('desk-1').state = 'open';
  mock.changed();
  await page.waitForSelector('.tags:has-text("Telefon 09.20–09.45")');
  equal(await page.locator('text=+4500998877').count(), 0, 'not before it is called');
  mock.call(mock.desk('desk-1'), mock.in_state('waiting')[0], { code: 'longest_wait', text: '' });
  await page.waitForSelector('.ring-up:has-text("Ring op: +4500998877")');
  equal(await axe(page), [], 'axe');
  mock.visits.get(mock.desk('desk-1').visit).state = 'done';
  mock.desk('desk-1').visit = undefined;
  mock.changed();
  await until(async () => await page.locator('.ring-up').count() === 0, 'the number is gone');
  equal((await page.content()).includes('4500998877'), false);
});
