import { axe, clipped, small_targets } from '../lib/a11y.mjs';
import { SHOWN } from '../lib/camera.mjs';
import { assert, equal, test, until } from '../lib/harness.mjs';
import { scan } from '../lib/scanner.mjs';
import { lively, stamp } from '../mock.mjs';

const open_kiosk = async (open, options) => {
  const page = await open('/kiosk/hall', 'kiosk', options);
  await page.waitForSelector('.choice');
  return page;
};
const taken = (mock) => mock.posts.filter((post) => post.path === '/visits');
const screen = (page, name, limit = 8_000) => page.waitForSelector(`[data-screen=${name}]`, { timeout: limit });

test('kiosk: one tap gives one ticket with number, place, code and paper', async ({ mock, open }) => {
  lively(mock);
  const page = await open_kiosk(open);
  await page.click('[data-service=pas]');
  await page.waitForSelector('[data-print=printed]');
  const newest = [...mock.visits.values()].at(-1);
  equal(await page.textContent('.paper .n'), newest.number.replace(/^([A-Z])/, '$1\u00a0'));
  equal(await page.textContent('.facts dd >> nth=1'), '3 personer');
  assert(await page.evaluate(() => document.querySelector('.qr').naturalWidth > 0), 'the code is drawn');
  const [post] = taken(mock);
  equal(taken(mock).length, 1);
  assert(/^[0-9a-f]{32}$/.test(post.key), 'a fresh key');
  equal([post.body.services, post.body.kiosk, post.body.print, post.body.language], [['pas'], 'hall', true, 'da']);
});

test('kiosk: the wait is known before the tap, and follows the queue', async ({ mock, open }) => {
  const page = await open_kiosk(open);
  equal(await page.textContent('[data-service=pas] .wait'), 'Ingen kø');
  mock.take('pas');
  mock.take('pas');
  await page.waitForSelector('[data-service=pas] .wait:has-text("2 venter")', { timeout: 2_000 });
});

test('kiosk: a lost answer is asked for again with the same key: one press, one ticket', async ({ mock, open }) => {
  const page = await open_kiosk(open);
  mock.faults.push({ method: 'POST', path: /^\/visits$/, garble: true, times: 2 });
  await page.click('[data-service=pas]');
  await screen(page, 'ticket', 15_000);
  equal(taken(mock).length, 3, 'asked again twice');
  equal(new Set(taken(mock).map((post) => post.key)).size, 1, 'one key');
  equal(mock.visits.size, 1, 'one ticket');
  await page.click('.act .primary');
  await screen(page, 'home');
  await page.click('[data-service=pas]');
  await screen(page, 'ticket');
  equal(new Set(taken(mock).map((post) => post.key)).size, 2, 'the next press has its own key');
});

test('kiosk: after giving up, "try again" is still the same press', async ({ mock, open }) => {
  const page = await open_kiosk(open);
  // The browser itself repeats a request on a connection that broke, so the number of losses is not ours to count.
  mock.faults.push({ method: 'POST', path: /^\/visits$/, lose: true, times: -1 });
  await page.click('[data-service=pas]');
  await page.waitForSelector('[data-reason=offline]', { timeout: 30_000 });
  mock.faults.length = 0;
  await page.click('.act .primary');
  await screen(page, 'ticket');
  equal(mock.visits.size, 1);
  equal(new Set(taken(mock).map((post) => post.key)).size, 1);
});

test('kiosk: storage trouble is told at once, with whom to ask, and no ticket is claimed', async ({ mock, open }) => {
  const page = await open_kiosk(open);
  mock.faults.push({ method: 'POST', path: /^\/visits$/, status: 503, reason: 'storage_full', times: 1 });
  await page.click('[data-service=pas]');
  await page.waitForSelector('[data-reason=storage_full]', { timeout: 2_000 });
  equal(taken(mock).length, 1, 'waiting does not make room');
  assert((await page.textContent('.message')).includes('Gå til en medarbejder'));
  await page.click('.act .primary');
  await screen(page, 'ticket');
});

test('kiosk: closed and absent services stay visible with why and when; pressing one tells what else can be done', async ({ mock, open }) => {
  Object.assign(mock.services[2], { open: false, reason: 'authority_absent', alternatives: [{ kind: 'opens', at: stamp(Date.now() + 3 * 86_400_000), text: '' }] });
  const page = await open_kiosk(open);
  const shut = await page.textContent('.choice.shut');
  assert(/MitID.*Er her igen (man|tirs|ons|tors|fre|lør|søn)dag kl/.test(shut), shut);
  await page.click('[data-service=mitid]');
  await page.waitForSelector('[data-reason=authority_absent] .alternatives');
});

