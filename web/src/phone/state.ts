// The citizen's page: what to say for a visit, as pure functions. The page polls; a phone sleeps and changes networks.
import type { Visit } from '../core/types';

export type Phase = 'waiting' | 'soon' | 'called' | 'serving' | 'parked' | 'missed' | 'over' | 'left';

/** At this many ahead the page says: come closer. */
export const SOON_AHEAD = 2;
export const POLL_MS = 4_000;
export const POLL_HIDDEN_MS = 15_000;
export const POLL_CALLED_MS = 2_500;
/** Older than this, the figures are hidden: an estimate that does not follow reality is worse than none. */
export const OLD_AFTER_MS = 30_000;

export function phase(visit: Visit): Phase {
  switch (visit.state) {
    case 'expected': case 'waiting': return ahead_of(visit) <= SOON_AHEAD ? 'soon' : 'waiting';
    case 'called': return 'called';
    case 'serving': return 'serving';
    case 'parked': return 'parked';
    case 'no_show': return 'missed';
    case 'done': return 'over';
    case 'left': return 'left';
  }
}

export const ahead_of = (visit: Visit): number => visit.ahead ?? Math.max(0, (visit.position ?? 1) - 1);

export const is_over = (visit: Visit): boolean => visit.state === 'done' || visit.state === 'left';

export function poll_after_ms(visit: Visit | undefined, hidden: boolean): number {
  if (visit?.state === 'called') return POLL_CALLED_MS;
  return hidden ? POLL_HIDDEN_MS : POLL_MS;
}

/** A call that was not there before: the phone shall shake and the title change. */
export function newly_called(before: Visit | undefined, after: Visit): boolean {
  return after.state === 'called' && before?.state !== 'called';
}

/** By which ways the house can tell this citizen something, and what was left for it. */
export interface Reach { sms: boolean; email: boolean; push_key?: string; push?: boolean; contact?: { phone?: string; email?: string } | undefined }

/** What was typed: an address or a number. */
export function contact_typed(typed: string): { phone?: string; email?: string } | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  return text.includes('@') ? { email: text } : { phone: text };
}

/** Enough to know it again, not enough for who looks over the shoulder. */
export function told_at(reach: Reach): string | undefined {
  const { phone, email } = reach.contact ?? {};
  if (phone) return `… ${phone.slice(-2)}`;
  if (!email) return undefined;
  const at = email.indexOf('@');
  return `${email.slice(0, 1)}…${email.slice(at)}`;
}
