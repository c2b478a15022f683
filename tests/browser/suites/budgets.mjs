// What a page weighs on its way to the browser: the script of each, compressed as it is sent, against the figures of the guide for pages.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { assert, equal, test } from '../lib/harness.mjs';

const KB = 1_000;
/** By the guide: display 15, phone 20, kiosk 35, clerk 60, administration with figures 90. A page that it does not name has the figure of who uses it. */
const SCRIPT_MAX = { board: 15, phone: 20, book: 20, kiosk: 35, enrol: 20, desk: 60, host: 60, contact: 60, office: 90 };
/** What comes behind the first picture, all parts of a page together; the kiosk's reads codes, when somebody asks for the camera. */
const PARTS_MAX = { board: 5, kiosk: 17 };
const STYLE_MAX = 8;

test('budgets: no page weighs more than the guide lets it', async ({ mock }) => {
  const folder = join(mock.dist, 'assets');
  const packed = (name) => (existsSync(join(folder, `${name}.gz`)) ? statSync(join(folder, `${name}.gz`)).size : gzipSync(readFileSync(join(folder, name))).length) / KB;
  const sum = (names) => Math.round(names.reduce((total, name) => total + packed(name), 0) * 100) / 100;
  const shell = (page) => readFileSync(join(mock.dist, 'shell', `${page}.html`), 'utf8');
  const linked = (page, element) => [...shell(page).matchAll(element)].map((found) => found[1]);
  const first = (page) => linked(page, /<(?:script type="module" src|link rel="modulepreload" href)="\/assets\/([^"]+)"/g);
  const later = (page) => readdirSync(folder).filter((name) => name.startsWith(`${page}-part.`) && name.endsWith('.js') && !first(page).includes(name));
  const pages = readdirSync(join(mock.dist, 'shell')).filter((each) => each.endsWith('.html')).map((each) => each.slice(0, -5));
  equal(pages.sort(), Object.keys(SCRIPT_MAX).sort(), 'a page without a budget');
  for (const page of pages) assert(first(page).some((name) => name.startsWith(`${page}.`)), `${page}: its script is not in its shell`);
  equal(pages.filter((page) => sum(first(page)) > SCRIPT_MAX[page]).map((page) => `${page}: ${sum(first(page))} kB of ${SCRIPT_MAX[page]}`), []);
  equal(pages.filter((page) => sum(later(page)) > (PARTS_MAX[page] ?? 0)).map((page) => `${page}: parts of ${sum(later(page))} kB`), []);
  for (const page of Object.keys(PARTS_MAX)) assert(later(page).length > 0, `${page} has parts`);
  for (const page of pages) assert(sum(linked(page, /<link rel="stylesheet" href="\/assets\/([^"]+)"/g)) <= STYLE_MAX, `${page}: its style`);
});
