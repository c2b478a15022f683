// The keys of the desk. Function keys that Chromium leaves alone or lets a page take; letters are never used, so nothing
// fires while someone types or speaks to the computer. The clerk can switch them off.
import { useLayoutEffect } from 'preact/hooks';
import type { Action } from './state';

export const KEYS: Readonly<Partial<Record<Action | 'primary', string>>> = {
  primary: 'F2', named: 'F3', recall: 'F4', finish: 'F8', no_show: 'F9',
  new: 'Shift+F2', go_on: 'Shift+F3', park: 'Shift+F4', transfer: 'Shift+F8', break: 'Shift+F9', undo: 'Ctrl+Z',
};

/** As a key event is named in KEYS, or undefined for keys that are none of ours. */
export function key_name(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>): string | undefined {
  if (event.altKey) return undefined;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z' && !event.shiftKey) return 'Ctrl+Z';
  if (event.ctrlKey || event.metaKey || !/^F\d{1,2}$/.test(event.key)) return undefined;
  return event.shiftKey ? `Shift+${event.key}` : event.key;
}

const STORED = 'skranke.desk.keys';

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

export function useKeys(on: boolean, act: (action: Action | 'primary') => void): void {
  useLayoutEffect(() => {
    if (!on) return undefined;
    const press = (event: KeyboardEvent): void => {
      const name = key_name(event);
      const action = (Object.keys(KEYS) as (Action | 'primary')[]).find((each) => KEYS[each] === name);
      if (!name || !action) return;
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
