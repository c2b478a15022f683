// What a page knows about its live link, as a pure fold over messages and clock ticks. Times are milliseconds of the page's
// own monotonic clock unless a name says server.

export const STALE_AFTER_MS = 12_000;
export const LOST_AFTER_MS = 2_000;
export const BACKOFF_FIRST_MS = 500;
export const BACKOFF_MAX_MS = 5_000;

export type Message =
  | { type: 'snapshot'; proto: number; build: string; seq: number; at: string; topics: Record<string, unknown> }
  | { type: 'change'; topic: string; seq: number; at?: string; data: unknown }
  | { type: 'ping'; seq: number; at: string };

export interface Feed {
  /** connecting: nothing heard yet · live · lost: the link broke a moment ago · stale: silent for 12 s, what is shown may be wrong */
  link: 'connecting' | 'live' | 'lost' | 'stale';
  topics: Readonly<Record<string, unknown>>;
  seq: number;
  heard_at: number;
  broken_at: number | undefined;
  /** Last time stamp of the daemon, and when it was heard: the page's clock. */
  server_at: string | undefined;
  server_heard_at: number;
  build: string | undefined;
  /** A newer build answers than the one that this page came from: reload when idle. */
  outdated: boolean;
}

export type FeedEvent =
  | { type: 'message'; message: Message; now: number }
  | { type: 'closed'; now: number }
  | { type: 'tick'; now: number };

export const start = (now: number): Feed => ({
  link: 'connecting', topics: {}, seq: -1, heard_at: now, broken_at: undefined, server_at: undefined, server_heard_at: now, build: undefined, outdated: false,
});

/** Returns the same object when nothing changed that a page could show. */
export function reduce(feed: Feed, event: FeedEvent): Feed {
  switch (event.type) {
    case 'closed':
      return feed.broken_at === undefined ? { ...feed, broken_at: event.now } : feed;
    case 'tick': {
      const link = judge(feed, event.now);
      return link === feed.link ? feed : { ...feed, link };
    }
    case 'message':
      return take(feed, event.message, event.now);
  }
}

function judge(feed: Feed, now: number): Feed['link'] {
  if (now - feed.heard_at > STALE_AFTER_MS) return 'stale';
  if (feed.server_at === undefined) return 'connecting';
  if (feed.broken_at !== undefined && now - feed.broken_at > LOST_AFTER_MS) return 'lost';
  return 'live';
}

function take(feed: Feed, message: Message, now: number): Feed {
  // A change may come without a time stamp: the clock then runs on from the last one.
  const clock = message.at ? { server_at: message.at, server_heard_at: now } : {};
  const heard = { ...feed, link: 'live' as const, heard_at: now, broken_at: undefined, ...clock };
  switch (message.type) {
    case 'snapshot':
      // A restarted daemon may begin at a lower sequence: its snapshot replaces everything.
      return {
        ...heard, topics: message.topics, seq: message.seq, build: feed.build ?? message.build,
        outdated: feed.outdated || (feed.build !== undefined && feed.build !== message.build),
      };
    case 'change':
      if (message.seq < feed.seq) return heard;
      return { ...heard, topics: { ...feed.topics, [message.topic]: message.data }, seq: message.seq };
    case 'ping':
      return heard;
  }
}

/** Wait before attempt n (0 = first retry): 0.5 s doubling to 5 s, with jitter so that many boards do not return in one wave. */
export function backoff_ms(attempt: number, random: number): number {
  const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling * (0.5 + random / 2));
}

/** The message, or undefined when it is not one of ours: a page ignores what it does not know. */
export function parse(text: string): Message | undefined {
  try {
    const message = JSON.parse(text) as Message;
    return message.type === 'snapshot' || message.type === 'change' || message.type === 'ping' ? message : undefined;
  } catch {
    return undefined;
  }
}
