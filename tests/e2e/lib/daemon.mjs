// A real daemon in a folder of its own, for suites that need no printer: started, asked as its administrator, killed.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './checks.mjs';

export class Daemon {
  constructor(program, name) {
    this.program = program;
    this.work = mkdtempSync(join(tmpdir(), `skranke-${name}-`));
    this.contexts = [];
    this.errors = [];
    this.log = '';
  }

  at(name) { return join(this.work, name); }

  /** `settings`: more lines of skranked.toml. */
  describe(site, settings = '', port = 0) {
    writeFileSync(this.at('site.toml'), site);
    writeFileSync(this.at('skranked.toml'), `data_dir = "data"\nlisten = ["127.0.0.1:${port}"]\nfacility = "site.toml"\n${settings}`);
  }

  async start() {
    let said = '';
    this.daemon = spawn(this.program, ['--config', this.at('skranked.toml')], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.daemon.stdout.on('data', (text) => { said += text; });
    this.daemon.stderr.on('data', (text) => { this.log += text; });
    await until(() => /ready (http:\S+)/.test(said), 'skranked is ready', 15_000);
    this.base = /ready (http:\S+)/.exec(said)[1];
    this.admin = readFileSync(this.at('data/admin.token'), 'utf8').trim();
  }

  async api(method, path, body) {
    const answer = await fetch(`${this.base}/api/v1${path}`, {
      method, headers: { Authorization: `Bearer ${this.admin}`, 'Content-Type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** Resolves when the process is gone: until then it holds its data. */
  async kill() {
    if (this.daemon.exitCode !== null || this.daemon.signalCode !== null) return;
    const gone = new Promise((done) => this.daemon.once('exit', done));
    this.daemon.kill('SIGKILL');
    await gone;
  }

  async end(failed) {
    for (const context of this.contexts) await context.close();
    await this.kill();
    if (failed) console.log(this.log.slice(-2000));
    rmSync(this.work, { recursive: true, force: true });
  }
}
