// A clerk's browser does what browsers do: two tabs, a reload, a lost network. No case is lost, nobody is called twice.
import { assert, equal, never, test, until } from '../lib/checks.mjs';
import { spaced, text_of } from '../lib/pages.mjs';

const create = (house, service = 'pas') => house.api('POST', '/visits', { services: [service] });

test('tabs: two tabs of one desk press at once; one visit is called', async (house) => {
  const visits = [await create(house), await create(house), await create(house)];
  const first = await house.desk_page();
  const second = await house.desk_page('desk-1', { context: first.context() });
  await first.click('.citizen [data-action=open]');
  for (const page of [first, second]) await page.waitForSelector('.citizen [data-action=next]:not([disabled])');
  await Promise.all([first, second].map((page) => page.evaluate(() => document.querySelector('.citizen .primary').click())));
  for (const page of [first, second]) {
    await page.waitForSelector('.citizen .now[data-state=called]');
    equal(await text_of(page, '.citizen .num'), spaced(visits[0].number), 'both tabs show the one visit');
    await page.waitForSelector('.desk[data-busy=""]');
  }
  const { counts } = await house.queue();
  equal([counts.called, counts.waiting], [1, 2], 'called and waiting');

  // What one tab does, the other shows; its keys then act on what is there.
  await first.keyboard.press('F2');
  await second.waitForSelector('.citizen .now[data-state=serving]');
  await second.keyboard.press('F8');
  await first.waitForFunction(() => !document.querySelector('.citizen .now[data-state]'));
  equal((await house.queue()).counts.done, 1);
});

test('tabs: two desks press at once; each gets a visit of its own', async (house) => {
  const visits = [await create(house), await create(house)];
  const desks = [await house.desk_page('desk-1'), await house.desk_page('desk-2')];
  for (const page of desks) {
    await page.click('.citizen [data-action=open]');
    await page.waitForSelector('.citizen [data-action=next]:not([disabled])');
  }
  await Promise.all(desks.map((page) => page.evaluate(() => document.querySelector('.citizen .primary').click())));
  for (const page of desks) await page.waitForSelector('.citizen .now[data-state=called]');
  const shown = await Promise.all(desks.map((page) => text_of(page, '.citizen .num')));
  equal(shown.sort(), visits.map((visit) => spaced(visit.number)).sort(), 'each visit at one desk');
});

test('tabs: a reload in the middle of a case finds the case', async (house) => {
  const visit = await create(house);
  const desk = await house.desk_page();
  await desk.click('.citizen [data-action=open]');
  await desk.click('.citizen [data-action=next]:not([disabled])');
  await desk.waitForSelector('.citizen .now[data-state=called]');
  await desk.reload();
  await desk.waitForSelector('.citizen .now[data-state=called]');
  await desk.keyboard.press('F2');
  await desk.waitForSelector('.citizen .now[data-state=serving]');
  await desk.reload();
  await desk.waitForSelector('.citizen .now[data-state=serving]');
  equal(await text_of(desk, '.citizen .num'), spaced(visit.number));
  await desk.keyboard.press('F8');
  await until(async () => (await house.queue()).counts.done === 1, 'finished once');
});

test('tabs: a reload while the call is under way calls once', async (house) => {
  const visits = [await create(house), await create(house)];
  const desk = await house.desk_page();
  await desk.click('.citizen [data-action=open]');
  await desk.waitForSelector('.citizen [data-action=next]:not([disabled])');
  await desk.evaluate(() => { document.querySelector('.citizen .primary').click(); location.reload(); });
  await desk.waitForSelector('.desk.live .citizen');
  await until(async () => {
    if (await desk.locator('.citizen .now[data-state=called]').count() > 0) return true;
    await desk.click('.citizen [data-action=next]', { timeout: 500 }).catch(() => undefined);   // the press died with the page: the clerk presses again
    return false;
  }, 'somebody is called');
  equal(await text_of(desk, '.citizen .num'), spaced(visits[0].number), 'the first in line');
  const { counts } = await house.queue();
  equal([counts.called, counts.waiting], [1, 1]);
});

test('tabs: the network goes while the clerk presses; one call, and the case is there when it is back', async (house) => {
  const visits = [await create(house), await create(house)];
  const line = await house.line();
  const desk = await house.desk_page('desk-1', { at: line.url });
  await desk.click('.citizen [data-action=open]');
  await desk.waitForSelector('.citizen [data-action=next]:not([disabled])');
  // The command gets through, its answer does not.
  await desk.route('**/api/v1/desks/desk-1/next', async (route) => {
    await route.fetch();
    line.pull();
    await route.abort('connectionreset');
  }, { times: 1 });
  await desk.keyboard.press('F2');
  await until(async () => (await house.desk('desk-1')).visit, 'the daemon has called');
  await desk.waitForSelector('.offline', { timeout: 20_000 });
  assert(await desk.locator('.citizen .primary').isDisabled(), 'a button that cannot work can be pressed');
  line.plug();
  await desk.waitForSelector('.desk.live', { timeout: 20_000 });
  await desk.waitForSelector('.citizen .now[data-state=called]');
  equal(await text_of(desk, '.citizen .num'), spaced(visits[0].number));
  await desk.waitForSelector('.desk[data-busy=""]', { timeout: 20_000 });
  await never(async () => (await house.queue()).waiting.length < 1, 'a second visit is called by the retry', 2_000);
  equal((await house.queue()).counts.called, 1);
});
