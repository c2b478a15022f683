// What a kiosk tells of its glass, for the picture that staff see: the screen's name, the language and the aids, in words of letters alone. Pure.
import { NO_AIDS } from './state';
import type { Aids, KioskState, Screen } from './state';

export type ScreenName = Screen['name'] | 'night';

/** The last part of the key of the words for staff. A screen that is not here is not told. */
export const SCREENS = {
  home: 'choosing', several: 'choosing', yourself: 'hint', taking: 'taking', ticket: 'ticket', undone: 'undone', refused: 'refused', help: 'help', code: 'code', slots: 'slots', booked: 'booked',
  unbooked: 'undone', night: 'night',
} as const satisfies Record<ScreenName, string>;

export interface Told { showing: string; language: string; aids?: string }

/** Nothing of what was chosen, typed or given: a screen has a name, not a person. */
export function told_of(state: KioskState, night: boolean): Told {
  const aids = Object.entries(state.aids).filter(([, on]) => on).map(([aid]) => aid).join();
  return { showing: night ? 'night' : state.screen.name, language: state.language, ...(aids ? { aids } : {}) };
}

export interface Showing { screen: ScreenName; language: string; aids: Aids }

const is_screen = (word: string | undefined): word is ScreenName => word !== undefined && Object.hasOwn(SCREENS, word);

/** Out of what the daemon tells of the kiosk; nothing when it has told nothing, or nothing that we know. */
export function showing_of(details: Record<string, string> | undefined, language: string): Showing | undefined {
  const screen = details?.['showing'];
  if (!is_screen(screen)) return undefined;
  const on = (details?.['aids'] ?? '').split(',');
  const aids = Object.fromEntries(Object.keys(NO_AIDS).map((aid) => [aid, on.includes(aid)])) as unknown as Aids;
  return { screen, language: details?.['language'] ?? language, aids };
}
