import type { ComponentChildren, JSX } from 'preact';

/** Things to pick several of, large enough for a finger. */
export function Chips({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return <fieldset class="chips"><legend>{title}</legend><div>{children}</div></fieldset>;
}

export function Chip({ on, press, off = false, children }: { on: boolean; press: () => void; off?: boolean; children: ComponentChildren }): JSX.Element {
  return <button type="button" class="chip" aria-pressed={on} disabled={off} onClick={press}>{children}</button>;
}

export function toggled<T>(list: readonly T[], item: T): T[] {
  return list.includes(item) ? list.filter((each) => each !== item) : [...list, item];
}

export function Stepper({ value, set, max, label, less, more }: { value: number; set: (to: number) => void; max: number; label: string; less: string; more: string }): JSX.Element {
  return (
    <fieldset class="stepper"><legend>{label}</legend><div>
      <button type="button" aria-label={less} disabled={value <= 1} onClick={() => set(value - 1)}>−</button>
      <output>{value}</output>
      <button type="button" aria-label={more} disabled={value >= max} onClick={() => set(value + 1)}>+</button></div>
    </fieldset>
  );
}
