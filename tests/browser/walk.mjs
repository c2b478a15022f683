// One walk through the house against a running daemon: a citizen takes a ticket, a clerk calls it, the board shows it, the phone
// follows. Uses only what a person has: pages, and one administrator token to sign the screens in.
import { chromium } from 'playwright-core';
import { axe } from './lib/a11y.mjs';
import { SIZES, assert, equal, until } from './lib/harness.mjs';

const CALL_SHOWN_MS = 1_000;

class House {
  constructor(browser, { base, token, pictures }) {
    Object.assign(this, { browser, base, token, pictures, errors: [] });
  }

  async open(path, size, signed_in = true) {
    const [width, height] = SIZES[size];
    const context = await this.browser.newContext({ viewport: { width, height }, locale: 'da-DK' });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => this.errors.push(`${path}: ${error.message}`));
    page.on('console', (message) => { if (/Content Security Policy|TrustedHTML/i.test(message.text())) this.errors.push(`${path}: ${message.text()}`); });
    await page.goto(`${this.base}${path}${signed_in ? `#t=${await this.token_for(path.split('/')[1])}` : ''}`);
    return page;
  }

  /** Every screen is signed in as the least that it needs, by a token made for it. */
  async token_for(page) {
    const role = { kiosk: 'kiosk', board: 'board', desk: 'clerk' }[page];
    if (!role) return this.token;
    const answer = await fetch(`${this.base}/api/v1/tokens`, {
      method: 'POST', headers: { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ role, name: `walk ${role}` }),
    });
    if (answer.status !== 201) throw new Error(`a token for ${role}: ${answer.status}`);
    return (await answer.json()).token;
  }

  async picture(page, name) { if (this.pictures) await page.screenshot({ path: `${this.pictures}/${name}.png` }); }

  async ask(path) {
    const answer = await fetch(`${this.base}/api/v1${path}`, { headers: { Authorization: `Bearer ${this.token}` } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  }
}

/** Every step in order; a later one needs what an earlier one made. */
async function steps(house, step) {
  const places = {};
  await step('the landing page leads to kiosks, desks and boards', async () => {
    const page = await house.open('/', 'office');
    await page.waitForSelector('.group a[href^="/desk/"]');
    const links = await page.locator('.group a').evaluateAll((list) => list.map((each) => each.getAttribute('href')));
    for (const kind of ['kiosk', 'desk', 'board']) {
      places[kind] = links.find((href) => href.startsWith(`/${kind}/`));
      assert(places[kind], `no ${kind} among ${links}`);
    }
    await house.picture(page, 'landing');
    equal(await axe(page), [], 'axe');
    await page.context().close();
  });
  let kiosk, board, desk, phone, number, service;
  await step('kiosk, board and desk start and are live', async () => {
    kiosk = await house.open(places.kiosk, 'kiosk');
    await kiosk.waitForSelector('.choice');
    board = await house.open(places.board, 'board');
    await board.waitForSelector('.board[data-link=live]');
    desk = await house.open(places.desk, 'desk');
    await desk.waitForSelector('.desk.live .primary');
    await house.picture(kiosk, 'kiosk-home');
    await house.picture(board, 'board-idle');
    equal(await axe(kiosk), [], 'kiosk axe');
    equal(await axe(board), [], 'board axe');
    equal(await axe(desk), [], 'desk axe');
  });
  await step('the desk opens', async () => {
    if (await desk.locator('[data-action=open]').count()) await desk.keyboard.press('F2');
    await desk.waitForSelector('.state.open');
  });
  await step('a citizen takes a ticket in one tap', async () => {
    const served = (await house.ask(`/desks/${places.desk.split('/')[2]}`)).services;
    service = served.find((id) => id) && (await kiosk.locator('[data-service]').evaluateAll((list) => list.map((each) => each.dataset.service))).find((id) => served.includes(id));
    assert(service, 'no service that this desk serves is open at the kiosk');
    await kiosk.click(`[data-service="${service}"]`);
    await kiosk.waitForSelector('[data-screen=ticket]');
    number = await kiosk.textContent('.paper .n');
    assert(/^[A-Z]\u00a0\d{1,3}$/.test(number), number);
    await until(() => kiosk.evaluate(() => document.querySelector('.qr').naturalWidth > 20), 'the code is drawn');
    await until(async () => /^(printed|failed|unknown|none)$/.test(await kiosk.locator('[data-print]').getAttribute('data-print')), 'the paper came or was given up', 15_000);
    await house.picture(kiosk, 'kiosk-ticket');
    equal(await axe(kiosk), [], 'axe');
    const citizen = /visits\/([^/]+)\/qr/.exec(await kiosk.getAttribute('.qr', 'src'))[1];
    phone = await house.open(`/t/${citizen}`, 'phone', false);
    await phone.waitForSelector('.n');
    equal(await phone.textContent('.n'), number);
    await house.picture(phone, 'phone-waiting');
    equal(await axe(phone), [], 'phone axe');
  });
  await step('the desk calls until it is that number, and the board shows each call within a second', async () => {
    for (let turn = 0; turn < 200; turn++) {
      await desk.waitForSelector('[data-action=next]:not(:disabled), .now[data-state]');
      await desk.keyboard.press('F2');
      await desk.waitForSelector('.now[data-state=called]');
      const called = await desk.textContent('.now .num');
      const begun = Date.now();
      await until(async () => (await board.locator('.hero .num, .list .n').allTextContents()).includes(called), `${called} on the board`, 5_000);
      assert(Date.now() - begun < CALL_SHOWN_MS, `on the board after ${Date.now() - begun} ms`);
      if (called === number) return;
      await desk.keyboard.press('F2');
      await desk.waitForSelector('.now[data-state=serving]');
      await desk.click('[data-action=finish]');
      await desk.waitForSelector('[data-action=next]');
    }
    throw new Error(`${number} was never called`);
  });
  await step('the citizen’s phone says where to go', async () => {
    await phone.waitForSelector('[data-phase=called]');
    assert((await phone.textContent('.go')).length > 2, 'a desk');
    await house.picture(phone, 'phone-called');
    const queue = await house.ask('/queue');
    assert(queue.called.some((visit) => visit.number === number.replace('\u00a0', '')), 'in the list of called');
    await house.picture(board, 'board-call');
    await house.picture(desk, 'desk-called');
    equal(await axe(desk), [], 'desk axe');
    equal(await axe(board), [], 'board axe');
  });
  await step('undo takes the start back, and finish ends the visit', async () => {
    await desk.keyboard.press('F2');
    await desk.waitForSelector('.now[data-state=serving]');
    await desk.waitForSelector('[data-action=undo]:not(:disabled)');
    await desk.keyboard.press('Control+z');
    await desk.waitForSelector('.now[data-state=called]');
    await desk.keyboard.press('F2');
    await desk.waitForSelector('.now[data-state=serving]');
    await house.picture(desk, 'desk-serving');
    await desk.keyboard.press('F8');
    await desk.waitForSelector('.now:not([data-state])');
  });
  await step('the device page is there and accessible', async () => {
    const page = await house.open('/admin', 'office');
    await page.waitForSelector('tbody tr');
    await house.picture(page, 'admin');
    equal(await axe(page), [], 'axe');
  });
  await step('nothing broke a policy or threw', async () => equal(house.errors, []));
}

export async function walk({ base, token, chromium_path, pictures }) {
  const browser = await chromium.launch({ executablePath: chromium_path, headless: true, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'] });
  const result = { passed: 0, failed: 0, skipped: 0 };
  const step = async (name, body) => {
    if (result.failed > 0) { result.skipped++; console.log(`skipped ${name}`); return; }
    try {
      await body();
      result.passed++;
      console.log(`ok ${name}`);
    } catch (error) {
      result.failed++;
      console.log(`not ok ${name}: ${error.message.split('\n').slice(0, 8).join('\n    ')}`);
    }
  };
  try {
    await steps(new House(browser, { base: base.replace(/\/$/, ''), token, pictures }), step);
  } finally {
    await browser.close();
  }
  return result;
}
