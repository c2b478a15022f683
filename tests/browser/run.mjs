// Tests of the pages. Usage: node tests/browser/run.mjs [--mock] [--base URL --token TOKEN] [--dist DIR] [--only TEXT] [--no-unit]
// --mock (default): pages against a stand-in of the API that can fail on purpose. --base: one walk through the house against a
// running daemon, with an administrator token. Ends with a line "N passed, N failed, N skipped"; status 1 when one failed.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, '../..');
const args = process.argv.slice(2);
const option = (name) => (args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : undefined);

/** Development packages by lock file, where they are not there yet. */
function packages(folder) {
  if (!existsSync(join(folder, 'node_modules'))) execFileSync('npm', ['ci', '--ignore-scripts', '--no-progress', '--loglevel=error'], { cwd: folder, stdio: 'inherit' });
}

packages(here);
packages(join(source, 'web'));
const esbuild = process.env.ESBUILD ?? 'esbuild';
const modules = join(source, 'web/node_modules');
const total = { passed: 0, failed: 0, skipped: 0 };
const add = ({ passed, failed, skipped = 0 }) => { total.passed += passed; total.failed += failed; total.skipped += skipped; };

const { run_units } = await import('./lib/unit.mjs');
const { run_all } = await import('./lib/harness.mjs');
const chromium_path = process.env.CHROMIUM ?? '/usr/bin/chromium';

if (option('base')) {
  const { walk } = await import('./walk.mjs');
  add(await walk({ base: option('base'), token: option('token') ?? '', chromium_path, pictures: option('pictures') }));
} else {
  if (!args.includes('--no-unit') && !option('only')) {
    try {
      execFileSync(process.execPath, [join(modules, 'typescript/bin/tsc'), '--noEmit', '-p', join(source, 'web')], { stdio: 'inherit' });
      add({ passed: 1, failed: 0 });
    } catch {
      console.log('not ok types');
      add({ passed: 0, failed: 1 });
    }
    add(run_units({ source, esbuild, modules }));
  }
  let dist = option('dist');
  if (!dist) {
    dist = join(mkdtempSync(join(tmpdir(), 'skranke-dist-')), 'dist');
    execFileSync(process.execPath, [join(source, 'web/build.mjs'), '--out', dist, '--esbuild', esbuild, '--modules', modules], { stdio: 'inherit' });
  }
  for (const suite of ['budgets', 'kiosk', 'board', 'desk', 'phone', 'book', 'office', 'host', 'contact', 'room', 'site', 'bench', 'enrol', 'a11y', 'matrix', 'keyboard', 'pictures']) await import(`./suites/${suite}.mjs`);
  add(await run_all({ dist, only: option('only'), chromium_path }));
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);
