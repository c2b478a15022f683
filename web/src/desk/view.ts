import type { Desk } from '../core/types';
import type { Lost } from '../core/lost';
import type { Actions } from './actions';
import type { KeyMap } from './keys';
import type { Action, DeskEvent, DeskState } from './state';

/** What every part of the page is given. `now` is the daemon's clock, milliseconds. */
export interface View {
  desk: Desk; state: DeskState; send: (event: DeskEvent) => void; act: Actions; now: number;
  /** Runs an action or opens its panel, as its button and its key do. */
  press: (action: Action | 'primary') => void;
  /** Key of the reason why an action cannot be taken, or undefined. */
  off: (action: Action) => string | undefined;
  /** Whom no message reached, of those that this desk serves. */
  untold: readonly Lost[];
  keys: boolean;
  map: KeyMap;
  set_keys: (on: boolean) => void;
  set_map: (map: KeyMap) => void;
}

/** The one large button, by what is at the desk. */
export function primary(desk: Desk): 'open' | 'next' | 'start' | 'finish_next' {
  if (desk.state !== 'open' && !desk.visit) return 'open';
  if (!desk.visit) return 'next';
  return desk.visit.state === 'called' ? 'start' : 'finish_next';
}
