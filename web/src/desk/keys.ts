// The keys of the desk. Function keys that Chromium leaves alone or lets a page take; letters are never used, so nothing
// fires while someone types or speaks to the computer. The clerk can switch them off.
import { useLayoutEffect } from 'preact/hooks';
import type { Action } from './state';

/** `primary`: the large button of the desk; `enrol`: that of an enrolment, while one runs, and the others what it offers besides. */
export type Keyed = Action | 'primary' | 'enrol' | 'enrol_take' | 'enrol_use' | 'enrol_missing';
export type KeyMap = Readonly<Partial<Record<Keyed, string>>>;

export const KEYS: KeyMap = {
  primary: 'F2', named: 'F3', recall: 'F4', finish: 'F8', no_show: 'F9',
  new: 'Shift+F2', go_on: 'Shift+F3', park: 'Shift+F4', transfer: 'Shift+F8', break: 'Shift+F9', add: 'Ctrl+F2', calling: 'Ctrl+F3', help: 'Ctrl+F8', enrol: 'Ctrl+F9',
  enrol_take: 'Ctrl+Shift+F2', enrol_use: 'Ctrl+Shift+F3', enrol_missing: 'Ctrl+Shift+F8', undo: 'Ctrl+Z',
};

/** What may have a key of its own, in the order in which it is shown. */
export const KEYED: readonly Keyed[] = ['primary', 'named', 'recall', 'finish', 'no_show', 'new', 'go_on', 'park', 'transfer', 'break', 'add', 'calling', 'help', 'enrol', 'enrol_take', 'enrol_use', 'enrol_missing'];

/** The browser or the system needs the others: help, reload, the address, full screen, developer's tools. */
const FREE = /^((Shift\+)?F[23489]|Ctrl\+(Shift\+)?F[2389])$/;
export const may_be_key = (name: string): boolean => FREE.test(name);

/** As a key event is named in KEYS, or undefined for keys that are none of ours. */
export function key_name(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>): string | undefined {
  if (event.altKey) return undefined;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z' && !event.shiftKey) return 'Ctrl+Z';
  if (event.metaKey || !/^F\d{1,2}$/.test(event.key)) return undefined;
  if (event.ctrlKey) return event.shiftKey ? `Ctrl+Shift+${event.key}` : `Ctrl+${event.key}`;
  return event.shiftKey ? `Shift+${event.key}` : event.key;
}

const STORED = 'skranke.desk.keys';
const STORED_MAP = 'skranke.desk.key_map';

/** The keys of this workplace: the usual ones, with what was changed here. What cannot be read, or names a key twice, is left out. */
export function read_map(stored: string | null): KeyMap {
  const map: Partial<Record<Keyed, string>> = { ...KEYS };
  let changed: unknown;
  try {
    changed = JSON.parse(stored ?? '{}');
  } catch {
    return map;
  }
  if (typeof changed !== 'object' || changed === null) return map;
  const wanted = Object.entries(changed).filter((entry): entry is [Keyed, string] => KEYED.includes(entry[0] as Keyed) && (entry[1] === '' || may_be_key(String(entry[1]))));
  for (const [action] of wanted) delete map[action];
  for (const [action, name] of wanted) if (name !== '' && !holder_of(map, name)) map[action] = name;
  return map;
}

export const holder_of = (map: KeyMap, name: string): Keyed | undefined => (Object.keys(map) as Keyed[]).find((each) => map[each] === name);

/** Only what differs from the usual keys is kept, so that better usual keys reach everybody else. */
export function changes_of(map: KeyMap): Partial<Record<Keyed, string>> {
  return Object.fromEntries(KEYED.filter((action) => map[action] !== KEYS[action]).map((action) => [action, map[action] ?? '']));
}

export function load_map(): KeyMap {
  try {
    return read_map(localStorage.getItem(STORED_MAP));
  } catch {
    return KEYS;
  }
}

export function store_map(map: KeyMap): void {
  try {
    localStorage.setItem(STORED_MAP, JSON.stringify(changes_of(map)));
  } catch {
    /* holds until reload */
  }
}

export function keys_on(): boolean {
  try {
    return localStorage.getItem(STORED) !== 'off';
  } catch {
    return true;
  }
}

export function store_keys(on: boolean): void {
  try {
    localStorage.setItem(STORED, on ? 'on' : 'off');
  } catch {
    /* stays as it is until reload */
  }
}

/** `asking`: a key is being chosen, so none acts. */
export function useKeys(on: boolean, map: KeyMap, asking: boolean, act: (action: Keyed) => void): void {
  useLayoutEffect(() => {
    if (!on || asking) return undefined;
    const press = (event: KeyboardEvent): void => {
      const name = key_name(event);
      const action = name && holder_of(map, name);
      if (!action) return;
      // In a text field Ctrl+Z takes back typing, not a citizen.
      if (action === 'undo' && event.target instanceof HTMLInputElement && event.target.type === 'text') return;
      event.preventDefault();
      // A key held down repeats some thirty times a second; a citizen must not be finished by that.
      if (!event.repeat) act(action);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
}
