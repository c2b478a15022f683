// A passport at the desk, in a real browser against the real daemon and its worker; the devices are folders of pictures.
//   node enrolment.mjs --daemon SKRANKED --worker WORKER --receiver RECEIVER --models FOLDER [--only TEXT] [--pictures DIR]
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, equal, run_all, test, until } from './lib/checks.mjs';
import { Daemon } from './lib/daemon.mjs';

const needs = createRequire(new URL('../browser/package.json', import.meta.url));
const { chromium } = needs('playwright-core');
const AXE = readFileSync(needs.resolve('axe-core/axe.min.js'), 'utf8');
const args = process.argv.slice(2);
const option = (name) => (args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : undefined);
const DATA = fileURLToPath(new URL('../enrolment/data', import.meta.url));
const DEMO = fileURLToPath(new URL('../../scripts/enrolment-demo', import.meta.url));
const PROFILES = fileURLToPath(new URL('../../examples/enrolment', import.meta.url));

const SITE = `
[site]
id = "pas"
name = "Borgerservice Nordhavn"
time_zone = "Europe/Copenhagen"
languages = ["da", "en"]
[[authority]]
id = "kommune"
name = "Nordhavn Kommune"
[[service]]
id = "pas"
name = { da = "Pas", en = "Passport" }
authority = "kommune"
letter = "A"
mode = "mixed"
[[desk]]
id = "desk-1"
name = { da = "Skranke 1", en = "Desk 1" }
zone = "hall"
services = ["pas"]
[[desk]]
id = "booth"
name = { da = "Boks 1", en = "Booth 1" }
zone = "hall"
services = ["pas"]
[[board]]
id = "hall"
name = "Ventesalen"
zones = ["hall"]
`;

class Counter extends Daemon {
  constructor(browser) { super(option('daemon'), 'counter'); this.browser = browser; }

  async begin() {
    execFileSync(DEMO, [this.work, DATA]);
    this.describe(SITE, `[enrolment]
profiles = "${PROFILES}"
models = "${option('models')}"
worker = "${option('worker')}"
handover = "directory:to-authority"
recipient.certificate = "authority.pem"
appliance.certificate = "appliance.pem"
appliance.key = "appliance.key"
[[enrolment.kit]]
desk = "desk-1"
camera = "file:camera"
finger = "file:finger"
pen = "file:pen"
[[enrolment.kit]]
desk = "booth"
camera = "file:camera"
finger = "file:finger"
pen = "file:pen"
`);
    await this.start();
    const context = await this.browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'da-DK' });
    this.contexts.push(context);
    await this.api('PUT', '/desks/desk-1/session', {});
    await this.api('POST', '/visits', { services: ['pas'] });
    await this.api('POST', '/desks/desk-1/next', {});
    await this.api('POST', '/desks/desk-1/start', {});
    this.desk = await context.newPage();
    this.desk.on('pageerror', (error) => this.errors.push(error.message));
    await this.desk.goto(`${this.base}/desk/desk-1#t=${this.admin}`);
    await this.desk.waitForSelector('.enrolment .begin');
  }

  /** By its words, as the clerk finds it. */
  press(words) { return this.desk.getByRole('button', { name: words }).click(); }
  state(name) { return this.desk.waitForSelector(`.enrolment[data-state=${name}][data-busy=no]`); }
  /** The citizen's own screen, as the clerk opens it. */
  async screen() {
    const [page] = await Promise.all([this.desk.context().waitForEvent('page'), this.desk.getByRole('link', { name: 'Skærm til borgeren' }).click()]);
    page.on('pageerror', (error) => this.errors.push(error.message));
    await page.setViewportSize({ width: 1280, height: 800 });
    return page;
  }

  async photograph(name) { if (option('pictures')) await this.desk.screenshot({ path: join(option('pictures'), `${name}.png`), fullPage: true }); }

  /** Nothing that axe finds wrong in the panel. */
  async accessible(where) {
    if (!(await this.desk.evaluate(() => typeof window.axe === 'object'))) await this.desk.evaluate(AXE);
    const found = await this.desk.evaluate(() => window.axe.run('.enrolment', { resultTypes: ['violations'] }).then(({ violations }) => violations.map((each) => `${each.id}: ${each.nodes[0].html}`)));
    assert(found.length === 0, `${where}: ${found.join('\n')}`);
  }
}

