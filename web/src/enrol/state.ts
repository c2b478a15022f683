// What the citizen's screen knows of the enrolment, and the one thing that it says of it.
import { useEffect, useState } from 'preact/hooks';
import { get } from '../core/api';
import type { Key } from '../core/texts';

const ASK_EVERY_MS = 500;
/** A desk that was not heard of for so long may be somewhere else by now. */
const STALE_AFTER_MS = 4_000;

export interface Seen {
  state: string;
  language?: string;
  pictures?: boolean;
  needs?: { modality: string; position?: string }[];
  parts?: { modality: string; position?: string; capture: number }[];
  progress?: { done: number; of: number };
  capture?: number;
  hint?: string;
  /** The finger that the reader waits for just now. */
  lay?: string;
}

/** What a check or a hint asks of the citizen. The others are the clerk's to see to: light, background, the reader's settings. */
const ASKED = {
  single_face: 'one_face', eye_distance: 'closer', resolution: 'closer', head_size: 'back', crop_left: 'back', crop_right: 'back', crop_above: 'back', crop_below: 'back', room_around: 'back', yaw: 'straight', pitch: 'level', roll: 'upright', eyes_open: 'eyes', mouth_closed: 'mouth', even_light: 'light',
  no_finger: 'flat', faint: 'press', small: 'flat', dry: 'dry', wet: 'wet', off_centre: 'middle', unclear: 'still',
} as const;

export interface Said { kind: 'stale' | 'idle' | 'sealed' | 'do' | 'better' | 'good' | 'moment' | 'review'; key: Key }

export function instruction(seen: Seen | undefined, stale: boolean): Said {
  if (stale || !seen) return { kind: 'stale', key: 'ui.enrol_citizen.stale' };
  if (seen.state === 'sealed') return { kind: 'sealed', key: 'ui.enrol_citizen.sealed' };
  if (seen.lay) return { kind: 'do', key: seen.lay.startsWith('left') ? 'ui.enrol_citizen.finger_left' : 'ui.enrol_citizen.finger_right' };
  if (seen.state === 'review') return { kind: 'review', key: 'ui.enrol_citizen.review' };
  const need = seen.needs?.[0];
  if (!need) return { kind: 'idle', key: 'ui.enrol_citizen.idle' };
  if (seen.capture !== undefined) {
    if (!seen.hint) return { kind: 'good', key: 'ui.enrol_citizen.good' };
    const asked = ASKED[seen.hint as keyof typeof ASKED] as (typeof ASKED)[keyof typeof ASKED] | undefined;
    return asked ? { kind: 'better', key: `ui.enrol_citizen.hint.${asked}` } : { kind: 'moment', key: 'ui.enrol_citizen.moment' };
  }
  if (need.modality === 'face') return { kind: 'do', key: 'ui.enrol_citizen.look' };
  if (need.modality === 'signature') return { kind: 'do', key: 'ui.enrol_citizen.sign' };
  return { kind: 'do', key: need.position?.startsWith('left') ? 'ui.enrol_citizen.finger_left' : 'ui.enrol_citizen.finger_right' };
}

export const citizen_path = (desk: string): string => `/desks/${encodeURIComponent(desk)}/enrolment/citizen`;

/** Asks twice a second. `stale`: no answer for four seconds, or one that says that this is not the place any more. */
export function useSeen(path: string): { seen: Seen | undefined; stale: boolean; refused: boolean } {
  const [seen, set_seen] = useState<Seen>();
  const [stale, set_stale] = useState(false);
  const [refused, set_refused] = useState(false);
  useEffect(() => {
    let current = true;
    let timer = 0;
    let heard = Date.now();
    const turn = async (): Promise<void> => {
      const answer = await get<Seen>(path);
      if (!current) return;
      if (answer.ok) heard = Date.now();
      if (answer.ok) set_seen(answer.data);
      // Its access was taken away, or it never had one: it shows digits to be let in by.
      set_refused(!answer.ok && answer.problem.status === 401);
      // What stands there may be of somebody who has left: it goes with the connection.
      const lost = answer.ok ? false : answer.problem.status >= 400 && answer.problem.status < 500 ? true : Date.now() - heard > STALE_AFTER_MS;
      set_stale(lost);
      if (lost) set_seen(undefined);
      timer = window.setTimeout(() => void turn(), ASK_EVERY_MS);
    };
    void turn();
    return () => { current = false; window.clearTimeout(timer); };
  }, [path]);
  return { seen, stale, refused };
}
