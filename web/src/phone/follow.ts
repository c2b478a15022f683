// Polls one visit with ETag: an unchanged answer costs the daemon and the phone next to nothing.
import { problem_of } from '../core/api';
import type { Problem, Visit } from '../core/types';
import { is_over, poll_after_ms } from './state';

const TIMEOUT_MS = 8_000;

export interface Followed { visit: Visit | undefined; problem: Problem | undefined; heard_at: number }
export interface Follower { now: () => void; end: () => void }

export function follow(token: string, show: (followed: Followed) => void, changed: (before: Visit | undefined, after: Visit) => void): Follower {
  let followed: Followed = { visit: undefined, problem: undefined, heard_at: performance.now() };
  let etag: string | undefined;
  let timer = 0;
  let ended = false;
  let running = false;

  const set = (next: Followed): void => {
    if (ended) return;
    followed = next;
    show(next);
  };

  async function ask(): Promise<void> {
    const stop = new AbortController();
    const limit = window.setTimeout(() => stop.abort(), TIMEOUT_MS);
    try {
      const answer = await fetch(`/api/v1/visits/${encodeURIComponent(token)}`, {
        headers: { 'Accept-Language': document.documentElement.lang, ...(etag ? { 'If-None-Match': etag } : {}) }, cache: 'no-store', signal: stop.signal,
      });
      const heard_at = performance.now();
      if (answer.status === 304) return set({ ...followed, problem: undefined, heard_at });
      const text = await answer.text();
      // A page that has expired forgets what it showed.
      if (answer.status === 410) return set({ visit: undefined, problem: problem_of(answer.status, text), heard_at });
      if (!answer.ok) return set({ ...followed, problem: problem_of(answer.status, text) });
      etag = answer.headers.get('ETag') ?? undefined;
      const visit = JSON.parse(text) as Visit;
      changed(followed.visit, visit);
      set({ visit, problem: undefined, heard_at });
    } catch {
      set({ ...followed, problem: { reason: 'offline', status: 0 } });
    } finally {
      window.clearTimeout(limit);
    }
  }

  async function turn(): Promise<void> {
    if (running || ended) return;
    running = true;
    window.clearTimeout(timer);
    await ask();
    running = false;
    const over = (followed.visit && is_over(followed.visit)) || followed.problem?.status === 404 || followed.problem?.status === 410;
    if (!ended && !over) timer = window.setTimeout(() => void turn(), poll_after_ms(followed.visit, document.hidden));
  }

  // A phone that is taken out of the pocket shall not show what was true minutes ago.
  const woke = (): void => { if (!document.hidden) void turn(); };
  document.addEventListener('visibilitychange', woke);
  void turn();
  return {
    now: () => void turn(),
    end: () => { ended = true; window.clearTimeout(timer); document.removeEventListener('visibilitychange', woke); },
  };
}