test('enrolment: a passport from the first picture to the receipt', async (house) => {
  await house.accessible('begin');
  const citizen = await house.screen();
  const told = (words) => citizen.waitForFunction((wanted) => document.querySelector('h1')?.textContent === wanted, words);
  await told('Velkommen. Medarbejderen begynder om lidt.');
  await house.press('Begynd: Pas');
  await house.state('face');
  await until(() => house.desk.evaluate(() => document.querySelector('.preview img')?.naturalWidth > 0), 'the camera is seen live');
  await told('Se lige ind i kameraet, med lukket mund');
  await until(() => citizen.evaluate(() => document.querySelector('.live img')?.naturalWidth > 0), 'the citizen sees the picture too');
  await house.press('Tag billede');   // somebody who looks aside
  await house.desk.waitForSelector('.verdicts [data-verdict=fail]');
  assert((await house.desk.textContent('.verdicts [data-verdict=fail]')).includes('ikke i orden'), 'in words, not by colour alone');
  assert((await house.desk.textContent('.say b')).length > 10, 'what to say');
  await citizen.waitForSelector('[data-kind=better]');
  await house.accessible('a face that fails');
  await house.photograph('enrol-face-fails');
  assert(await house.desk.getByRole('button', { name: 'Brug det' }).isDisabled(), 'it cannot be used without a reason');
  await house.desk.waitForSelector('.taken.portrait[data-shown=yes] svg ellipse', { state: 'attached' });
  const first = await house.desk.getAttribute('.taken', 'data-capture');
  await house.desk.keyboard.press('Control+Shift+F2');   // again
  await until(async () => (await house.desk.locator('.verdicts [data-verdict=fail]').count()) === 0, 'a better one');
  await until(async () => (await house.desk.getAttribute('.taken[data-shown=yes]', 'data-capture')) > first, 'the new one is shown');
  await until(() => house.desk.evaluate(() => [...document.querySelectorAll('.taken img')].map((each) => [each.naturalWidth, each.naturalHeight].join()).join(' ') === '373,480'), 'cut as the document wants it');
  for (const box of await house.desk.locator('.enrolment fieldset input').all()) await box.check();
  await house.photograph('enrol-face');
  await house.press('Brug det');
  await house.state('fingers');
  for (const finger of ['højre pegefinger', 'venstre pegefinger']) {
    await until(async () => (await house.desk.getAttribute('.hands', 'aria-label')) === finger, finger);
    equal(await house.desk.locator('.hands .wanted').count(), 1);
    await told(`Læg den viste finger af ${finger.split(' ')[0]} hånd på glasset`);
    await house.accessible(finger);
    await house.desk.keyboard.press('Control+F9');   // the large button, whatever it is just now
    await house.desk.waitForSelector('.enrolment meter');
    await house.desk.waitForSelector('.taken[data-shown=yes] img');
    if (finger.startsWith('højre')) await house.photograph('enrol-finger');
    await house.desk.keyboard.press('Control+Shift+F3');   // use it
  }
  await house.state('signature');
  await house.press('Hent underskrift');
  await house.press('Brug det');
  await house.state('review');
  await until(async () => (await house.desk.locator('.review .taken[data-shown=yes]').count()) === 4, 'all of it once more');
  await house.press('venstre pegefinger');   // the third of that folder
  await house.desk.waitForSelector('[data-same=yes]');
  await house.accessible('review');
  await house.photograph('enrol-review');
  await until(() => citizen.evaluate(() => document.querySelectorAll('.review img').length === 2), 'portrait and signature, for the citizen to say whether they are right');
  if (option('pictures')) await citizen.screenshot({ path: join(option('pictures'), 'citizen-review.png') });
  await house.press('Forsegl og send');
  await house.state('sealed');
  await told('Færdig. Alt er sendt forseglet og slettet her.');
  await house.photograph('enrol-sealed');
  await until(() => readdirSync(house.at('to-authority')).some((name) => name.endsWith('.cms')), 'it lies in the folder');
  execFileSync(option('receiver'), ['--in', house.at('to-authority'), '--out', house.at('received'), '--certificate', house.at('authority.pem'), '--key', house.at('authority.key'), '--appliance', house.at('appliance.pem')]);
  await until(() => readdirSync(house.at('to-authority')).length === 0, 'the receipt has come', 15_000);
  const [record] = readdirSync(house.at('received'));
  for (const file of ['dg2.bin', 'dg3.bin', 'manifest.json', 'signature.png']) assert(existsSync(house.at(`received/${record}/${file}`)), file);
  assert(!/\d{6}-?\d{4}/.test(readFileSync(house.at(`received/${record}/manifest.json`), 'utf8').replace(/[0-9a-f]{64}|\d{14}/g, '')), 'no number of a person');
});