test('kiosk: when nothing can be taken the heading does not ask for a press, and a holiday is named', async ({ mock, open }) => {
  for (const service of mock.services) Object.assign(service, { open: false, reason: 'closed' });
  mock.closed_because = 'Juledag';
  const page = await open('/kiosk/hall', 'kiosk');
  await page.waitForSelector('.greet');
  equal(await page.textContent('main h2'), 'Lige nu kan du ikke få et nummer');
  equal(await page.textContent('.lead'), 'Lukket i dag: Juledag');
  mock.closed_because_names = { da: 'Juledag', en: 'Christmas Day' };
  mock.changed();
  await page.click('button:has-text("English")');
  await page.waitForSelector('.lead:has-text("Closed today: Christmas Day")');
});

test('kiosk: a standby place is taken with one press', async ({ mock, open }) => {
  const page = await open_kiosk(open);
  mock.faults.push({ method: 'POST', path: /^\/visits$/, status: 409, reason: 'booking_required', more: { detail: 'Kun med aftale.', alternatives: [{ kind: 'standby', text: 'Spørg' }, { kind: 'host', text: 'Spørg personalet' }] } });
  await page.click('[data-service=pas]');
  await page.click('[data-accept=standby]');
  await screen(page, 'ticket');
  equal(taken(mock).at(-1).body.standby, true);
});

test('kiosk: a refusal brings its alternatives', async ({ mock, open }) => {
  const page = await open_kiosk(open);
  mock.faults.push({ method: 'POST', path: /^\/visits$/, status: 409, reason: 'quota_full', more: { detail: 'Alle numre er taget.', alternatives: [{ kind: 'place', text: 'Spørg i skranken' }] } });
  await page.click('[data-service=pas]');
  await page.waitForSelector('[data-reason=quota_full]');
  equal(await page.textContent('.message p'), 'Alle numre er taget.');
  equal(await page.textContent('.alternatives li'), 'Spørg i skranken');
  equal(taken(mock).length, 1, 'an answer is not asked for again');
});

test('kiosk: paper that fails is told, can be asked for again, and the place in the queue stands', async ({ mock, open }) => {
  mock.paper = { state: 'failed', fault: 'media-empty', delay_ms: 30 };
  const page = await open_kiosk(open);
  await page.waitForSelector('.notice:has-text("Der er ikke mere papir")');
  await page.click('[data-service=pas]');
  await page.waitForSelector('[data-print=failed]');
  assert((await page.textContent('.trouble')).includes('Du er i køen alligevel'));
  mock.paper = { state: 'ready', delay_ms: 30 };
  await page.click('.trouble button');
  await page.waitForSelector('[data-print=printed]');
  equal(mock.visits.size, 1);
  equal(mock.posts.filter((post) => post.path.endsWith('/reprint')).length, 1);
});

test('kiosk: without a printer it says to remember the number and asks for no print', async ({ mock, open }) => {
  mock.has_printer = false;
  const page = await open_kiosk(open);
  await page.click('[data-service=pas]');
  await page.waitForSelector('[data-print=none]');
  equal(taken(mock)[0].body.print, false);
});

test('kiosk: undo leaves the queue', async ({ mock, open }) => {
  const page = await open_kiosk(open);
  await page.click('[data-service=pas]');
  await screen(page, 'ticket');
  await page.click('.act button >> nth=0');
  await screen(page, 'undone');
  equal([...mock.visits.values()].map((visit) => visit.state), ['left']);
});

test('kiosk: language and aids go back for the next person, after a warning', async ({ open }) => {
  const page = await open_kiosk(open, { clock: true });
  await page.click('text=English');
  await page.waitForSelector('text=Welcome');
  equal(await page.evaluate(() => document.documentElement.lang), 'en');
  await page.click(".bar [data-aid=contrast]");
  const pass = async (seconds) => {
    for (let gone = 0; gone < seconds; gone += 5) {
      await page.clock.runFor(5_000);
      await until(() => page.evaluate(() => document.querySelector('.app').dataset.link === 'live'), 'live again');
    }
  };
  await pass(85);
  equal(await page.locator('.still').count(), 0, 'limits are doubled with an aid');
  await pass(10);
  await page.waitForSelector('.still');
  await page.click('.still button');
  await page.clock.runFor(600);
  equal(await page.locator('.still').count(), 0, 'more time');
  await pass(155);
  await page.clock.runFor(600);
  await page.waitForSelector('text=Velkommen');
  equal(await page.locator('.app.contrast').count(), 0);
}, { ping_ms: 60 });

