// What a page weighs on its way to the browser: the script of each, compressed as it is sent, against the figures of the guide for pages.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { assert, equal, test } from '../lib/harness.mjs';

const KB = 1_000;
/** By the guide: display 15, phone 20, kiosk 35, clerk 60, administration with figures 90. A page that it does not name has the figure of who uses it. */
const SCRIPT_MAX = { phone: 20, book: 20, kiosk: 35, enrol: 20, desk: 60, host: 60, contact: 60, office: 90 };
/** The guide's 15 are of a board without a voice, pairing, pictures and a night of its own; with them it may not grow beyond this. */
const BOARD_MAX = 18.5;
const STYLE_MAX = 8;

test('budgets: no page weighs more than the guide lets it', async ({ mock }) => {
  const folder = join(mock.dist, 'assets');
  const weight = (name, kind) => {
    const found = readdirSync(folder).filter((each) => new RegExp(`^${name}\\.[0-9a-f]+\\.${kind}$`).test(each));
    equal(found.length, 1, `${name}.${kind}`);
    const packed = join(folder, `${found[0]}.gz`);
    return (existsSync(packed) ? statSync(packed).size : gzipSync(readFileSync(join(folder, found[0]))).length) / KB;
  };
  const pages = readdirSync(join(mock.dist, 'shell')).filter((each) => each.endsWith('.html')).map((each) => each.slice(0, -5));
  equal(pages.sort(), ['board', ...Object.keys(SCRIPT_MAX)].sort(), 'a page without a budget');
  const over = Object.entries({ ...SCRIPT_MAX, board: BOARD_MAX }).filter(([name, most]) => weight(name, 'js') > most).map(([name, most]) => `${name}: ${weight(name, 'js')} kB of ${most}`);
  equal(over, []);
  for (const name of pages) assert(weight(name, 'css') <= STYLE_MAX, `${name}: a style of ${weight(name, 'css')} kB`);
});
