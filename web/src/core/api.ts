// Calls to the daemon. A press makes one key; the key lives until the press has an answer, so a retry can never act twice.
import type { Problem, Session } from './types';

export type Answer<T> = { ok: true; status: number; data: T } | { ok: false; problem: Problem };

/** Together about nine seconds: a daemon that restarts after a power cut is back by then. */
const ATTEMPTS_MAX = 6;
const TIMEOUT_MS = 6_000;
const RETRY_AFTER_MS = [300, 900, 2_000, 3_000, 3_000];
const TRANSIENT = new Set([502, 503, 504]);
/** 503 answers that waiting a second does not change. */
const DEFINITE = new Set(['storage_full', 'storage_failed']);

/** 128 random bits as hex; crypto.randomUUID is missing on plain-HTTP origins. */
export function fresh_key(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const sleep = (wait_ms: number): Promise<void> => new Promise((done) => window.setTimeout(done, wait_ms));

/** `patience_ms`: for what takes a device longer. `raw` is sent as it stands, of the type that `headers` name; `as_text`: the answer is not JSON. */
interface Options { body?: unknown; raw?: string; as_text?: boolean; key?: string; attempts?: number; patience_ms?: number; headers?: Record<string, string> }

/** Somebody does it themselves: counted, and nobody waits for the count. */
export function hint_taken(service: string): void {
  void call('POST', '/self-service', { body: { service } });
}

/** GET, POST, PUT, PATCH, DELETE below /api/v1. Never throws: a network failure is the problem `offline`. */
export async function call<T>(method: string, path: string, options: Options = {}): Promise<Answer<T>> {
  const key = options.key ?? (method === 'POST' ? fresh_key() : undefined);
  const attempts = options.attempts ?? (method === 'GET' ? 1 : ATTEMPTS_MAX);
  let answer: Answer<T> = { ok: false, problem: { reason: 'offline', status: 0 } };
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await sleep(RETRY_AFTER_MS[attempt - 1] ?? 2_000);
    answer = await once<T>(method, path, options, key);
    if (answer.ok || !worth_retrying(answer.problem)) return answer;
  }
  return answer;
}

function worth_retrying(problem: Problem): boolean {
  return problem.status === 0 || (TRANSIENT.has(problem.status) && !DEFINITE.has(problem.reason));
}

async function once<T>(method: string, path: string, options: Options, key: string | undefined): Promise<Answer<T>> {
  const stop = new AbortController();
  const timer = window.setTimeout(() => stop.abort(), options.patience_ms ?? TIMEOUT_MS);
  const headers: Record<string, string> = { 'Accept-Language': document.documentElement.lang, ...options.headers };
  // Also without a body: the daemon refuses unsafe calls by cookie that a foreign form could have made.
  if (method !== 'GET') headers['Content-Type'] ??= 'application/json';
  if (key) headers['Idempotency-Key'] = key;
  try {
    const answer = await fetch(`/api/v1${path}`, {
      method, headers, signal: stop.signal, credentials: 'same-origin', cache: 'no-store',
      ...(method === 'GET' ? {} : { body: options.raw ?? JSON.stringify(options.body ?? {}) }),
    });
    const text = await answer.text();
    if (answer.ok) return { ok: true, status: answer.status, data: (options.as_text ? text : text ? JSON.parse(text) : undefined) as T };
    return { ok: false, problem: problem_of(answer.status, text) };
  } catch (error) {
    return { ok: false, problem: { reason: error instanceof SyntaxError ? 'unreadable' : 'offline', status: 0 } };
  } finally {
    window.clearTimeout(timer);
  }
}

/** Reads problem+json; anything else (a proxy's page) becomes a problem named by its status. */
export function problem_of(status: number, text: string): Problem {
  try {
    const raw = JSON.parse(text) as Partial<Problem> & { type?: string };
    const reason = String(raw.type ?? '').split('/').pop() || by_status(status);
    return { ...raw, reason, status };
  } catch {
    return { reason: by_status(status), status };
  }
}

function by_status(status: number): string {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'busy' : 'malformed';
}

export const get = <T>(path: string): Promise<Answer<T>> => call<T>('GET', path);
export const get_text = (path: string): Promise<Answer<string>> => call<string>('GET', path, { as_text: true });

/** Who this browser is. Retries for a while at page start, since a box may boot before its daemon answers. */
export const session = (): Promise<Answer<Session>> => call<Session>('GET', '/session', { attempts: 3 });

/**
 * Signs in with the token of a fragment `#t=…` once and clears it; fragments reach no server and no log.
 * Returns whether there was one.
 */
export async function use_fragment_token(): Promise<boolean> {
  const found = /^#t=(.+)$/.exec(location.hash);
  if (!found) return false;
  history.replaceState(null, '', location.pathname + location.search);
  await call('POST', '/session', { body: { token: decodeURIComponent(found[1]!) } });
  return true;
}

/** To the sign-in page, which comes back here. Of what stands behind the # only a matter goes along: a token never. */
export function go_to_sign_in(): void {
  const matter = /^#service=[a-z0-9-]{1,64}$/.test(location.hash) ? location.hash : '';
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + matter)}`);
}
