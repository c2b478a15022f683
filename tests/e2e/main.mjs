// The whole appliance from the user's side. Runs inside tests/print/with-cups.sh (run.sh does that):
//   node main.mjs --daemon SKRANKED --ctl SKRANKECTL --ticket SKRANKE-PRINT-TICKET [--only TEXT]
//   … --pictures DIR: no tests, but the README's pictures (PNG, to be made small with pngquant).
// Ends with a line "N passed, N failed"; status 1 when one failed. E2E_TRACES=DIR keeps log and pictures of failed tests.
import { createRequire } from 'node:module';
import { run_all } from './lib/checks.mjs';
import { House } from './lib/house.mjs';

const { chromium } = createRequire(new URL('../browser/package.json', import.meta.url))('playwright-core');
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--autoplay-policy=no-user-gesture-required'];
const args = process.argv.slice(2);
const option = (name) => (args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : undefined);

const programs = { daemon: option('daemon'), ctl: option('ctl'), ticket: option('ticket') };
const suites = option('pictures') ? ['pictures'] : ['main_job', 'booking', 'paper', 'outage', 'tabs', 'keyboard'];
for (const suite of suites) await import(`./suites/${suite}.mjs`);

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS });
const { passed, failed } = await run_all({
  only: option('only'),
  prepare: async ({ facility, printer }) => {
    const house = new House({ programs, browser, pictures: option('pictures'), facility, printer });
    await house.begin().catch(async (error) => { await house.end(true, 'begin'); throw error; });
    return house;
  },
});
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
