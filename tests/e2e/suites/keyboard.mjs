// Nobody needs a mouse or a finger: the kiosk by Tab and Enter, the desk by its keys.
import { assert, equal, test, until } from '../lib/checks.mjs';
import { spaced, text_of } from '../lib/pages.mjs';

const TABS_MAX = 40;

/** Presses Tab until the focus is on `selector`; it must be reachable, and one must see where one is. */
async function tab_to(page, selector) {
  for (let press = 0; press < TABS_MAX; press++) {
    await page.keyboard.press('Tab');
    const on = await page.evaluate((wanted) => {
      const here = document.activeElement;
      if (!here || !here.matches(wanted)) return undefined;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(here);
      return { seen: (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none' };
    }, selector);
    if (!on) continue;
    assert(on.seen, `the focus on ${selector} cannot be seen`);
    return;
  }
  throw new Error(`${TABS_MAX} times Tab did not reach ${selector}`);
}

test('keyboard: a ticket at the kiosk, and back home', async (house) => {
  const kiosk = await house.kiosk();
  await tab_to(kiosk, '[data-service=koerekort]');
  await kiosk.keyboard.press('Enter');
  await kiosk.waitForSelector('[data-screen=ticket]');
  const { waiting } = await house.queue();
  equal(waiting.map((visit) => visit.service), ['koerekort']);
  equal(await text_of(kiosk, '.paper .n'), spaced(waiting[0].number));
  await tab_to(kiosk, '.act .primary');
  await kiosk.keyboard.press('Enter');
  await kiosk.waitForSelector('[data-screen=home]');
  await tab_to(kiosk, '.languages [lang=en]');
  await kiosk.keyboard.press('Enter');
  await kiosk.waitForSelector('h1:has-text("Welcome")');
});

test('keyboard: the whole day at a desk', async (house) => {
  const desk = await house.desk_page();
  const state = (name) => desk.waitForSelector(`.citizen .now[data-state=${name}]`);
  const free = () => desk.waitForFunction(() => !document.querySelector('.citizen .now[data-state]'));
  const ready = () => desk.waitForSelector('.desk[data-busy=""]');
  const here = () => text_of(desk, '.citizen .num');
  const numbers = [];
  for (let count = 0; count < 4; count++) numbers.push(spaced((await house.api('POST', '/visits', { services: ['pas'] })).number));

  await desk.keyboard.press('F2');   // open
  await desk.waitForSelector('.citizen [data-action=next]:not([disabled])');
  await desk.keyboard.press('F2');   // call
  await state('called');
  equal(await here(), numbers[0]);
  await ready();
  await desk.keyboard.press('F9');   // did not come
  await free();
  await ready();
  await desk.keyboard.press('Control+z');   // came after all
  await state('called');
  equal(await here(), numbers[0], 'the undone no-show');
  await ready();
  await desk.keyboard.press('F2');   // is here
  await state('serving');
  await ready();
  await desk.keyboard.press('F2');   // finish and call the next
  await until(async () => await here() === numbers[1], 'the next one');
  await state('called');
  await ready();

  await desk.keyboard.press('Shift+F4');   // park: choose by Tab and Enter
  await desk.waitForSelector('.case form, .case .panel, .case [role=group]');
  await tab_to(desk, '.case button:not([disabled])');
  await desk.keyboard.press('Escape');
  await desk.waitForSelector('.case .visit');
  await desk.keyboard.press('F8');   // finish without calling
  await free();
  await ready();

  await desk.keyboard.press('F3');   // call a number
  await desk.keyboard.type(numbers[3].replace('\u00a0', '').toLowerCase());
  await desk.keyboard.press('Enter');
  await state('called');
  equal(await here(), numbers[3]);
  await ready();
  await desk.keyboard.press('F8');
  await free();
  const { counts } = await house.queue();
  equal([counts.done, counts.waiting, counts.no_show], [3, 1, 0]);
});