test('kiosk: the ticket closes by itself after 20 s', async ({ open }) => {
  const page = await open_kiosk(open, { clock: true });
  await page.click('[data-service=pas]');
  await until(async () => { await page.clock.runFor(400); return page.locator('[data-print=printed]').count(); }, 'printed');
  await page.clock.runFor(10_000);
  equal(await page.locator('[data-screen=ticket]').count(), 1);
  await until(() => page.evaluate(() => document.querySelector('.app').dataset.link === 'live'), 'live');
  await page.clock.runFor(11_500);
  await until(() => page.locator('[data-screen=home]').count(), 'home again');
}, { ping_ms: 60 });

test('kiosk: a dead link shows where to get a paper ticket, and the kiosk comes back by itself', async ({ mock, open }) => {
  const page = await open_kiosk(open, { expect_errors: true });
  mock.silent = true;
  await screen(page, 'offline', 16_000);
  assert((await page.textContent('.message')).includes('Tag en papirbillet i skranken'));
  mock.silent = false;
  await page.waitForSelector('.choice');
});

test('kiosk: a cut link is opened again and the page shows what happened meanwhile', async ({ mock, open }) => {
  const page = await open_kiosk(open, { expect_errors: true });
  mock.cut();
  mock.take('pas');
  await page.waitForSelector('[data-service=pas] .wait:has-text("1 venter")', { timeout: 8_000 });
});

test('kiosk: a new build is loaded while nobody uses it, not in the middle', async ({ mock, open }) => {
  const page = await open_kiosk(open, { expect_errors: true });
  await page.click('text=English');
  await page.evaluate(() => { globalThis.same_page = true; });
  mock.build = 'mock-2';
  mock.cut();
  await page.waitForSelector('[data-outdated=true]');
  equal(await page.evaluate(() => globalThis.same_page), true);
  await page.click('text=Dansk');
  await until(() => page.evaluate(() => globalThis.same_page === undefined).catch(() => false), 'reloaded');
});

test('kiosk: a token in the fragment signs in once and is cleared', async ({ mock, open }) => {
  mock.signed_in = false;
  const page = await open('/kiosk/hall#t=good', 'kiosk');
  await page.waitForSelector('.choice');
  equal(new URL(page.url()).hash, '');
  equal(mock.posts.filter((post) => post.path === '/session').map((post) => post.body), [{ token: 'good' }]);
});

test('kiosk: a screen that is not signed in says what to do', async ({ mock, open }) => {
  mock.signed_in = false;
  const page = await open('/kiosk/hall', 'kiosk', { expect_errors: true });
  await page.waitForSelector('.not-paired');
  equal(await page.getAttribute('.not-paired a', 'href'), '/sign-in?next=%2Fkiosk%2Fhall');
});

test('kiosk: reports that it is alive, what it shows and how large it is', async ({ mock, open }) => {
  await open_kiosk(open);
  const report = await until(() => mock.alive.at(-1), 'a report');
  equal([report.type, report.page, report.width, report.height, report.audio], ['alive', 'kiosk/hall', 1080, 1920, 'off']);
});

test('kiosk: what staff should know is told under Help, goes with the ticket, and is forgotten for the next person', async ({ mock, open }) => {
  lively(mock);
  const page = await open_kiosk(open);
  await page.click('.bar .help');
  await page.click('[data-need=hearing]');
  await page.click('[data-need=standing]');
  await page.click('[data-need=standing]');
  await page.click('[data-need=wheelchair]');
  await page.click('.act .primary');
  await page.waitForSelector('.told:has-text("Jeg kan ikke høre, når der kaldes, Jeg bruger kørestol")');
  await page.click('[data-service=pas]');
  await screen(page, 'ticket');
  equal(taken(mock).at(-1).body.needs, ['hearing', 'wheelchair']);
  await page.click('.act .primary');
  await screen(page, 'home');
  equal(await page.locator('.told').count(), 0);
  await page.click('[data-service=pas]');
  await screen(page, 'ticket');
  assert(!('needs' in taken(mock).at(-1).body), 'the next person has told nothing');
});

// ---- several matters, times, roll
test('kiosk: several matters become one ticket, in the order chosen', async ({ mock, open }) => {
  const page = await open_kiosk(open);
  await page.click('.ask .more');
  await page.click('[data-service=mitid]');
  await page.click('[data-service=pas]');
  await page.click('[data-service=laege]');
  await page.click('[data-service=laege]');
  equal(await page.getAttribute('[data-service=mitid]', 'aria-pressed'), 'true');
  equal(await page.getAttribute('[data-service=laege]', 'aria-pressed'), 'false');
  await page.click('.act .primary');
  await screen(page, 'several');
  equal(await page.locator('.message ol li').allTextContents(), ['MitID', 'Pas']);
  equal(mock.visits.size, 0, 'nothing is taken before it is confirmed');
  await page.click('.act .primary');
  await screen(page, 'ticket');
  equal(taken(mock).map((post) => post.body.services), [['mitid', 'pas']]);
  equal(await page.textContent('.paper .service'), '1. MitID  2. Pas');
  await page.click('.act .primary');
  await screen(page, 'home');
  equal(await page.locator('[aria-pressed=true][data-service]').count(), 0, 'the next person begins afresh');
});