test('enrolment: a camera that is unplugged is told, and heals', async (house) => {
  await house.press('Begynd: Pas');
  await house.state('face');
  writeFileSync(house.at('camera/fault'), 'absent');
  await house.desk.waitForSelector('.preview[data-lost=yes]');
  await house.press('Tag billede');
  await until(async () => (await house.desk.textContent('.enrolment .problem')).includes('Udstyret svarer ikke'), 'in words');
  unlinkSync(house.at('camera/fault'));
  await house.desk.waitForSelector('.preview[data-lost=no]');
  await house.press('Tag billede');
  await house.desk.waitForSelector('.verdicts');
});

test('enrolment: a bandaged finger, another language, and a page that is opened anew', async (house) => {
  await house.press('Begynd: Pas');
  await house.state('face');
  await house.press('Tag billede');
  await house.desk.waitForSelector('.verdicts [data-verdict=fail]');
  const seen = () => house.desk.evaluate(() => ['.say', '.verdicts', '.face fieldset'].map((each) => document.querySelector(each)?.textContent).join(' | '));
  const before = await seen();
  const capture = await house.desk.getAttribute('.taken', 'data-capture');
  await house.desk.reload();
  await house.desk.waitForSelector(`.taken[data-capture="${capture}"][data-shown=yes] img`);   // nobody accepted it: it stands as it stood
  equal(await seen(), before);
  await house.press('Tag igen');
  await until(async () => (await house.desk.locator('.verdicts [data-verdict=fail]').count()) === 0, 'a good picture');
  for (const box of await house.desk.locator('.enrolment fieldset input').all()) await box.check();
  await house.press('Brug det');
  await house.state('fingers');
  await house.desk.reload();
  await house.state('fingers');   // the box knows how far it was
  await house.desk.keyboard.press('Control+Shift+F8');
  await house.desk.waitForFunction(() => document.activeElement?.closest('.finger details[open]') !== null && document.activeElement?.tagName === 'SELECT');
  await house.desk.selectOption('.finger details select', 'bandaged');
  await house.press('Spring højre pegefinger over');
  await until(async () => (await house.desk.getAttribute('.hands', 'aria-label')) === 'højre tommelfinger', 'the next finger of that hand');
  await house.press('Annullér og slet alt');
  await house.desk.waitForSelector('.enrolment .begin');
  equal((await house.api('GET', '/desks/desk-1/enrolment')).running, undefined);
});

