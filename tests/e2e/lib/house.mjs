// One whole house: a real daemon with its own data, the pages in a real browser, the printers of with-cups.sh.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, until } from './checks.mjs';
import { Paper } from './paper.mjs';

const PORT = 8080;
const HOUSE = fileURLToPath(new URL('../house.toml', import.meta.url));
export const SIZES = { kiosk: [1080, 1920], board: [1920, 1080], desk: [1440, 900], phone: [390, 844], admin: [1280, 900] };

/** Counts tones in the page: the chime is heard by nobody here, but every oscillator that starts is noted with its time. */
function listen_for_tones() {
  window.heard = [];
  const Real = window.OscillatorNode;
  window.OscillatorNode = class extends Real {
    start(when) {
      window.heard.push({ hertz: this.frequency.value, at: Date.now() });
      super.start(when);
    }
  };
}

export class House {
  /** `facility`: another site than house.toml, whose printer `printer` is to be ready before the test begins. */
  constructor({ programs, browser, pictures, facility = HOUSE, printer = 'roll' }) {
    this.facility = facility;
    this.first_printer = printer;
    this.programs = programs;
    this.browser = browser;
    this.pictures = pictures;
    this.work = mkdtempSync(join(tmpdir(), 'skranke-house-'));
    this.data = join(this.work, 'data');
    this.base = `http://127.0.0.1:${PORT}`;
    this.paper = new Paper(this.work, programs.ticket);
    this.log = '';
    this.errors = [];
    this.contexts = [];
    this.closers = [];
    this.tokens = new Map();
  }

  async begin() {
    mkdirSync(this.data);
    writeFileSync(join(this.work, 'skranked.toml'), `data_dir = "data"\nlisten = ["127.0.0.1:${PORT}"]\nfacility = "${this.facility}"\n`);
    await this.start();
    this.tokens.set('admin', readFileSync(join(this.data, 'admin.token'), 'utf8').trim());
    await until(() => this.printer(this.first_printer).then((device) => device?.state === 'ready'), 'the printer is seen', 10_000);
  }