test('kiosk: where a booking is needed the next times are offered; one press books one, and it can be taken back', async ({ mock, open }) => {
  mock.faults.push({ method: 'POST', path: /^\/visits$/, status: 409, reason: 'booking_required', more: { detail: 'Kun med aftale.', alternatives: [{ kind: 'slot', text: 'Næste ledige tid' }] } });
  mock.faults.push({ method: 'POST', path: /^\/bookings$/, garble: true, times: 1 });
  const page = await open_kiosk(open);
  await page.click('[data-service=pas]');
  await page.click('[data-times]');
  await page.waitForSelector('[data-start]');
  equal(await page.locator('[data-start]').count(), 6, 'one page of times');
  await page.click('.pages button >> nth=1');
  equal(await page.locator('[data-start]').count(), 3, 'the rest');
  const start = await page.getAttribute('[data-start] >> nth=1', 'data-start');
  await page.click('[data-start] >> nth=1');
  await screen(page, 'booked');
  equal(await page.textContent('.paper .n'), '7K2M XW4Q');
  await until(() => page.evaluate(() => document.querySelector('.qr').naturalWidth > 0), 'the code is drawn');
  const asked = mock.posts.filter((post) => post.path === '/bookings');
  equal([asked.length, new Set(asked.map((post) => post.key)).size, mock.bookings.length], [2, 1, 1], 'one press, one key, one time');
  equal([asked[0].body.services, asked[0].body.start], [['pas'], start]);
  await page.click('.act button >> nth=0');
  await screen(page, 'unbooked');
  equal(mock.bookings.map((each) => each.state), ['cancelled']);
});

test('kiosk: the code of a booked time is printed once, by itself; without paper it is said and can be asked for again', async ({ mock, open }) => {
  mock.faults.push({ method: 'POST', path: /^\/visits$/, status: 409, reason: 'booking_required', more: { detail: 'Kun med aftale.', alternatives: [] } });
  mock.faults.push({ method: 'POST', path: /\/print$/, garble: true, times: 1 });
  const page = await open_kiosk(open);
  await page.click('[data-service=pas]');
  await page.click('[data-times]');
  await page.click('[data-start] >> nth=0');
  await screen(page, 'booked');
  await page.waitForSelector('[data-print=printed] b');
  equal([mock.slips, new Set(mock.posts.filter((post) => post.path.endsWith('/print')).map((post) => post.key)).size], [1, 1], 'the answer was lost, the paper is one');
  equal(mock.posts.find((post) => post.path.endsWith('/print')).body, { kiosk: 'hall' });
  await page.click('.act .primary');
  mock.paper = { state: 'failed', fault: 'media-empty', delay_ms: 50 };
  mock.changed();
  mock.bookings = [];
  mock.answers.clear();   // this stand-in gives every booking the same code
  mock.faults.push({ method: 'POST', path: /^\/visits$/, status: 409, reason: 'booking_required', more: { detail: 'Kun med aftale.', alternatives: [] } });
  await page.click('[data-service=pas]');
  await page.click('[data-times]');
  await page.click('[data-start] >> nth=1');
  await page.waitForSelector('[data-print=failed]:has-text("Der er ikke mere papir")');
  assert(await page.isVisible('.ways .qr'), 'the code is still on the glass');
  mock.paper = { state: 'ready', fault: undefined, delay_ms: 50 };
  await page.click('[data-print=failed] button');
  await page.waitForSelector('[data-print=printed]');
});

test('kiosk: a kiosk without a printer prints no code', async ({ mock, open }) => {
  mock.has_printer = false;
  mock.faults.push({ method: 'POST', path: /^\/visits$/, status: 409, reason: 'booking_required', more: { detail: 'Kun med aftale.', alternatives: [] } });
  const page = await open_kiosk(open);
  await page.click('[data-service=pas]');
  await page.click('[data-times]');
  await page.click('[data-start] >> nth=0');
  await screen(page, 'booked');
  equal([mock.slips, await page.locator('.ways [data-print]').count()], [undefined, 0]);
});

