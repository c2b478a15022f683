// What a stranger does first: ./run, then open every address it prints. Usage: node demo.mjs RUN
// Ends with a line "N passed, N failed"; status 1 when one failed. With SKRANKE_BUILT in the environment ./run takes the programs there; else it builds
// what is not built, so the first time takes minutes.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, equal, figure, run_all, test, until } from './lib/checks.mjs';

const { chromium } = createRequire(new URL('../browser/package.json', import.meta.url))('playwright-core');
const program = process.argv[2];
const BUILD_LIMIT_MS = 1_500_000;
const READY_LIMIT_MS = 5_000;

const free_port = () => new Promise((done) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

class Demo {
  constructor() {
    this.data = join(mkdtempSync(join(tmpdir(), 'skranke-demo-')), 'var');
    this.errors = [];
  }

  /** Runs ./run until it has said its addresses; gives the milliseconds. */
  async start(limit_ms, ...words) {
    const begun = Date.now();
    this.said = '';
    this.told = '';
    this.run = spawn(program, ['--port', String(this.port), '--data', this.data, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.gone = new Promise((done) => this.run.once('exit', (code, signal) => done(code ?? signal)));
    this.run.stdout.on('data', (text) => { this.said += text; });
    this.run.stderr.on('data', (text) => { this.told = (this.told + text).slice(-4_000); });
    await until(() => {
      assert(this.run.exitCode === null, `./run ended with ${this.run.exitCode}: ${this.told}`);
      return this.said.includes('Admin ');
    }, './run says where to go', limit_ms).catch((error) => { throw new Error(`${error.message}\n${this.told}`); });
    return Date.now() - begun;
  }

  /** {Kiosk, Desk, Board, Admin} as printed. */
  addresses() {
    return Object.fromEntries([...this.said.matchAll(/^\s*(Kiosk|Desk|Board|Admin)\b.*?(http:\S+)/gm)].map((found) => [found[1], found[2]]));
  }

  async open(path) {
    const page = await (await this.browser.newContext({ viewport: { width: 1280, height: 1000 }, locale: 'da-DK' })).newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => this.errors.push(`${path}: ${error.message}`));
    await page.goto(path);
    return page;
  }

  async stop() {
    if (this.run.exitCode === null) this.run.kill('SIGTERM');
    return this.gone;
  }

  async end() {
    await this.stop();
    await this.browser.close();
    rmSync(join(this.data, '..'), { recursive: true, force: true });
  }
}

const prepare = async () => {
  const demo = new Demo();
  demo.port = await free_port();
  demo.browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: ['--no-sandbox', '--disable-gpu'] });
  return demo;
};

test('demo: ./run prints addresses that work as they stand, and stops cleanly', async (demo) => {
  await demo.start(BUILD_LIMIT_MS);
  equal(demo.said.split('\n')[0], `ready http://127.0.0.1:${demo.port}`, 'the first line');
  const at = demo.addresses();
  equal(Object.keys(at).sort(), ['Admin', 'Board', 'Desk', 'Kiosk']);
  const kiosk = await demo.open(at.Kiosk);
  const desk = await demo.open(at.Desk);
  const board = await demo.open(at.Board);
  const admin = await demo.open(at.Admin);
  await admin.waitForSelector('tr[data-device=preview].ready');
  await board.waitForSelector('.board[data-link=live]');
  await desk.waitForSelector('.desk.live .citizen');
  for (const page of [kiosk, desk, board, admin]) assert(!page.url().includes('#'), 'the token is gone from the address');

  // A simple waiting room: a ticket, a call, a board.
  await kiosk.waitForSelector('.choice');
  await kiosk.click('[data-service=pas]');
  await kiosk.waitForSelector('[data-screen=ticket]');
  const number = (await kiosk.textContent('.paper .n')).trim();
  await kiosk.waitForSelector('[data-print=printed]', { timeout: 20_000 });
  await admin.waitForSelector('.tickets img', { timeout: 15_000 });
  await desk.click('.citizen [data-action=open]');
  await desk.waitForSelector('.citizen [data-action=next]:not([disabled])');
  await desk.click('.citizen .primary');
  await board.waitForFunction((wanted) => document.querySelector('.hero.calling .num')?.textContent.includes(wanted), number);
  equal(await demo.stop(), 0, 'exit status');

  figure('second start to ready', `${await demo.start(READY_LIMIT_MS)} ms`);
  await board.waitForSelector('.board[data-link=live]', { timeout: 30_000 });
  assert((await board.textContent('.hero .num')).includes(number), 'the call is still known');
}, { limit_ms: BUILD_LIMIT_MS + 120_000 });

test('demo: a lively morning: tickets are taken and called without anybody', async (demo) => {
  await demo.start(READY_LIMIT_MS, '--demo-traffic');
  const board = await demo.open(demo.addresses().Board);
  await board.waitForSelector('.hero .num', { timeout: 60_000 });
  equal(await demo.stop(), 0, 'exit status');
  const left = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n').filter((line) => line.includes(demo.data));
  equal(left, [], 'processes left behind');
});

const { passed, failed } = await run_all({ prepare });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
