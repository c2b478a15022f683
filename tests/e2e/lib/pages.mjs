// What the pages say and how they are pressed, in the words of the tests.
import { equal } from './checks.mjs';

export const spaced = (number) => number.replace(/^([A-Z])/, '$1\u00a0');
export const text_of = async (page, selector) => (await page.textContent(selector))?.trim();

/** Presses a service at the kiosk and gives the visit that the ticket on screen stands for. */
export async function take_at(kiosk, service) {
  const [answer] = await Promise.all([
    kiosk.waitForResponse((each) => each.url().endsWith('/api/v1/visits') && each.request().method() === 'POST'),
    kiosk.click(`[data-service=${service}]`),
  ]);
  equal(answer.status(), 201, 'a ticket');
  await kiosk.waitForSelector('[data-screen=ticket]');
  return answer.json();
}

/** Wall milliseconds at which `selector` first says `words`, taken in the page itself. Ask before it happens. */
export const moment_of = (page, selector, words) => page.evaluate(([at, wanted]) => new Promise((done, fail) => {
  const look = () => [...document.querySelectorAll(at)].some((node) => node.textContent.includes(wanted));
  const watch = new MutationObserver(() => { if (look()) finish(); });
  const finish = () => { watch.disconnect(); requestAnimationFrame(() => done(Date.now())); };
  if (look()) return fail(new Error(`${at} says "${wanted}" already`));
  watch.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
}), [selector, words]);

/** Notes when the page's button is pressed, as the page sees it. */
export const note_press = (page, kind = 'keydown') => page.evaluate((type) => {
  addEventListener(type, () => { window.pressed_at ??= Date.now(); }, { capture: true });
}, kind);
