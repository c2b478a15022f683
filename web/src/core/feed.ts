// The live link of a page: one WebSocket, re-opened for ever with bounded back-off, and a report back every 10 s.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { backoff_ms, parse, reduce, start } from './feed_state';
import type { Feed, FeedEvent } from './feed_state';
import { ms, offset_minutes } from './time';

const TICK_MS = 500;
const ALIVE_EVERY_MS = 10_000;
const HANDSHAKE_MAX_MS = 8_000;

export interface Report { page: string; audio?: 'running' | 'suspended' | 'failed' | 'off'; voice?: 'missing'; dark?: boolean; showing?: string; language?: string; aids?: string }

const now = (): number => performance.now();

/** The name that a box gave this screen (`?box=`), so that its watchdog can ask whether it still draws; kept over reloads and the way to another page. */
export function box_name(): string | undefined {
  try {
    const named = new URLSearchParams(location.search).get('box');
    if (named) sessionStorage.setItem('skranke.box', named);
    return named ?? sessionStorage.getItem('skranke.box') ?? undefined;
  } catch {
    return undefined;
  }
}

class Link {
  private socket: WebSocket | undefined;
  private attempt = 0;
  private timers: number[] = [];
  private ended = false;
  private rendered_at = Date.now();
  private frame_at = now();
  private told: string | undefined;
  private readonly box = box_name();

  constructor(private readonly topics: string, private readonly language: string, private readonly report: () => Report | undefined, private readonly emit: (event: FeedEvent) => void,
              private readonly seq: () => number, private readonly refused: () => void) {
    this.timers.push(window.setInterval(() => this.tick(), TICK_MS));
    this.timers.push(window.setInterval(() => this.alive(), ALIVE_EVERY_MS));
    this.open();
  }

  end(): void {
    this.ended = true;
    this.timers.forEach((timer) => window.clearInterval(timer));
    this.socket?.close();
  }

  private tick(): void {
    this.emit({ type: 'tick', now: now() });
    // The glass is switched by this, and who looks from afar sees it: what is new does not wait its turn.
    if (JSON.stringify(this.report()) !== this.told) this.alive();
    requestAnimationFrame(() => { this.rendered_at = Date.now(); this.frame_at = now(); });
  }

  private open(): void {
    if (this.ended) return;
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(`${scheme}//${location.host}/api/v1/events?topics=${encodeURIComponent(this.topics)}&lang=${this.language}`);
    this.socket = socket;
    let heard_at = now();
    let greeted = false;
    // A peer that accepts and then says nothing would hold the page for ever.
    const guard = window.setInterval(() => {
      if (now() - heard_at > (greeted ? 2 * HANDSHAKE_MAX_MS : HANDSHAKE_MAX_MS)) socket.close();
    }, 1000);
    socket.onmessage = (event) => {
      const message = parse(String(event.data));
      if (!message) return;
      heard_at = now();
      this.attempt = 0;
      this.emit({ type: 'message', message, now: heard_at });
      if (!greeted) this.alive();
      greeted = true;
    };
    socket.onclose = () => {
      window.clearInterval(guard);
      if (this.socket !== socket || this.ended) return;
      this.emit({ type: 'closed', now: now() });
      if (!greeted && this.attempt % 4 === 1) this.refused();
      window.setTimeout(() => this.open(), backoff_ms(this.attempt++, Math.random()));
    };
  }

  private alive(): void {
    const report = this.report();
    if (!report || this.socket?.readyState !== WebSocket.OPEN) return;
    this.told = JSON.stringify(report);
    const stamp = new Date(this.rendered_at).toISOString();
    this.socket.send(JSON.stringify({
      type: 'alive', ...report, ...(this.box ? { box: this.box } : {}), rendered_at: stamp, frame_age_ms: Math.round(now() - this.frame_at), seq: this.seq(), width: window.innerWidth, height: window.innerHeight,
    }));
  }
}

/**
 * Follows topics until unmounted, in the language of its sentences. Without a report nothing is told back: this is no screen of the room. `refused` is called now and then while the handshake is not accepted: the page then asks
 * whether it is still signed in.
 */
export function useFeed(topics: string, language: string, report: () => Report | undefined, refused: () => void): Feed {
  const [feed, set_feed] = useState(() => start(now()));
  // What is known outlives a change of language: the page shows it until the new snapshot is here.
  const current = useRef(feed);
  useEffect(() => {
    const emit = (event: FeedEvent): void => {
      const next = reduce(current.current, event);
      if (next !== current.current) set_feed(next);
      current.current = next;
    };
    const link = new Link(topics, language, report, emit, () => current.current.seq, refused);
    return () => link.end();
  }, [topics, language]);
  return feed;
}

export interface ServerClock { now_ms: () => number; offset: number }

/** The daemon's clock as last heard, carried on by the page's monotonic clock: a browser's own date may be years off. */
export function server_clock(feed: Feed): ServerClock {
  if (feed.server_at === undefined) return { now_ms: () => Date.now(), offset: -new Date().getTimezoneOffset() };
  const base = ms(feed.server_at) - feed.server_heard_at;
  return { now_ms: () => base + now(), offset: offset_minutes(feed.server_at) };
}

export const useServerClock = (feed: Feed): ServerClock => useMemo(() => server_clock(feed), [feed.server_at, feed.server_heard_at]);

/** Renders again at this pace; returns a counter. */
export function useTick(every_ms: number): number {
  const [count, set_count] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => set_count((value) => value + 1), every_ms);
    return () => window.clearInterval(timer);
  }, [every_ms]);
  return count;
}

/** Reloads once a newer build answers and the page says that nobody is in the middle of something. */
export function useReloadWhenIdle(feed: Feed, idle: boolean): void {
  useEffect(() => {
    if (feed.outdated && idle) location.reload();
  }, [feed.outdated, idle]);
}
