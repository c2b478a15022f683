// From a desk's key to the number on the glass: a real daemon, a real browser, and the pictures that its compositor hands out, with their own times.
// The baseline is a page that draws the same colour as soon as a message comes over a bare WebSocket of this script: what browser and machine need anyway.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const tests = new URL('../../browser/', import.meta.url);
if (!existsSync(new URL('node_modules/playwright-core', tests))) execFileSync('npm', ['ci', '--ignore-scripts', '--no-progress', '--loglevel=error'], { cwd: tests.pathname, stdio: ['ignore', 2, 2] });
const { chromium } = createRequire(new URL('package.json', tests))('playwright-core');
/** Enough that the hundredth is not simply the worst of them. */
const CALLS = Number(process.env.CALLS ?? 240);
/** Two frames: what a picture that was left out may add to a figure. */
const REPAINT_MS = 33;
const SITE = `[site]\nid = "glas"\nname = "Glas"\ntime_zone = "Europe/Copenhagen"\nlanguages = ["da"]\n[[authority]]\nid = "k"\nname = "K"\n[[service]]\nid = "pas"\nname = "Pas"\nauthority = "k"\nletter = "A"\n`
  + [...Array(8)].map((_, n) => `[[desk]]\nid = "desk-${n + 1}"\nname = "Skranke ${n + 1}"\nservices = ["pas"]\n`).join('') + '[[board]]\nid = "hall"\nname = "Hall"\n[sound]\nspeech = false\n';

const work = mkdtempSync(join(tmpdir(), 'skranke-glass-'));
const closers = [() => rmSync(work, { recursive: true, force: true })];

async function daemon() {
  writeFileSync(join(work, 'site.toml'), SITE);
  writeFileSync(join(work, 'skranked.toml'), 'data_dir = "data"\nlisten = ["127.0.0.1:0"]\nfacility = "site.toml"\n');
  const child = spawn(process.env.SKRANKED, ['--config', join(work, 'skranked.toml')], { stdio: ['ignore', 'pipe', 'ignore'] });
  closers.unshift(() => child.kill('SIGKILL'));
  const base = await new Promise((done) => { let said = ''; child.stdout.on('data', (text) => { said += text; const found = /ready (http:\S+)/.exec(said); if (found) done(found[1]); }); });
  const token = readFileSync(join(work, 'data/admin.token'), 'utf8').trim();
  const api = async (method, path, body = {}) => {
    const answer = await fetch(`${base}/api/v1${path}`, { method, headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
    return answer.status === 204 ? undefined : answer.json();
  };
  return { base, token, api };
}

/** A server that sends one text over a WebSocket, and a page that turns yellow for it. */
async function bare() {
  let socket;
  const server = createServer((request, answer) => answer.end(`<!doctype html><body style="margin:0;background:#081c2a"><script>new WebSocket('ws://'+location.host).onmessage=(m)=>{document.body.style.background=m.data==='1'?'#ffd23f':'#081c2a'}</script>`));
  server.on('upgrade', (request, taken) => {
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    taken.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    socket = taken;
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  closers.unshift(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}/`, send: (text) => socket.write(Buffer.from([0x81, text.length, ...Buffer.from(text)])) };
}

/** The compositor's pictures of a page; `until(test)` gives the time of the first one for which it holds. */
async function pictures(page, browser) {
  const cdp = await page.context().newCDPSession(page);
  const decoder = await (await browser.newContext()).newPage();   // a window of its own: a page behind another draws nothing
  let waiting;
  cdp.on('Page.screencastFrame', async ({ data, metadata, sessionId }) => {
    const now = waiting;
    void cdp.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined);
    if (!now || metadata.timestamp * 1000 < now.from) return;
    const yellow = await decoder.evaluate(async (text) => {
      const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(text), (each) => each.charCodeAt(0))], { type: 'image/jpeg' }));
      const canvas = new OffscreenCanvas(32, 18).getContext('2d');
      canvas.drawImage(bitmap, 0, 0, 32, 18);
      const { data: pixels } = canvas.getImageData(0, 0, 32, 18);
      let count = 0;
      for (let i = 0; i < pixels.length; i += 4) if (pixels[i] > 200 && pixels[i + 1] > 160 && pixels[i + 2] < 120) count++;
      return count > 12;   // a row of the table is enough: the large field may still belong to the call before
    }, data).catch(() => undefined);   // the browser is being closed
    if (yellow === now.yellow && waiting === now) { waiting = undefined; now.done(metadata.timestamp * 1000); }
  });
  // Pictures are left out while one is on its way, and a page that stands still sends none after: the last one, which is the one that counts, would never come.
  await page.evaluate((every_ms) => {
    const spot = document.documentElement.appendChild(document.createElement('i'));
    Object.assign(spot.style, { position: 'fixed', insetInlineStart: '0', insetBlockStart: '0', inlineSize: '1px', blockSize: '1px', zIndex: '9' });
    let turn = 0;
    setInterval(() => { spot.style.background = (turn = 1 - turn) ? '#000' : '#111'; }, every_ms);
  }, REPAINT_MS);
  await cdp.send('Page.startScreencast', { format: 'jpeg', quality: 40, maxWidth: 480, maxHeight: 270, everyNthFrame: 1 });
  return (yellow, from) => new Promise((done, fail) => {
    waiting = { yellow, from, done };
    setTimeout(() => fail(new Error('no such picture in 30 s')), 30_000).unref();
  });
}

const quantile = (list, share) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];

async function main() {
  const { base, token, api } = await daemon();
  const plain = await bare();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'] });
  closers.unshift(() => browser.close());
  const show = async (url) => {
    const page = await (await browser.newContext({ viewport: { width: 1920, height: 1080 } })).newPage();
    await page.goto(url);
    return page;
  };
  const board = await show(`${base}/board/hall#t=${token}`);
  await board.waitForSelector('.board[data-link=live]');
  const [on_board, on_plain] = [await pictures(board, browser), await pictures(await show(plain.url), browser)];
  for (let n = 1; n <= 8; n++) await api('PUT', `/desks/desk-${n}/session`);
  const ours = [], theirs = [];
  for (let n = 0; n < CALLS; n++) {
    const desk = `/desks/desk-${(n % 8) + 1}`;
    await api('POST', '/visits', { services: ['pas'] });
    let from = Date.now();
    const seen = on_board(true, from);
    await api('POST', `${desk}/next`);
    ours.push(await seen - from);
    // Served at once: a call taken from the field, so that the next one finds it calm.
    from = Date.now();
    const calm = on_board(false, from);
    await api('POST', `${desk}/park`, { minutes: 400 });
    await calm;
    from = Date.now();
    const yellow = on_plain(true, from);
    plain.send('1');
    theirs.push(await yellow - from);
    const dark = on_plain(false, Date.now());
    plain.send('0');
    await dark;
  }
  for (const [name, share] of [['p50', 0.5], ['p99', 0.99]]) {
    const [value, baseline] = [quantile(ours, share), quantile(theirs, share)];
    console.log(JSON.stringify({ name: `glass.key_to_picture.${name}`, unit: 'ms', value: Math.round(value), baseline: Math.round(baseline), ratio: Number((value / baseline).toFixed(2)) }));
  }
}

let failed = 0;
try { await main(); } catch (error) { console.error(error.message); failed = 1; }
for (const close of closers) await close();
process.exit(failed);
