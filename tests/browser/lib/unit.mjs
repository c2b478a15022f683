// Unit tests are TypeScript of the pages' own kind: bundled by the same esbuild, run by node's own runner.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Returns {passed, failed}; the runner's lines go to stdout. */
export function run_units({ source, esbuild, modules }) {
  const work = mkdtempSync(join(tmpdir(), 'skranke-unit-'));
  try {
    const entries = readdirSync(join(source, 'tests/browser/unit')).filter((name) => name.endsWith('.test.ts')).map((name) => join(source, 'tests/browser/unit', name));
    execFileSync(esbuild, [...entries, '--bundle', '--platform=node', '--format=esm', '--target=node18', '--jsx=automatic', '--jsx-import-source=preact', '--log-level=warning', '--out-extension:.js=.mjs', `--outdir=${work}`],
      { stdio: 'inherit', env: { ...process.env, NODE_PATH: modules } });
    const files = readdirSync(work).filter((name) => name.endsWith('.mjs')).map((name) => join(work, name));
    const run = spawnSync(process.execPath, ['--test', ...files], { encoding: 'utf8', env: { ...process.env, SKRANKE_SOURCE: source } });
    const count = (word) => Number(new RegExp(`^(?:# |ℹ )${word} (\\d+)`, 'm').exec(run.stdout)?.[1] ?? NaN);
    const result = { passed: count('pass'), failed: count('fail') };
    // How much of each language there is, for whoever reads the run.
    for (const share of new Set(run.stdout.match(/catalogue [a-z]+: \d+ % of what citizens read, \d+ % of everything/g))) console.log(share);
    if (Number.isNaN(result.passed) || run.status !== 0) console.log(run.stdout, run.stderr);
    return Number.isNaN(result.passed) ? { passed: 0, failed: 1 } : result;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
