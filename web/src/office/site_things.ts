// A facility file as forms see it, and what the daemon finds wrong with it.
import type { Key } from '../core/texts';

export type Value = string | number | boolean | Value[] | { [key: string]: Value };
export type Thing = Record<string, Value>;
export type Facility = Record<string, Value>;

/** `usual`: what holds while the key is not there. `group`: a heading before this field. */
export type Field = { key: string; label: Key; wide?: boolean; needed?: boolean; usual?: string | number | boolean; group?: Key } & (
  | { kind: 'text' | 'words' | 'lines' | 'time' | 'date' | 'days' | 'flag' | 'list' | 'volumes' }
  | { kind: 'number'; min: number; max: number; step?: number }
  | { kind: 'choice' | 'ticks'; options: readonly string[]; words?: string }
  | { kind: 'one' | 'many'; of: string }
  /** One choice for each day, or for each desk. */
  | { kind: 'each'; of: 'days' | 'desk'; options: readonly string[]; words: string }
  /** Things within the thing, each with fields of its own. */
  | { kind: 'things'; fields: readonly Field[]; fresh: Thing; max: number });

export interface Section { key: string; title: Key; single?: boolean; fields: readonly Field[]; fresh: (facility: Facility) => Thing }

export interface Finding { severity: 'error' | 'warning'; line?: number; field?: string; message: string }