test('enrolment: begun at the desk, finished in the booth', async (house) => {
  await house.press('Begynd: Pas');
  await house.state('face');
  await house.press('Tag billede');
  await house.desk.waitForSelector('.verdicts');
  await house.press('Tag igen');
  await until(async () => (await house.desk.locator('.verdicts [data-verdict=fail]').count()) === 0, 'a good picture');
  for (const box of await house.desk.locator('.enrolment fieldset input').all()) await box.check();
  await house.press('Brug det');
  await house.state('fingers');
  await house.api('PUT', '/desks/booth/session', {});
  await house.desk.click('.hand-over summary');
  await house.desk.selectOption('.hand-over select', 'booth');
  await house.accessible('handing over');
  await house.photograph('enrol-hand-over');
  await house.desk.getByRole('button', { name: 'Giv videre', exact: true }).click();
  await until(async () => (await house.api('GET', '/desks/desk-1')).visit === undefined, 'the citizen is sent there too');
  await house.api('POST', '/desks/booth/next', {});
  await house.desk.goto(`${house.base}/desk/booth`);
  await house.desk.waitForSelector('.coming');
  await house.accessible('it has come');
  await house.photograph('enrol-coming');
  await house.desk.keyboard.press('Control+Shift+F2');
  await house.state('fingers');
  await house.desk.keyboard.press('Control+Shift+F8');
  await house.desk.selectOption('.finger details select', 'bandaged');
  await house.press('Spring højre pegefinger over');
  for (const finger of ['højre tommelfinger', 'venstre pegefinger']) {
    await until(async () => (await house.desk.getAttribute('.hands', 'aria-label')) === finger, finger);
    await house.desk.keyboard.press('Control+F9');
    await house.desk.waitForSelector('.taken[data-shown=yes] img');
    await house.desk.keyboard.press('Control+Shift+F3');
  }
  await house.state('signature');
  await house.press('Borgeren kan ikke skrive under');
  await house.state('review');
  await house.desk.keyboard.press('Control+Shift+F3');
  await house.state('sealed');
  await house.desk.selectOption('.follow-up select', { index: 1 });   // the finger heals: a time for it, here and now
  await house.accessible('sealed, with a time to give');
  await house.press('Giv tiden');
  await house.desk.waitForSelector('[data-booked]');
  const day = (await house.api('GET', `/bookings/${await house.desk.getAttribute('[data-booked]', 'data-booked')}`)).start.slice(0, 10);
  assert((Date.parse(day) - Date.now()) / 86_400_000 > 27, `${day} is a month from now`);
});

test('enrolment: a screen of its own for the citizen is let in by its digits', async (house) => {
  const context = await house.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'da-DK' });   // a box of its own: it has no cookie of the clerk's
  house.contexts.push(context);
  const screen = await context.newPage();
  screen.on('pageerror', (error) => house.errors.push(error.message));
  await screen.goto(`${house.base}/enrol/desk-1`);
  const shown = await screen.waitForSelector('.pairing[data-pairing=code] .code');
  const code = (await shown.textContent()).replace(/\s/g, '');
  if (option('pictures')) await screen.screenshot({ path: join(option('pictures'), 'citizen-code.png') });
  await house.desk.goto(`${house.base}/screens`);
  await house.desk.fill('[data-form=pair] [name=code]', code);
  await house.desk.selectOption('[data-form=pair] [name=kind]', 'citizen_screen');
  await house.desk.selectOption('[data-form=pair] [name=id]', 'desk-1');
  await house.desk.click('[data-form=pair] button[type=submit]');
  await screen.waitForSelector('.enrol[data-kind=idle]');
  await house.desk.waitForSelector('[data-screen=desk-1] .state.ready');   // it draws, and says so
  await house.photograph('citizen-screens');
  await house.desk.goto(`${house.base}/desk/desk-1`);
  await house.press('Begynd: Pas');
  await house.state('face');
  await until(() => screen.evaluate(() => document.querySelector('.live img')?.naturalWidth > 0), 'the citizen sees themselves there');
  await house.desk.waitForSelector('.say[data-say=yaw]');   // somebody who looks aside: said before anything is taken
  await house.desk.getByLabel('Tag billedet af sig selv').check();
  copyFileSync(house.at('camera/2.jpg'), house.at('camera/1.jpg'));   // who now looks here
  await house.desk.waitForSelector('.taken[data-shown=yes] img');
  equal(await house.desk.locator('.verdicts [data-verdict=fail]').count(), 0, 'taken by itself, when nothing was wrong');
});

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'] });
const { passed, failed } = await run_all({
  only: option('only'),
  prepare: async () => { const house = new Counter(browser); await house.begin().catch(async (error) => { await house.end(true); throw error; }); return house; },
});
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
