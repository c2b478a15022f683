// Small phrases that several pages share: numbers with their gap, waits, when something opens, what is wrong with a device.
import { minute_range, ms, offset_minutes, wall, wall_parts } from './time';
import type { Alternative, Estimate, Problem } from './types';
import type { Said, Texts } from './texts';

/** `A12` → `A 12` with a gap that never breaks. */
export const spaced = (number: string): string => number.replace(/^([A-Z]+)(?=\d)/, '$1\u00a0');

/** `Skranke 3` → word and figure apart, since a board shows the figure large; a name without one is all word. */
export function split_desk(name: string): { word: string; figure: string } {
  const found = /^(.*?)\s*(\d{1,3}[A-Za-z]?)$/.exec(name.trim());
  return found ? { word: found[1]!, figure: found[2]! } : { word: name, figure: '' };
}

export function wait_said(texts: Texts, estimate: Estimate | undefined, waiting: number | undefined): Said {
  if (waiting === 0 && (!estimate || estimate.p90_s < 60)) return texts.say('ui.wait.none');
  if (!estimate) return texts.say('ui.wait.unknown');
  const { from, to } = minute_range(estimate);
  if (from === to) return texts.say('ui.wait.about', { minutes: to });
  return from === 0 ? texts.say('ui.wait.under', { minutes: to }) : texts.say('ui.wait.range', { from, to });
}

/** When a moment is, as people say it from `now_ms`: today by its clock, tomorrow, a weekday, a date. */
export function when_said(texts: Texts, stamp: string, now_ms: number): Said {
  const offset = offset_minutes(stamp);
  const then = wall_parts(ms(stamp), offset);
  const days = then.date - wall_parts(now_ms, offset).date;
  const clock = wall(stamp);
  if (days <= 0) return texts.say('ui.when.today', { clock });
  if (days === 1) return texts.say('ui.when.tomorrow', { clock });
  if (days < 7) return texts.say('ui.when.weekday', { weekday: texts.t('ui.date.weekday', { day: String(then.weekday) }), clock });
  const month = texts.t('ui.date.month', { month: String(then.month) });
  return texts.say('ui.when.date', { day: then.day, month, clock });
}

/** Why a service cannot be taken now and, where known, when it can. Sentences of live topics are not in the reader's language, reasons are. */
export function shut_said(texts: Texts, reason: string | undefined, alternatives: Alternative[] | undefined, fallback: string | undefined, now_ms: number): Said {
  const opens = alternatives?.find((each) => each.kind === 'opens' && each.at);
  if (opens?.at && (reason === 'closed' || reason === 'authority_absent')) {
    const when = when_said(texts, opens.at, now_ms).text;
    return texts.say(reason === 'closed' ? 'ui.reason.closed_until' : 'ui.reason.authority_absent_until', { when });
  }
  const key = `ui.reason.${reason ?? 'closed'}`;
  if (texts.has(key)) return texts.say(key);
  return fallback ? { text: fallback, language: texts.language, dir: texts.dir } : texts.say('ui.reason.closed');
}

/** What the check of a body found is in Danish or English; all else that the daemon says is from the same catalogue as ours, and falls back as ours does. */
const FOUND = new Set(['wrong_content', 'malformed', 'too_large']);

/** The daemon's own sentence where there is one: it knows names and times. Else the catalogue's. Says in which language it is. */
export function problem_said(texts: Texts, problem: Problem): Said {
  const key = `problem.${problem.reason}`;
  const ours = texts.has(key) ? texts.say(key, { field: problem.field ?? '' }) : undefined;
  if (!problem.detail) return ours ?? texts.say('problem.busy');
  if (FOUND.has(problem.reason) && texts.language !== 'da' && texts.language !== 'en') return ours ?? { text: problem.detail, language: 'da', dir: 'ltr' };
  return { text: problem.detail, language: ours?.language ?? texts.language, dir: ours?.dir ?? texts.dir };
}

/** The catalogue's words for a reason, else the daemon's own, else what the state alone says. */
export function device_said(texts: Texts, fault: string | undefined, state: string, words: string | undefined): { words: Said; advice: Said | undefined } {
  const name = fault || state;
  const key = `device.${name}.words`;
  if (!texts.has(key)) {
    const plain = words && !words.startsWith('device.') ? words : texts.t('device.failed.words');
    return { words: { text: plain, language: texts.language, dir: texts.dir }, advice: undefined };
  }
  const advice = `device.${name}.advice`;
  return { words: texts.say(key), advice: texts.has(advice) ? texts.say(advice) : undefined };
}
