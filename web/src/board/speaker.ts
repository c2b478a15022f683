// The loudspeaker of a zone: plays what the daemon announces, each thing once, at the time it says. The chime never waits for speech.
import { running_audio, the_audio } from '../core/audio';
import { ring_at } from '../core/chime';
import type { Announced } from '../core/types';

/** The daemon may still change what begins later than this. */
const SOON_MS = 200;
/** The same as the board's own (state.ts); said twice because the two come in different parts of the page. */
export const LATE_MS = 1_500;
const CHIME_S = 1.12;
const CLIPS_HELD = 300;
const PLAYED_HELD = 200;
const FETCH_MAX_MS = 4_000;

export interface Due { said: Announced; due: number }

/** What is to be begun now: due, not too late, not begun before. Pure. */
export function to_begin(list: readonly Due[], played: ReadonlySet<string>, now: number): Due[] {
  return list.filter(({ said, due }) => said.volume !== undefined && !played.has(said.id) && due - now <= SOON_MS && now - due < LATE_MS);
}

export class Speaker {
  private readonly clips = new Map<string, Promise<AudioBuffer>>();
  private readonly played = new Set<string>();
  private readonly sounding = new Set<AudioScheduledSourceNode>();
  private list: Due[] = [];
  private heard = false;
  /** A clip could not be had for the last announcement: its speech was left out. */
  lacking = false;
  begun = 0;

  /** The newest plan, heard at `heard_at` of the page's monotonic clock. */
  follow(announcements: readonly Announced[], heard_at: number, now = heard_at): void {
    this.list = announcements.map((said) => ({ said, due: heard_at + said.in_ms }));
    // What had begun before this page did has been heard: a screen that starts anew does not ring again.
    if (!this.heard) for (const { said } of this.list) if (said.in_ms < 0) this.played.add(said.id);
    this.heard = true;
    // What will be needed is on its way before it is.
    for (const { said } of this.list) for (const clip of said.clips ?? []) void this.fetch(clip.url).catch(() => undefined);
    this.tick(now);
  }

  tick(now: number): void {
    for (const { said, due } of to_begin(this.list, this.played, now)) {
      this.played.add(said.id);
      for (const id of this.played) if (this.played.size > PLAYED_HELD) this.played.delete(id);
      void this.play(said, Math.max(0, due - now));
    }
  }

  /** For a call that was announced while this screen did not hear the daemon. */
  chime(volume: number): void {
    void this.play({ id: '', in_ms: 0, until_ms: 0, calls: [], volume }, 0);
  }

  /** At once: the room is being left. */
  silence(): void {
    this.list = [];
    for (const node of this.sounding) node.stop();
    this.sounding.clear();
  }

  private async play(said: Announced, wait_ms: number): Promise<void> {
    const context = said.volume ? await running_audio() : undefined;
    if (!context || !said.volume) return;
    this.begun += 1;
    const at = context.currentTime + Math.max(0.03, wait_ms / 1000);
    const gain = said.volume / 100;
    ring_at(context, at, gain, context.destination).forEach((node) => this.hold(node));
    if (!said.clips || said.clips.length === 0) return;
    const buffers = await Promise.all(said.clips.map((clip) => this.fetch(clip.url))).catch(() => undefined);
    this.lacking = buffers === undefined;
    if (!buffers || this.list.length === 0) return;
    const volume = new GainNode(context, { gain });
    volume.connect(context.destination);
    let next = Math.max(at + CHIME_S, context.currentTime + 0.05);
    buffers.forEach((buffer, index) => {
      next += said.clips![index]!.pause_ms / 1000;
      const source = new AudioBufferSourceNode(context, { buffer });
      source.connect(volume);
      source.start(next);
      this.hold(source);
      next += buffer.duration;
    });
  }

  private hold(node: AudioScheduledSourceNode): void {
    this.sounding.add(node);
    node.addEventListener('ended', () => this.sounding.delete(node));
  }

  private fetch(url: string): Promise<AudioBuffer> {
    const known = this.clips.get(url);
    if (known) return known;
    const asked = (async () => {
      const answer = await fetch(url, { signal: AbortSignal.timeout(FETCH_MAX_MS) });
      const context = the_audio();
      if (!answer.ok || !context) throw new Error(url);
      return context.decodeAudioData(await answer.arrayBuffer());
    })();
    asked.catch(() => this.clips.delete(url));   // tried again when it is needed again
    this.clips.set(url, asked);
    const oldest = this.clips.keys().next();
    if (this.clips.size > CLIPS_HELD && !oldest.done) this.clips.delete(oldest.value);
    return asked;
  }
}
