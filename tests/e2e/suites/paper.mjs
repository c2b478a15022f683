// Paper runs out, printers and spooler die: it is said in words, nobody is lost, it heals by itself, and no ticket comes out twice.
import { assert, equal, figure, never, test, until } from '../lib/checks.mjs';
import { spaced, take_at, text_of } from '../lib/pages.mjs';

const EMPTY = 'Der er ikke mere papir';
const GONE = 'Printeren svarer ikke';
const SPOOLER = 'Udskriftstjenesten svarer ikke';

/** Seconds until `page` says `words` anywhere, and fails after ten: staff are not sent to a printer that has been dry for minutes. */
async function seconds_until_said(page, words, what) {
  const begun = Date.now();
  await page.waitForFunction((wanted) => document.body.innerText.includes(wanted), words, { timeout: 10_000 });
  figure(what, `${((Date.now() - begun) / 1000).toFixed(1)} s`);
}

const unsaid = (page, words) => page.waitForFunction((wanted) => !document.body.innerText.includes(wanted), words, { timeout: 10_000 });
const admin_page = async (house) => {
  const page = await house.open('/admin', 'admin', { role: 'admin' });
  await page.waitForSelector('tr[data-device=roll].ready');
  return page;
};
const print_of = async (house, visit) => (await house.api('GET', `/visits/${visit.token}`)).print;
const printed = (house, visit) => until(async () => (await print_of(house, visit)).state === 'printed', `${visit.number} is printed`, 20_000);

/** No ticket twice: the QR codes of all paper that came out are all different. A last ticket flushes what might still be on its way. */
async function nothing_twice(house, kind, count) {
  const codes = (await house.paper.wait_for(kind, count)).map((file) => house.paper.qr(house.paper.read(file).png));
  equal(new Set(codes).size, count, 'different tickets on paper');
}

test('paper: it runs out and comes back; the ticket waits and comes out once', async (house) => {
  const [kiosk, admin] = [await house.kiosk(), await admin_page(house)];
  await house.paper.level(0);
  await seconds_until_said(kiosk, EMPTY, 'paper out to words on the kiosk');
  await seconds_until_said(admin, EMPTY, 'and then on the admin page');
  await kiosk.waitForSelector('.notice');
  const colours = await admin.evaluate(() => ['.failed', '.absent', '.ready'].map((state) => getComputedStyle(document.querySelector(`tr${state} .state`)).color));
  assert(colours[0] === colours[1] && colours[0] !== colours[2], `a printer without paper has the colour of trouble: ${colours}`);

  const visit = await take_at(kiosk, 'pas');
  equal(await text_of(kiosk, '.paper .n'), spaced(visit.number), 'a number all the same');
  await never(() => house.paper.tickets('ipp').length > 0, 'paper out of an empty printer', 2_000);
  const waiting = await print_of(house, visit);
  assert(['queued', 'printing'].includes(waiting.state), `the print waits, and is ${waiting.state}`);

  await house.paper.level(75);
  await printed(house, visit);
  await unsaid(admin, EMPTY);
  await admin.waitForSelector('tr[data-device=roll].ready');
  const after = await house.api('POST', '/visits', { services: ['pas'], kiosk: 'hall', print: true });
  await printed(house, after);
  await nothing_twice(house, 'ipp', 2);
});

test('paper: almost out is said while tickets still come', async (house) => {
  const [kiosk, admin] = [await house.kiosk(), await admin_page(house)];
  await house.paper.level(5);
  await seconds_until_said(admin, 'Der er snart ikke mere papir', 'paper low to words on the admin page');
  equal(await kiosk.locator('.notice').count(), 0, 'a citizen is not bothered');
  await printed(house, await take_at(kiosk, 'pas'));
  await nothing_twice(house, 'ipp', 1);
});

