// Calls of a page where one press at a time counts.
import { useRef, useState } from 'preact/hooks';
import { call } from './api';
import type { Answer } from './api';
import type { Problem } from './types';

export interface OnePress {
  busy: boolean;
  /** Of the last call that failed, until the next one. */
  problem: Problem | undefined;
  set_problem: (problem: Problem | undefined) => void;
  /** While one is on its way a second press does nothing. */
  run: <R>(method: string, path: string, body: unknown) => Promise<Answer<R>>;
}

export function useOnePress(): OnePress {
  const [problem, set_problem] = useState<Problem>();
  const [busy, set_busy] = useState(false);
  const running = useRef(false);
  async function run<R>(method: string, path: string, body: unknown): Promise<Answer<R>> {
    if (running.current) return { ok: false, problem: { reason: 'busy', status: 0 } };
    running.current = true;
    set_busy(true);
    set_problem(undefined);
    const answer = await call<R>(method, path, { body });
    running.current = false;
    set_busy(false);
    if (!answer.ok) set_problem(answer.problem);
    return answer;
  }
  return { busy, problem, set_problem, run };
}
