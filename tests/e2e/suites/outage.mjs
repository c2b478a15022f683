// The daemon is killed, the cable is pulled: pages say what they no longer know, come back by themselves, and nobody is called or counted twice.
import { assert, equal, figure, test, until } from '../lib/checks.mjs';
import { spaced, take_at, text_of } from '../lib/pages.mjs';

const tones = (page) => page.evaluate(() => window.heard.length);
const STALE_LIMIT_MS = 20_000;   // twelve seconds without a word, and some for a busy machine

/** A desk with a called visit, and what a board and a kiosk show of it. */
async function called_house(house, at = {}) {
  const kiosk = await house.kiosk('hall', at);
  const board = await house.board('hall', at);
  const desk = await house.desk_page('desk-1', at);
  await desk.click('.citizen [data-action=open]');
  await desk.waitForSelector('.citizen [data-action=next]');
  const visit = await take_at(kiosk, 'pas');
  await kiosk.waitForSelector('[data-print=printed]', { timeout: 15_000 });
  await kiosk.click('.act .primary');
  await kiosk.waitForSelector('[data-screen=home]');
  await desk.waitForSelector('.citizen [data-action=next]:not([disabled])');
  await desk.keyboard.press('F2');
  await desk.waitForSelector('.citizen .now[data-state=called]');
  await board.waitForSelector('.hero.calling');
  await until(async () => await tones(board) === 2, 'the chime');
  return { kiosk, board, desk, visit };
}

const live_again = (page, selector) => page.waitForSelector(selector, { timeout: 20_000 });

test('outage: the daemon is killed; pages say so, and come back as they were', async (house) => {
  const { kiosk, board, desk, visit } = await called_house(house);
  await house.kill();
  const begun = Date.now();
  await Promise.all([
    board.waitForSelector('.board.stale .stalebar', { timeout: STALE_LIMIT_MS }).then(() => figure('killed to board marked', `${((Date.now() - begun) / 1000).toFixed(1)} s`)),
    kiosk.waitForSelector('[data-screen=offline]', { timeout: STALE_LIMIT_MS }).then(() => figure('killed to kiosk says so', `${((Date.now() - begun) / 1000).toFixed(1)} s`)),
    desk.waitForSelector('.offline', { timeout: STALE_LIMIT_MS }).then(() => figure('killed to desk says so', `${((Date.now() - begun) / 1000).toFixed(1)} s`)),
  ]);
  equal(await text_of(board, '.hero .num'), spaced(visit.number), 'the last call stays on the board');
  assert(await board.locator('.hero.calling').count() === 0, 'a call of before is shown as being called');
  equal(await text_of(kiosk, 'main h1'), 'Standeren har mistet forbindelsen');
  assert(await desk.locator('.citizen .primary').isDisabled(), 'a button that cannot work can be pressed');
  equal(await text_of(desk, '.citizen .num'), spaced(visit.number), 'the case stays in view');

  figure('killed to ready', `${await house.start()} ms`);
  await Promise.all([live_again(board, '.board[data-link=live]'), live_again(kiosk, '[data-screen=home][data-link=live]'), live_again(desk, '.desk.live')]);
  equal(await text_of(desk, '.citizen .num'), spaced(visit.number), 'the same visit at the desk');
  await desk.waitForSelector('.citizen .primary[data-action=start]:not([disabled])');
  await desk.keyboard.press('F2');
  await desk.waitForSelector('.citizen .now[data-state=serving]');
  equal(await tones(board), 2, 'no second chime for the same call');
  await desk.keyboard.press('F8');
  await until(async () => (await house.queue()).counts.done === 1, 'the case is finished');
  equal(house.journal().filter((event) => event.type === 'visit_called').length, 1, 'calls in the journal');
});

test('outage: a board that starts anew shows the call without a chime', async (house) => {
  const { board, visit } = await called_house(house);
  await board.reload();
  await board.waitForSelector('.hero .num');
  equal(await text_of(board, '.hero .num'), spaced(visit.number));
  const second = await house.board();
  await second.waitForSelector('.hero .num');
  equal([await tones(board), await tones(second)], [0, 0], 'tones for a call that has been heard');
});

