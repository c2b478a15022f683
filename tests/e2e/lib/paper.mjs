// The printers of with-cups.sh: what came out of them, and ways to spoil their day.
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { equal, until } from './checks.mjs';

const run = promisify(execFile);
const decoder = fileURLToPath(new URL('../../print/decode_ticket', import.meta.url));
const dots_of_fine_gap = 2;

export class Paper {
  /** `work`: a folder for pictures; `tool`: skranke-print-ticket, which draws any number as our tickets do. */
  constructor(work, tool) {
    this.work = work;
    this.tool = tool;
    this.out = process.env.PRINT_DIR;
    this.pictures = 0;
    this.stopped = new Set();
    this.begun = { ipp: this.all('ipp').length, raw: this.all('raw').length };
  }

  /** Every ticket that ever came out of 'ipp' (driverless) or 'raw' (ESC/POS); a connection that only asked for the status is none. */
  all(kind) {
    return readdirSync(this.out)
      .filter((name) => name.startsWith(`${kind}.`) && !/\.(env|part)$/.test(name))
      .sort()
      .map((name) => join(this.out, name))
      .filter((path) => statSync(path).size > 100);
  }

  /** Those since this test began, oldest first. */
  tickets(kind) { return this.all(kind).slice(this.begun[kind]); }

  /** Exactly `count` have come out; waits for them. */
  async wait_for(kind, count, limit_ms = 15_000) {
    await until(() => this.tickets(kind).length >= count, `${count} tickets out of ${kind}`, limit_ms);
    equal(this.tickets(kind).length, count, `tickets out of ${kind}`);
    return this.tickets(kind);
  }

  /** 0 = out, 5 = low, 75 = plenty. */
  async level(percent) {
    const answer = await fetch(process.env.PAPER_URL + percent);
    equal(answer.status, 200, 'the paper form');
    await answer.text();
  }

  /** `verb`: stop (killed, no goodbye) or start. What a test leaves stopped is started by `heal`. */
  printer(verb) { return this.turn('PRINTER', verb); }
  spooler(verb) { return this.turn('SPOOLER', verb); }

  async turn(which, verb) {
    if (verb === 'stop') this.stopped.add(which);
    await run(process.env[which], [verb]);
    if (verb === 'start') this.stopped.delete(which);
  }

  async heal() {
    for (const which of [...this.stopped]) await this.turn(which, 'start');
    await this.level(75);
  }

  /** {format, width, height, cut, png, rows}: what stands on the paper; rows = strings of 0 and 1, margins cropped. */
  read(bytes_file) {
    const base = join(this.work, `ticket-${++this.pictures}`);
    const facts = JSON.parse(execFileSync(decoder, [bytes_file, `${base}.png`], { encoding: 'utf8' }));
    execFileSync(decoder, [bytes_file, `${base}.pbm`, '--crop']);
    return { ...facts, png: `${base}.png`, rows: rows_of(readFileSync(`${base}.pbm`)) };
  }

  /** The words of the QR code, read by somebody else's reader from the picture alone. */
  qr(png) {
    return execFileSync('zbarimg', ['--quiet', '--raw', png], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  }

  /** The number ("A12") as it must stand on paper: the tallest thing on a ticket without QR code. */
  drawn(number) {
    const file = join(this.work, `drawn-${number}`);
    execFileSync(this.tool, ['--bytes', file, '--as', 'escpos', '--url', '', '--number', number.replace(/^([A-Z])/, '$1 ')]);
    return tallest(bands(this.read(file).rows));
  }

  /** Whether the number stands on the ticket: dot for dot, by no reader of letters that could guess. */
  shows(ticket, number) {
    const wanted = this.drawn(number).join('\n');
    return bands(ticket.rows).some((band) => band.join('\n') === wanted);
  }
}

function rows_of(pbm) {
  const head = /^P4\s+(\d+) (\d+)\n/.exec(pbm.subarray(0, 40).toString('latin1'));
  const [width, height] = [Number(head[1]), Number(head[2])];
  const stride = Math.ceil(width / 8);
  return Array.from({ length: height }, (_, y) => {
    const row = pbm.subarray(head[0].length + y * stride, head[0].length + (y + 1) * stride);
    return [...row].map((byte) => byte.toString(2).padStart(8, '0')).join('').slice(0, width);
  });
}

/** Parts of the picture between empty rows, each cropped to its own ink. */
function bands(rows) {
  const found = [];
  let band = [];
  let empty = 0;
  for (const row of [...rows, '', '', '']) {
    if (row.includes('1')) {
      band.push(row);
      empty = 0;
    } else if (++empty >= dots_of_fine_gap && band.length > 0) {
      found.push(cropped(band));
      band = [];
    }
  }
  return found;
}

function cropped(band) {
  const left = Math.min(...band.map((row) => row.indexOf('1')).filter((at) => at >= 0));
  const right = Math.max(...band.map((row) => row.lastIndexOf('1')));
  return band.map((row) => row.slice(left, right + 1));
}

const tallest = (list) => list.reduce((best, band) => (band.length > best.length ? band : best));