test('kiosk: a time that has just gone leads back to the times', async ({ mock, open }) => {
  mock.faults.push({ method: 'POST', path: /^\/visits$/, status: 409, reason: 'booking_required', more: { detail: 'Kun med aftale.', alternatives: [] } });
  mock.faults.push({ method: 'POST', path: /^\/bookings$/, status: 409, reason: 'slot_taken', more: { detail: 'Den tid er optaget.' } });
  const page = await open_kiosk(open);
  await page.click('[data-service=pas]');
  await page.click('[data-times]');
  await page.click('[data-start] >> nth=0');
  await page.waitForSelector('[data-reason=slot_taken]');
  await page.click('[data-times]');
  await page.click('[data-start] >> nth=1');
  await screen(page, 'booked');
});

test('kiosk: no free time at all is said, with whom to ask', async ({ mock, open }) => {
  mock.times_free = 0;
  mock.faults.push({ method: 'POST', path: /^\/visits$/, status: 409, reason: 'booking_required', more: { detail: 'Kun med aftale.', alternatives: [] } });
  const page = await open_kiosk(open);
  await page.click('[data-service=pas]');
  await page.click('[data-times]');
  await page.waitForSelector('.message:has-text("Spørg personalet")');
});

test('kiosk: numbers off a paper roll close the kiosk, which says where the roll is', async ({ mock, open }) => {
  const page = await open_kiosk(open);
  mock.room = { ...mock.room, mode: 'paper_roll' };
  mock.changed();
  await page.waitForSelector('h1:has-text("papirrullen")');
  equal(await page.locator('.choice').count(), 0);
  mock.room = { ...mock.room, mode: 'normal' };
  mock.changed();
  await page.waitForSelector('.choice');
});

test('kiosk: a code reader that types checks in from the first screen', async ({ mock, open }) => {
  mock.book('100htxnd', 5, 'pas');
  const page = await open_kiosk(open);
  await page.focus('[data-service=koerekort]');
  await scan(page, 'http://nord/book/100HTXND');
  await screen(page, 'ticket');
  equal(mock.posts.map((post) => post.path).filter((path) => path !== '/session'), ['/bookings/100htxnd/check-in'], 'the button that had the focus was not pressed');
});

// ---- by keypad only, by voice only
const heard = async (page) => page.evaluate(() => globalThis.said);
const listen_to = async (context) => context.addInitScript(() => {
  globalThis.said = [];
  addEventListener('skranke:speech', (event) => globalThis.said.push(`${event.detail.language}: ${event.detail.text}`));
});
const hears = (page, words, limit = 6_000) => until(async () => (await heard(page)).some((said) => said.includes(words)), `hears "${words}"`, limit).catch(async (error) => { throw new Error(`${error.message}; heard ${JSON.stringify(await heard(page))}`); });
/** Arrow down until the control with these words has the focus. */
async function reach(page, words) {
  for (let press = 0; press < 40; press++) {
    if ((await page.evaluate(() => document.activeElement?.closest('button')?.textContent ?? '')).includes(words)) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`never reached ${words}, but ${JSON.stringify(await page.locator('button').allTextContents())}`);
}

test('kiosk by keypad: ticket, undo, several matters, help and a time, with arrows, OK and Back alone', async ({ mock, open }) => {
  const page = await open_kiosk(open);
  await page.mouse.move(0, 0);
  await reach(page, 'MitID');
  await page.keyboard.press('Enter');
  await screen(page, 'ticket');
  await reach(page, 'Fortryd billet');
  await page.keyboard.press('Enter');
  await screen(page, 'undone');
  await page.keyboard.press('Escape');
  await screen(page, 'home');
  await reach(page, 'Flere ærender');
  await page.keyboard.press('Enter');
  await reach(page, 'Pas');
  await page.keyboard.press('Enter');
  await reach(page, 'Kørekort');
  await page.keyboard.press('Enter');
  await reach(page, 'Videre med 2');
  await page.keyboard.press('Enter');
  await screen(page, 'several');
  await page.keyboard.press('Escape');
  await screen(page, 'home');
  equal(await page.locator('[data-service][aria-pressed=true]').count(), 2, 'Back keeps what was chosen');
  await reach(page, 'Videre med 2');
  await page.keyboard.press('Enter');
  await reach(page, 'Få nummer');
  await page.keyboard.press('Enter');
  await screen(page, 'ticket');
  await page.keyboard.press('Backspace');
  await screen(page, 'home');
  await page.keyboard.press('ArrowUp');
  assert((await page.evaluate(() => document.activeElement.textContent)).length > 0, 'upwards there is always something');
  await reach(page, 'Hjælp');
  await page.keyboard.press('Enter');
  await screen(page, 'help');
  await reach(page, 'kørestol');
  await page.keyboard.press('Enter');
  await reach(page, 'Videre');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.told');
  mock.faults.push({ method: 'POST', path: /^\/visits$/, status: 409, reason: 'booking_required', more: { detail: 'Kun med aftale.', alternatives: [] } });
  await reach(page, 'Pas');
  await page.keyboard.press('Enter');
  await reach(page, 'Se ledige tider');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-start]');
  await reach(page, '10.15');
  await page.keyboard.press('Enter');
  await screen(page, 'booked');
  equal([mock.visits.size, mock.bookings.length], [2, 1]);
});

