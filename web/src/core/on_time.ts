// How late a booking that is still to come will probably be called, as staff read it.
import type { Said, Texts } from './texts';

export interface OnTime { p10_s: number; p50_s: number; p90_s: number }

/** Nobody minds two minutes; from there on whole minutes. */
const MINDED_S = 150;

export function on_time_said(texts: Texts, late: OnTime): Said {
  if (late.p90_s < MINDED_S) return texts.say('ui.on_time.yes');
  const from = Math.floor(late.p10_s / 60), to = Math.ceil(late.p90_s / 60);
  return from === 0 ? texts.say('ui.on_time.up_to', { to }) : texts.say('ui.on_time.late', { from, to });
}
