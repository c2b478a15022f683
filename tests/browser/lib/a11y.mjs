// What a page must hold for people: no axe violation, targets large enough, letters large enough for their distance, no clipped
// text, everything by keyboard with a visible ring. Runs in the page; returns lists of faults in words.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** axe-core over the whole page; `allow` names rules that are known and explained by the caller. */
export async function axe(page, allow = []) {
  // Through the debugger, not a script tag: the page's own policy forbids foreign scripts.
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations.filter((each) => !allow.includes(each.id)).map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')} — ${each.nodes[0].failureSummary?.split('\n')[1] ?? ''}`);
}

/** Buttons, links and fields smaller than `min_px` either way; radio buttons count with their label. */
export const small_targets = (page, min_px) => page.evaluate((min) => {
  const faults = [];
  for (const element of document.querySelectorAll('button, a[href], input, select')) {
    const target = element.matches('input[type=radio], input[type=checkbox]') ? element.closest('label') : element;
    const box = target.getBoundingClientRect();
    if (getComputedStyle(target).visibility === 'hidden' || box.width === 0) continue;
    if (box.width < min - 0.5 || box.height < min - 0.5) faults.push(`${target.textContent.trim().slice(0, 30)} ${Math.round(box.width)}×${Math.round(box.height)}`);
  }
  return faults;
}, min_px);

/** Visible text nodes as {text, cap_px, tag}: the height of a capital H in the font really used. */
export const cap_heights = (page, root = 'body') => page.evaluate((selector) => {
  const canvas = document.createElement('canvas').getContext('2d');
  const out = [];
  const walker = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent.trim();
    const box = element.getBoundingClientRect();
    if (!text || element.closest('.sr, noscript, [aria-hidden=true]') || box.width === 0 || getComputedStyle(element).visibility === 'hidden') continue;
    const style = getComputedStyle(element);
    canvas.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    out.push({ text: text.slice(0, 40), cap_px: canvas.measureText('H').actualBoundingBoxAscent, where: element.className || element.tagName });
  }
  return out;
}, root);

/** Elements whose text does not fit: wider or higher than a box that hides what overflows, or out of the window. */
export const clipped = (page, { scrolls = false } = {}) => page.evaluate((may_scroll) => {
  const faults = [];
  const text_box = (element) => {
    const boxes = [...element.childNodes].filter((node) => node.nodeType === 3 && node.textContent.trim()).map((node) => { const range = document.createRange(); range.selectNodeContents(node); return range.getBoundingClientRect(); });
    return { left: Math.min(...boxes.map((each) => each.left)), right: Math.max(...boxes.map((each) => each.right)), top: Math.min(...boxes.map((each) => each.top)), bottom: Math.max(...boxes.map((each) => each.bottom)) };
  };
  for (const element of document.querySelectorAll('body *')) {
    if (element.closest('.sr, svg, noscript, select')) continue;
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    if (!own || box.width === 0 || style.visibility === 'hidden') continue;
    const name = `${element.textContent.trim().slice(0, 40)} <${element.className || element.tagName}>`;
    const text = text_box(element);
    // A table may be wider than a narrow window where it can be pushed in a frame of its own (WCAG 1.4.10).
    const pushed = may_scroll && element.closest('.table') !== null && ['auto', 'scroll'].includes(getComputedStyle(element.closest('.table')).overflowX);
    if (!pushed && (text.right > innerWidth + 1 || text.left < -1)) faults.push(`${name} leaves the window sideways`);
    if (!may_scroll && (text.bottom > innerHeight + 1 || text.top < -1)) faults.push(`${name} leaves the window`);
    for (let parent = element; parent && parent !== document.body; parent = parent.parentElement) {
      const outer = getComputedStyle(parent);
      const frame = parent.getBoundingClientRect();
      if (outer.overflowX === 'hidden' && outer.textOverflow !== 'ellipsis' && (text.right > frame.right + 1 || text.left < frame.left - 1)) faults.push(`${name} is cut sideways by ${parent.className}`);
      if (outer.overflowY === 'hidden' && (text.bottom > frame.bottom + 3 || text.top < frame.top - 3) && outer.overflowX !== 'auto') faults.push(`${name} is cut by ${parent.className}`);
    }
  }
  return [...new Set(faults)];
}, scrolls);

/** Pairs of targets that overlap: what is under the finger must be one thing. */
export const overlapping = (page) => page.evaluate(() => {
  const list = [...document.querySelectorAll('button, a[href]')].map((element) => ({ element, box: element.getBoundingClientRect() })).filter(({ box, element }) => box.width > 0 && getComputedStyle(element).visibility !== 'hidden');
  const faults = [];
  for (let i = 0; i < list.length; i++) for (let j = i + 1; j < list.length; j++) {
    const [a, b] = [list[i], list[j]];
    if (a.element.contains(b.element) || b.element.contains(a.element)) continue;
    if (Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 1 && Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top) > 1) faults.push(`${a.element.textContent.trim().slice(0, 20)} / ${b.element.textContent.trim().slice(0, 20)}`);
  }
  return faults;
});

/** Presses Tab through the page; returns the controls that were never reached or showed no ring. */
export async function keyboard_faults(page, presses_max = 120) {
  const wanted = await page.evaluate(() => {
    let index = 0;
    // One of a group of radio buttons, and the chosen tab, stand for their group: arrows go on from there.
    for (const element of document.querySelectorAll('button:not(:disabled), a[href], select, input:not(:disabled)')) {
      if (element.tabIndex < 0 || getComputedStyle(element).visibility === 'hidden' || element.getBoundingClientRect().width === 0) continue;
      if (element.type === 'radio' && !element.checked) continue;
      element.dataset.reach = String(index++);
    }
    return index;
  });
  const reached = new Set();
  const ringless = new Set();
  for (let press = 0; press < presses_max && reached.size < wanted; press++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      const shown = element.matches('input[type=radio], input[type=checkbox]') ? (element.closest('label') ?? element) : element;
      const has_ring = (style) => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
      return { reach: element.dataset.reach, ring: has_ring(getComputedStyle(element)) || has_ring(getComputedStyle(shown)), name: element.textContent.trim().slice(0, 30) || element.getAttribute('name') };
    });
    if (at?.reach !== undefined) reached.add(at.reach);
    if (at && !at.ring) ringless.add(at.name);
  }
  const missed = await page.evaluate((done) => [...document.querySelectorAll('[data-reach]')].filter((element) => !done.includes(element.dataset.reach)).map((element) => element.textContent.trim().slice(0, 30)), [...reached]);
  return [...missed.map((name) => `not reached: ${name}`), ...[...ringless].map((name) => `no ring: ${name}`)];
}