test('kiosk by voice, glass dark: every step is heard, up to number, wait and paper', async ({ mock, open }) => {
  lively(mock);
  const page = await open('/kiosk/hall', 'kiosk', { before: listen_to });
  await page.waitForSelector('.choice');
  await page.keyboard.press('*');
  await hears(page, 'da: Velkommen');
  await hears(page, 'Brug pilene');
  await reach(page, 'Sluk skærm');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.curtain');
  equal(await page.evaluate(() => document.elementFromPoint(540, 900).className), 'curtain', 'the glass shows nothing');
  await reach(page, 'MitID');
  await hears(page, 'da: MitID');
  await hears(page, '3 venter');
  assert((await heard(page)).some((said) => /\d til \d+ min/.test(said)), 'a range in words');
  await page.keyboard.press('Enter');
  await screen(page, 'ticket');
  const newest = [...mock.visits.values()].at(-1);
  await hears(page, newest.number.replace(/^([A-Z])/, '$1 '));
  await hears(page, 'Du er i køen');
  await hears(page, 'Forventet ventetid');
  await hears(page, 'Papirbilletten er printet');
  const before = (await heard(page)).length;
  await page.keyboard.press('*');
  await until(async () => (await heard(page)).length > before, 'said again');
  await page.keyboard.press('-');
  await hears(page, 'Lydstyrke 40');
  await page.keyboard.press('Escape');
  await screen(page, 'home');
  equal(await page.locator('.listening, .curtain').count(), 0, 'the next person gets a lit and silent kiosk');
  await page.keyboard.press('*');
  await hears(page, 'Velkommen');
  await page.keyboard.press('+');
  await hears(page, 'Lydstyrke 80');
  assert(mock.sentences.length > 10, 'clips were asked for');
});

test('kiosk by voice: errors, choices and the question for more time are heard; a key cuts off what is said', async ({ mock, open }) => {
  const page = await open('/kiosk/hall', 'kiosk', { before: listen_to });
  await page.waitForSelector('.choice');
  await page.click('[data-aid=listen]');
  await hears(page, 'Velkommen');
  const full = (await heard(page)).length;
  for (let press = 0; press < 6; press++) await page.keyboard.press('ArrowDown');
  await until(async () => (await heard(page)).length > full, 'controls are heard');
  assert(!(await heard(page)).slice(0, full + 3).some((said) => said.includes('Brug pilene')), 'the first screen was cut off');
  await page.keyboard.press('*');
  mock.faults.push({ method: 'POST', path: /^\/visits$/, status: 409, reason: 'quota_full', more: { detail: 'Alle numre er taget.', alternatives: [{ kind: 'place', text: 'Spørg i skranken' }] } });
  await page.click('[data-service=pas]');
  await hears(page, 'Alle numre er taget');
  await hears(page, 'Spørg i skranken');
  await page.keyboard.press('Escape');
  await screen(page, 'home');
  await page.click('.bar .help');
  await hears(page, 'Brug for hjælp');
  await page.click('[data-need=wheelchair]');
  await hears(page, 'valgt');
});

test('kiosk by voice: a language without a voice says so on the glass, and a plug that goes out ends the session', async ({ mock, open }) => {
  mock.voiceless = ['en'];
  const page = await open('/kiosk/hall', 'kiosk', { before: listen_to });
  await page.waitForSelector('.choice');
  await page.click('text=English');
  await page.waitForSelector('text=Welcome');
  await page.evaluate(() => dispatchEvent(new KeyboardEvent('keydown', { key: 'F15' })));
  await hears(page, 'en: Welcome');
  await page.waitForSelector('.listening [role=alert]:has-text("no voice")');
  await page.evaluate(() => dispatchEvent(new KeyboardEvent('keydown', { key: 'F16' })));
  await page.waitForSelector('text=Velkommen');
  equal(await page.locator('.listening').count(), 0);
});