  /** Until the daemon says "ready"; gives the milliseconds. */
  async start() {
    const begun = Date.now();
    this.daemon = spawn(this.programs.daemon, ['--config', join(this.work, 'skranked.toml')], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    this.daemon.stdout.on('data', (text) => { said += text; });
    this.daemon.stderr.on('data', (text) => { this.log += text; });
    await until(() => {
      assert(this.daemon.exitCode === null, `skranked ended with ${this.daemon.exitCode}: ${this.log}`);
      return said.includes('ready ');
    }, 'skranked is ready', 10_000);
    return Date.now() - begun;
  }

  /** The plug: no goodbye, no flush. Resolves when the process is gone. */
  async kill(signal = 'SIGKILL') {
    const { daemon } = this;
    if (daemon.exitCode !== null || daemon.signalCode !== null) return;
    const gone = new Promise((done) => daemon.once('exit', done));
    daemon.kill(signal);
    await gone;
  }

  /** A token of this role, made by skrankectl as an administrator would. */
  token(role) {
    if (!this.tokens.has(role)) {
      const out = execFileSync(this.programs.ctl, ['--data', this.data, 'token', 'create', '--role', role, '--name', this.staff_name(role)], { encoding: 'utf8' });
      this.tokens.set(role, out.trim().split('\n').at(-1));
    }
    return this.tokens.get(role);
  }

  staff_name(role) { return `e2e ${role}`; }

  /** A call as the administrator, past every page; throws on a refusal. */
  async api(method, path, body) {
    const answer = await fetch(`${this.base}/api/v1${path}`, {
      method, headers: { Authorization: `Bearer ${this.token('admin')}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  async printer(id) {
    const { devices } = await this.api('GET', '/devices');
    return devices.find((device) => device.kind === 'printer' && device.id === id);
  }

  queue() { return this.api('GET', '/queue'); }
  desk(id) { return this.api('GET', `/desks/${id}`); }

  /** Every event of the journal, for counts that no page can hide. */
  journal() {
    const out = execFileSync(this.programs.ctl, ['--data', this.data, 'journal', 'replay'], { encoding: 'utf8', maxBuffer: 1 << 26 });
    return out.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  /** A page in a browser profile of its own, signed in by the fragment. `at`: another origin (a line that can be cut). */
  async open(path, size, { role, at = this.base, context } = {}) {
    const [width, height] = SIZES[size];
    const own = context ?? await this.browser.newContext({ viewport: { width, height }, locale: 'da-DK', timezoneId: 'America/New_York' });
    if (!context) {
      this.contexts.push(own);
      await own.addInitScript(listen_for_tones);
    }
    const page = await own.newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => this.errors.push(`${path}: ${error.message}`));
    page.on('console', (message) => {
      const text = message.text();
      // While daemon or line are down on purpose, the browser says so; everything else is a fault of the page.
      if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(text)) this.errors.push(`${path}: ${text}`);
    });
    await page.goto(at + path + (role ? `#t=${this.token(role)}` : ''));
    return page;
  }

  /** A page ready for use: something of it is there. */
  async kiosk(id = 'hall', options = {}) {
    const page = await this.open(`/kiosk/${id}`, 'kiosk', { role: 'kiosk', ...options });
    await page.waitForSelector('.choice');
    return page;
  }

  async desk_page(id = 'desk-1', options = {}) {
    const page = await this.open(`/desk/${id}`, 'desk', { role: 'clerk', ...options });
    await page.waitForSelector('.desk.live .citizen');
    return page;
  }

  async board(id = 'hall', options = {}) {
    const page = await this.open(`/board/${id}`, 'board', { role: 'board', ...options });
    await page.waitForSelector('.board[data-link=live]');
    return page;
  }

  /** A cable of our own between browser and daemon, that can be pulled without a word to either end. */
  async line() {
    const pairs = new Set();
    let cut = false;
    const server = createServer((near) => {
      const far = connect(PORT, '127.0.0.1');
      const pair = [near, far];
      pairs.add(pair);
      for (const [from, to] of [[near, far], [far, near]]) {
        from.on('data', (bytes) => { if (!cut) to.write(bytes); });   // what is said while the cable is out is lost, as on a cable
        from.on('error', () => undefined);
        from.on('close', () => { pairs.delete(pair); if (!cut) to.destroy(); });
      }
    });
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    const hang_up = () => { for (const pair of pairs) pair.forEach((socket) => socket.destroy()); };
    this.closers.push(() => { hang_up(); server.close(); });
    return {
      url: `http://127.0.0.1:${server.address().port}`,
      pull: () => { cut = true; },
      /** Bytes were lost, so the old connections are of no use, as after any outage longer than a retransmission. */
      plug: () => { hang_up(); cut = false; },
    };
  }

  /** Keeps a good moment for the README. */
  photograph(page, name) { return page.screenshot({ path: join(this.pictures, `${name}.png`) }); }

  async end(failed, name) {
    if (failed) await this.say_why();
    if (failed) await this.keep_traces(name);
    for (const context of this.contexts) await context.close();
    for (const close of this.closers) close();
    await this.kill('SIGTERM');
    await this.paper.heal();
    rmSync(this.work, { recursive: true, force: true });
  }

  /** What a stranger needs who has only the output: how each ticket fared, the devices, and the daemon's last words. */
  async say_why() {
    try {
      const papers = this.journal().filter((event) => JSON.stringify(event).includes('paper')).slice(-6);
      for (const event of papers) console.log(`   ${JSON.stringify(event)}`);
      for (const { kind, id, state, reason, detail } of (await this.api('GET', '/devices')).devices) console.log(`   ${kind} ${id}: ${state} ${reason ?? ''} ${detail ?? ''}`);
    } catch (error) { console.log(`   nothing more to be had: ${error.message}`); }
    for (const line of this.log.trim().split('\n').slice(-6)) console.log(`   ${line}`);
  }

  async keep_traces(name) {
    const folder = process.env.E2E_TRACES;
    if (!folder) return;
    const base = join(folder, name.replace(/\W+/g, '-').slice(0, 50));
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${base}.log`, this.log);
    const pages = this.contexts.flatMap((context) => context.pages());
    for (const [index, page] of pages.entries()) await page.screenshot({ path: `${base}-${index}.png`, timeout: 3_000 }).catch(() => undefined);
  }
}
