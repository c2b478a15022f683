// What a blind person hears: the words of the glass in the order they stand, each in the language it is really in. Everything that is
// shown is spoken, because it is read from what is shown.
import { call, problem_of } from '../core/api';
import { the_audio } from '../core/audio';

export interface Utterance { text: string; language: string }

const BLOCKS = 'h1, h2, h3, p, li, dt, dd, div, b, button';
/** The daemon says at most so much in one breath. */
export const TEXT_MAX = 240;

/** As it is said: no gaps that only look, a pause after each block, ranges in words. */
export function sayable(text: string, to: string): string {
  return text.replace(/\u00a0/g, ' ').replace(/[\u2066-\u2069]/g, '').replace(/(\d)\s*[–-]\s*(\d)/g, `$1 ${to} $2`).replace(/\s*·\s*/g, ', ').replace(/\s*…/g, '.').replace(/\s+/g, ' ').replace(/ ([,.])/g, '$1').trim();
}

const hidden = (element: Element): boolean => element.closest('[aria-hidden=true], svg, .pad, .languages') !== null;

/** The words below `root`, block by block. Controls are left out unless they are the root: they are spoken when they are reached. */
export function utterances(root: Element, to: string): Utterance[] {
  const list: Utterance[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let block: Element | null = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement!;
    const text = sayable(node.textContent ?? '', to);
    const control = parent.closest('button, input, select');
    if (text === '' || hidden(parent) || (control && control !== root)) continue;
    const language = parent.closest('[lang]')?.getAttribute('lang') ?? document.documentElement.lang;
    const mine = parent.closest(BLOCKS);
    const last = list.at(-1);
    if (last && mine === block && last.language === language && last.text.length + text.length < TEXT_MAX) last.text += ` ${text}`;
    else list.push({ text: text.slice(0, TEXT_MAX), language });
    block = mine;
  }
  return list;
}

/** A button or field as it is reached: its words, and whether it is chosen. */
export function control_said(control: HTMLElement, to: string, chosen: string): Utterance[] {
  const label = control.getAttribute('aria-label');
  const value = control instanceof HTMLInputElement ? Array.from(control.value).join(' ') : '';
  const list = label ? [{ text: sayable(label, to), language: document.documentElement.lang }] : utterances(control, to);
  if (value.trim()) list.push({ text: value, language: document.documentElement.lang });
  if (control.getAttribute('aria-pressed') === 'true') list.push({ text: chosen, language: document.documentElement.lang });
  return list;
}

export type Heard = 'said' | 'no_voice' | 'failed';
export interface Player { play: (what: Utterance, volume: number) => Promise<Heard>; stop: () => void }

interface Wiring { player: Player; volume: () => number; ended: () => void; heard: (how: Heard) => void }

/** One sentence after the other; a new press cuts off what is being said. Every sentence is also an event of the window, `skranke:speech`. */
export class Speaker {
  private turn = 0;
  private queue: Utterance[] = [];
  private running = false;
  private last: Utterance[] = [];

  constructor(private readonly wiring: Wiring) {}

  say(list: readonly Utterance[], interrupt = true): void {
    if (list.length === 0) return;
    if (interrupt) this.stop();
    this.last = interrupt ? [...list] : [...this.last, ...list];
    this.queue.push(...list);
    if (!this.running) void this.run();
  }

  repeat(): void {
    this.say([...this.last]);
  }

  stop(): void {
    this.turn++;
    this.queue = [];
    this.running = false;
    this.wiring.player.stop();
  }

  private async run(): Promise<void> {
    const turn = this.turn;
    this.running = true;
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      dispatchEvent(new CustomEvent('skranke:speech', { detail: next }));
      const how = await this.wiring.player.play(next, this.wiring.volume());
      if (turn !== this.turn) return;
      this.wiring.heard(how);
    }
    this.running = false;
    this.wiring.ended();
  }
}

const WAIT_MS = 100;
const WAITS_MAX = 40;
const CLIPS_HELD = 60;

/** Plays clips that the daemon makes of sentences. */
export class ClipPlayer implements Player {
  private source: AudioBufferSourceNode | undefined;
  private turn = 0;
  private readonly clips = new Map<string, AudioBuffer>();

  async play(what: Utterance, volume: number): Promise<Heard> {
    const turn = this.turn;
    const clip = await this.clip(what).catch((): Heard => 'failed');
    if (typeof clip === 'string' || turn !== this.turn) return typeof clip === 'string' ? clip : 'said';
    const context = the_audio()!;
    await context.resume().catch(() => undefined);
    const gain = new GainNode(context, { gain: volume / 100 });
    const source = new AudioBufferSourceNode(context, { buffer: clip });
    source.connect(gain).connect(context.destination);
    this.source = source;
    return new Promise((done) => {
      source.onended = () => done('said');
      // A sound card that went away never ends a clip.
      window.setTimeout(() => done('said'), clip.duration * 1000 + 1_500);
      source.start();
    });
  }

  stop(): void {
    this.turn++;
    try {
      this.source?.stop();
    } catch {
      /* not started yet */
    }
    this.source = undefined;
  }

  private async clip(what: Utterance): Promise<AudioBuffer | Heard> {
    const name = `${what.language} ${what.text}`;
    const known = this.clips.get(name);
    if (known) return known;
    const context = the_audio();
    if (!context) return 'failed';
    const asked = await call<{ url: string }>('POST', '/voice/sentences', { body: what, attempts: 2 });
    if (!asked.ok) return 'failed';
    for (let wait = 0; wait < WAITS_MAX; wait++) {
      const answer = await fetch(asked.data.url, { credentials: 'same-origin' });
      if (answer.ok) {
        const buffer = await context.decodeAudioData(await answer.arrayBuffer());
        const oldest = this.clips.keys().next();
        if (this.clips.size >= CLIPS_HELD && !oldest.done) this.clips.delete(oldest.value);
        this.clips.set(name, buffer);
        return buffer;
      }
      const { reason } = problem_of(answer.status, await answer.text());
      if (reason !== 'not_ready') return reason === 'no_voice' ? 'no_voice' : 'failed';
      await new Promise((done) => window.setTimeout(done, WAIT_MS));
    }
    return 'failed';
  }
}