test('kiosk: the question for more time is heard, limits are doubled while listening, and a touch lights a dark glass', async ({ open }) => {
  const page = await open('/kiosk/hall', 'kiosk', { before: listen_to, clock: true });
  await page.waitForSelector('.choice');
  await page.click('[data-aid=listen]');
  await page.click('[data-listen=dark]');
  await page.waitForSelector('.curtain');
  const pass = async (seconds) => {
    for (let gone = 0; gone < seconds; gone += 5) {
      await page.clock.runFor(5_000);
      await until(() => page.evaluate(() => document.querySelector('.app').dataset.link === 'live'), 'live again');
    }
  };
  await pass(80);
  equal(await page.locator('.still').count(), 0, 'not at 45 s');
  await until(async () => { await page.clock.runFor(2_000); return page.locator('.still').count(); }, 'asked', 20_000);
  await hears(page, 'Jeg har brug for mere tid');
  await page.keyboard.press('Enter');
  await page.clock.runFor(600);
  equal(await page.locator('.still').count(), 0);
  await page.mouse.click(540, 1200);
  equal(await page.locator('.curtain').count(), 0);
}, { ping_ms: 60 });

test('kiosk: what can be done without coming is said first, and the number is one press away', async ({ mock, open }) => {
  mock.services[0].self_service = { da: 'Forny dit pas på borger.dk.', en: 'Renew your passport at borger.dk.' };
  const page = await open('/kiosk/hall', 'kiosk');
  const [hinted, plain] = mock.services;
  await page.click(`[data-service=${hinted.id}]`);
  await page.waitForSelector('[data-screen=yourself]');
  equal((await page.textContent('main')).includes('Forny dit pas på borger.dk.'), true);
  equal(mock.in_state('waiting').length, 0, 'no number yet');
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/kiosk-yourself.png` });
  await page.click('.act button >> nth=0');
  await page.waitForSelector('[data-screen=home]');
  equal(mock.in_state('waiting').length, 0, 'who goes home took nothing');
  equal(mock.posts.filter((each) => each.path.endsWith('/self-service')).length, 0, 'nor did they say that they do it themselves');
  await page.click(`[data-service=${hinted.id}]`);
  await page.click('[data-myself]');
  await page.waitForSelector('[data-screen=home]');
  await until(() => mock.posts.some((each) => each.path.endsWith('/self-service')), 'the count');
  equal(mock.posts.find((each) => each.path.endsWith('/self-service')).body, { service: hinted.id });
  equal(mock.in_state('waiting').length, 0, 'no number for who does it themselves');
  await page.click(`[data-service=${hinted.id}]`);
  await page.click('[data-screen=yourself] .act .primary');
  await page.waitForSelector('[data-screen=ticket]');
  equal(mock.in_state('waiting').map((visit) => visit.service.id), [hinted.id]);
  await page.click('.act .primary');
  await page.waitForSelector('[data-screen=home]');
  await page.click(`[data-service=${plain.id}]`);
  await page.waitForSelector('[data-screen=ticket]');
});

test('kiosk: of several matters, too, it is said which can be done without coming, and the others stay chosen', async ({ mock, open }) => {
  const [hinted, plain, third] = mock.services;
  hinted.self_service = { da: 'Forny dit pas på borger.dk.' };
  const page = await open('/kiosk/hall', 'kiosk');
  await page.click('button.more');
  await page.click(`[data-service=${plain.id}]`);
  const said = async (press) => {
    await page.click(`[data-service=${hinted.id}]`);
    await page.waitForSelector('[data-screen=yourself]:has-text("Forny dit pas på borger.dk.")');
    await press();
    await page.waitForSelector('[data-screen=home]');
    return page.locator('[aria-pressed=true][data-service]').evaluateAll((list) => list.map((each) => each.dataset.service));
  };
  equal(await said(() => page.click('.act button >> nth=0')), [plain.id], 'back');
  equal(await said(() => page.keyboard.press('Escape')), [plain.id], 'back by the keypad');
  equal(await said(() => page.click('[data-myself]')), [plain.id], 'done without coming');
  await until(() => mock.posts.some((each) => each.path.endsWith('/self-service')), 'the count');
  equal(await said(() => page.click('.act .primary:has-text("Vælg det alligevel")')), [hinted.id, plain.id]);
  await page.click(`[data-service=${hinted.id}]`);
  equal(await page.locator('[aria-pressed=true][data-service]').count(), 1, 'taken out without being told again');
  await page.click(`[data-service=${third.id}]`);
  await page.click('.act .primary');
  await page.waitForSelector('[data-screen=several]');
  await page.click('.act .primary');
  await page.waitForSelector('[data-screen=ticket]');
  equal(mock.posts.find((each) => each.path === '/visits').body.services, [plain.id, third.id]);
});

test('kiosk: the glass is dark while nobody is in the house, shows the hours when touched, and wakes before the house opens', async ({ mock, open }) => {
  const page = await open('/kiosk/hall', 'kiosk', { clock: true });
  await page.waitForSelector('.choice');
  mock.night = { opens_at: '2026-11-27T09:00:00+01:00' };
  mock.changed();
  await page.clock.fastForward(20_000);
  await page.waitForSelector('[data-link=live]');
  equal(await page.locator('.night').count(), 0, 'whoever touched it a moment ago still reads');
  await page.clock.fastForward(11_000);
  await page.waitForSelector('.night');
  equal(await page.textContent('.night p'), 'Lukket. Vi åbner fredag kl. 09.00 Tryk på skærmen for mere.');
  const bright = await page.evaluate(() => [...document.querySelectorAll('body *')].filter((each) => each.getClientRects().length > 0).map((each) => getComputedStyle(each).backgroundColor).filter((colour) => !['rgb(0, 0, 0)', 'rgba(0, 0, 0, 0)'].includes(colour)));
  equal(bright, [], 'black, but for the clock');
  await until(() => mock.alive.at(-1)?.dark === true, 'the box hears of it');
  const place = () => page.evaluate(() => document.querySelector('.night').style.cssText);
  const before = await place();
  await page.clock.fastForward(61_000);
  await until(async () => (await place()) !== before, 'no spot burns in');
  const took = mock.visits.size;
  await page.mouse.click(540, 700);
  await page.waitForSelector('.choice');
  equal(mock.visits.size, took, 'the touch that wakes it presses nothing');
  await until(() => mock.alive.at(-1)?.dark === undefined, 'lit at once');
  await page.clock.fastForward(31_000);
  await page.waitForSelector('.night');
  await page.keyboard.press('ArrowDown');
  await page.waitForSelector('.choice');
  await page.clock.fastForward(31_000);
  await page.waitForSelector('.night');
  mock.night = undefined;
  mock.changed();
  await page.waitForSelector('.choice');
}, { ping_ms: 60 });

/** Every camera that the page was given, and a way to take it. */
const watch_camera = (context) => context.addInitScript(() => {
  globalThis.streams = [];
  const ask = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = async function asked(...what) {
    if (globalThis.no_camera) throw new DOMException('taken', 'NotReadableError');
    const stream = await ask.apply(this, what);
    globalThis.streams.push(stream);
    return stream;
  };
});

test('kiosk: the camera reads the code of a booking, only when asked, and says that it is on', async ({ mock, open }) => {
  mock.services[0].mode = 'mixed';
  // What reads codes is held back, so that the camera is on and nothing is read until the test has looked.
  let release;
  const held = new Promise((done) => { release = done; });
  const before = async (context) => {
    await watch_camera(context);
    await context.route(/\/assets\/kiosk-part\./, async (route) => { await held; await route.continue(); });
  };
  const page = await open('/kiosk/hall', 'kiosk', { before });
  const cameras = () => page.evaluate(() => globalThis.streams.flatMap((each) => each.getTracks().map((track) => `${track.kind} ${track.readyState}`)));
  await page.click('.booked');
  await page.waitForSelector('[data-scan]');
  equal(await cameras(), [], 'not before somebody wants it');
  await page.click('[data-scan]');
  await page.waitForSelector('.scan[data-camera=on] .lamp');
  equal(await cameras(), ['video live'], 'and no microphone');
  assert((await page.textContent('.camera')).startsWith('Kameraet er tændt. Intet gemmes.'));
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/kiosk-scan.png` });
  equal(await axe(page), [], 'axe');
  equal(await small_targets(page, 81), [], 'targets');
  equal(await clipped(page), [], 'clipped');
  release();
  await until(() => mock.posts.find((each) => each.path === `/bookings/${SHOWN.code}/check-in`), 'checked in');
  await until(async () => JSON.stringify(await cameras()) === '["video ended"]', 'and off');
  equal(await page.locator('video').count(), 0);
});

test('kiosk: the camera goes off with the screen that asked for it, and without one the code is typed', async ({ mock, open }) => {
  mock.services[0].mode = 'mixed';
  const page = await open('/kiosk/hall', 'kiosk', { before: watch_camera });
  const lit = () => page.evaluate(() => globalThis.streams.flatMap((each) => each.getTracks()).filter((track) => track.readyState === 'live').length);
  await page.click('.booked');
  await page.click('[data-scan]');
  await until(async () => (await lit()) === 1, 'on');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.choice');
  equal(await lit(), 0, 'left by a key');
  await page.click('.booked');
  await page.evaluate(() => { globalThis.no_camera = true; });
  await page.click('[data-scan]');
  await page.waitForSelector('.scan[data-camera=failed]:has-text("Kameraet virker ikke")');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.signs');
  equal(mock.posts.length, 0);
});