test('outage: a press at the kiosk while the daemon is down gets one ticket', async (house) => {
  const kiosk = await house.kiosk();
  await house.kill();
  await kiosk.click('[data-service=pas]');
  await kiosk.waitForSelector('[data-screen=taking]');
  await house.start();
  await kiosk.waitForSelector('[data-screen=ticket]', { timeout: 20_000 });
  const { waiting } = await house.queue();
  equal(waiting.length, 1, 'tickets for one press');
  equal(await text_of(kiosk, '.paper .n'), spaced(waiting[0].number));
  await house.paper.wait_for('ipp', 1);
});

test('outage: the answer to a press is lost with the daemon; the retry shows the same ticket', async (house) => {
  const kiosk = await house.kiosk();
  const line = await house.line();
  const far = await house.kiosk('hall', { at: line.url });
  // The daemon hears the press, its answer never arrives: then the plug.
  await far.route('**/api/v1/visits', async (route) => {
    await route.fetch();
    await house.kill();
    await route.abort('connectionreset');
  }, { times: 1 });
  await far.click('[data-service=mitid]');
  await until(() => house.daemon.signalCode === 'SIGKILL', 'the plug is pulled');
  await house.start();
  await far.waitForSelector('[data-screen=ticket]', { timeout: 20_000 });
  const { waiting } = await house.queue();
  equal(waiting.length, 1, 'tickets for one press');
  equal(await text_of(far, '.paper .n'), spaced(waiting[0].number));
  await live_again(kiosk, '[data-screen=home][data-link=live]');
  const codes = house.paper.tickets('ipp').map((file) => house.paper.qr(house.paper.read(file).png));
  equal(new Set(codes).size, codes.length, 'different tickets on paper');
});

test('outage: the daemon stays down; the kiosk tells what to do, and the same press counts once', async (house) => {
  const kiosk = await house.kiosk();
  await house.kill();
  await kiosk.click('[data-service=pas]');
  await kiosk.waitForFunction(() => ['offline', 'refused'].includes(document.querySelector('[data-screen]').dataset.screen), null, { timeout: 40_000 });
  const said = await text_of(kiosk, 'main');
  assert(/personale|medarbejder|skranken/i.test(said), `it says whom to ask: ${said}`);
  await house.start();
  await kiosk.waitForSelector('[data-link=live]', { timeout: 20_000 });
  await until(async () => {
    const screen = await kiosk.getAttribute('[data-screen]', 'data-screen');
    if (screen === 'refused') await kiosk.click('.act .primary').catch(() => undefined);
    return screen === 'ticket';
  }, 'the same press gets its ticket', 20_000);
  equal((await house.queue()).waiting.length, 1, 'tickets for one press');
});

test('outage: the cable is pulled and plugged; the house catches up', async (house) => {
  const line = await house.line();
  const { kiosk, board, desk, visit } = await called_house(house, { at: line.url });
  line.pull();
  await Promise.all([board.waitForSelector('.board.stale', { timeout: STALE_LIMIT_MS }), kiosk.waitForSelector('[data-screen=offline]', { timeout: STALE_LIMIT_MS }),
    desk.waitForSelector('.offline', { timeout: STALE_LIMIT_MS })]);
  // Meanwhile the house goes on: the other desk calls somebody else.
  const other = await house.api('POST', '/visits', { services: ['koerekort'] });
  await house.api('PUT', '/desks/desk-2/session', {});
  await house.api('POST', '/desks/desk-2/next', {});
  line.plug();
  await Promise.all([live_again(board, '.board[data-link=live]'), live_again(kiosk, '[data-screen=home][data-link=live]'), live_again(desk, '.desk.live')]);
  equal(await text_of(desk, '.citizen .num'), spaced(visit.number), 'the same visit at the desk');
  await board.waitForFunction((number) => document.querySelector('.hero .num').textContent.includes(number), spaced(other.number));
  await until(async () => await tones(board) === 4, 'a chime for the call that was missed');
});