test('paper: a second printer takes over, and hands back', async (house) => {
  await until(async () => (await house.printer('roll-first')).state === 'ready', 'the first printer is seen');
  const kiosk = await house.kiosk('two-printers');
  await house.paper.level(0);
  await until(async () => (await house.printer('roll-first')).state === 'failed', 'the first printer is out of order');
  const on_second = await take_at(kiosk, 'pas');
  await printed(house, on_second);
  equal((await print_of(house, on_second)).printer, 'receipt');
  await nothing_twice(house, 'raw', 1);
  equal(await kiosk.locator('.notice').count(), 0, 'paper from the second printer is paper');

  await house.paper.level(75);
  await until(async () => (await house.printer('roll-first')).state === 'ready', 'the first printer is back');
  await kiosk.click('.act .primary');
  const on_first = await take_at(kiosk, 'pas');
  await printed(house, on_first);
  equal((await print_of(house, on_first)).printer, 'roll-first');
  await nothing_twice(house, 'ipp', 1);
  equal(house.paper.tickets('raw').length, 1);
});

test('paper: the printer is switched off and on', async (house) => {
  const [kiosk, admin] = [await house.kiosk(), await admin_page(house)];
  await house.paper.printer('stop');
  await seconds_until_said(admin, GONE, 'printer off to words on the admin page');
  await seconds_until_said(kiosk, GONE, 'and then on the kiosk');
  const visit = await take_at(kiosk, 'koerekort');
  equal(await text_of(kiosk, '.paper .n'), spaced(visit.number), 'a number all the same');
  await house.paper.printer('start');
  await printed(house, visit);
  await admin.waitForSelector('tr[data-device=roll].ready', { timeout: 10_000 });
  await unsaid(kiosk, GONE);
  await printed(house, await house.api('POST', '/visits', { services: ['pas'], kiosk: 'hall', print: true }));
  await nothing_twice(house, 'ipp', 2);
});

test('paper: the print service is killed and started, with a ticket in its hands', async (house) => {
  const [kiosk, admin] = [await house.kiosk(), await admin_page(house)];
  await house.paper.level(0);
  await seconds_until_said(kiosk, EMPTY, 'paper out to words on the kiosk');
  const held = await take_at(kiosk, 'pas');
  await until(async () => (await print_of(house, held)).state === 'printing', 'the spooler holds the ticket');
  await house.paper.spooler('stop');
  await seconds_until_said(admin, SPOOLER, 'print service gone to words on the admin page');
  const during = await house.api('POST', '/visits', { services: ['pas'], kiosk: 'hall', print: true });
  assert(during.number, 'a number all the same');
  await house.paper.level(75);
  await house.paper.spooler('start');
  await printed(house, during);
  await admin.waitForSelector('tr[data-device=roll].ready', { timeout: 15_000 });
  const end = await until(async () => {
    const { state } = await print_of(house, held);
    return ['printed', 'unknown', 'failed'].includes(state) && state;
  }, 'what became of the held ticket is said', 30_000);
  figure('the ticket that the killed spooler held is', end);
  const out = house.paper.tickets('ipp').map((file) => house.paper.qr(house.paper.read(file).png));
  equal(new Set(out).size, out.length, 'different tickets on paper');
  const came_out = out.includes(`${house.base}/t/${held.token}`);
  assert(end !== 'printed' || came_out, 'said to be printed, and is not on paper');
  assert(end !== 'failed' || !came_out, 'said to have failed, and is on paper');
});

test('paper: the daemon is killed while the printer is empty; its ticket is never on paper twice', async (house) => {
  const kiosk = await house.kiosk();
  await house.paper.level(0);
  await seconds_until_said(kiosk, EMPTY, 'paper out to words on the kiosk');
  const visit = await take_at(kiosk, 'pas');
  await until(async () => (await print_of(house, visit)).state === 'printing', 'the spooler holds the ticket');
  await house.kill();
  figure('killed to ready', `${await house.start()} ms`);
  equal((await print_of(house, visit)).state, 'unknown', 'nobody knows what the printer did meanwhile');
  await kiosk.waitForSelector('[data-print=unknown]', { timeout: 15_000 });
  await house.paper.level(75);
  const next = await house.api('POST', '/visits', { services: ['pas'], kiosk: 'hall', print: true });
  await printed(house, next);
  const out = house.paper.tickets('ipp').map((file) => house.paper.qr(house.paper.read(file).png));
  equal(out.filter((code) => code.endsWith(visit.token)).length <= 1, true, 'at most once');
  equal(out.filter((code) => code.endsWith(next.token)).length, 1, 'the next one once');
});
