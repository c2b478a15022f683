// Fields of the booking pages: a label, what is asked, and what is wrong with it, said where it stands.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Spoken, T, useTexts } from '../core/texts';
import type { Key } from '../core/texts';
import type { Need, Problem } from '../core/types';
import { problem_said } from '../core/words';

/** Whether a refusal names the field `name`, or one within it. */
export const at_field = (problem: Problem | undefined, name: string): boolean => problem?.field === name || (problem?.field ?? '').startsWith(`${name}.`);

/** What no field of the form can say: `fields` are those that say their own. */
export function Trouble({ problem, fields = [] }: { problem: Problem | undefined; fields?: readonly string[] }): JSX.Element {
  const texts = useTexts();
  const here = problem && !fields.some((name) => at_field(problem, name));
  return <div role="alert">{here && <p class="problem"><Spoken said={problem_said(texts, problem)} /></p>}</div>;
}

interface FieldProps {
  k: Key; name: string; problem: Problem | undefined; why?: Key | undefined;
  /** The control, given what ties it to its words. */
  children: (tie: { id: string; 'aria-invalid': boolean; 'aria-describedby': string | undefined }) => ComponentChildren;
}

export function Field({ k, name, problem, why, children }: FieldProps): JSX.Element {
  const texts = useTexts();
  const wrong = at_field(problem, name);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => { if (wrong) box.current?.querySelector<HTMLElement>('input, select')?.focus(); }, [problem]);
  const said = [wrong ? `${name}-wrong` : '', why ? `${name}-why` : ''].filter(Boolean).join(' ');
  return (
    <div class="line" ref={box}>
      <label for={name}><T k={k} /></label>
      {why && <p class="why" id={`${name}-why`}><T k={why} /></p>}
      {wrong && problem && <p class="problem" id={`${name}-wrong`}><Spoken said={problem_said(texts, problem)} /></p>}
      {children({ id: name, 'aria-invalid': wrong, 'aria-describedby': said || undefined })}
    </div>
  );
}

const NEEDS = ['wheelchair', 'interpreter', 'hearing', 'sight', 'companion'] as const;

/** What staff shall know; nobody must answer, so it is folded away. */
export function Needs({ needs, set_needs }: { needs: readonly Need[]; set_needs: (needs: readonly Need[]) => void }): JSX.Element {
  const toggle = (need: Need): void => set_needs(needs.includes(need) ? needs.filter((one) => one !== need) : [...needs, need]);
  return (
    <details class="needs">
      <summary><T k="booking.needs" /></summary>
      {NEEDS.map((need) => (
        <label class="choice" key={need}><input type="checkbox" data-need={need} checked={needs.includes(need)} onChange={() => toggle(need)} /><span><T k={`ui.kiosk.need.${need}`} /></span></label>
      ))}
    </details>
  );
}
