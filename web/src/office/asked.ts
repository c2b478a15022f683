// A report as it is asked for: again while the daemon still folds its journal; signed out leads to the sign-in.
import { useEffect, useState } from 'preact/hooks';
import { get, go_to_sign_in } from '../core/api';
import type { Problem } from '../core/types';

const RETRY_MS = 700, RETRIES_MAX = 200;

export function useAnswer<T>(path: string): { data: T | undefined; problem: Problem | undefined } {
  const [found, set_found] = useState<{ data: T | undefined; problem: Problem | undefined }>({ data: undefined, problem: undefined });
  useEffect(() => {
    let wanted = true, tries = 0;
    const ask = (): void => void get<T>(path).then((answer) => {
      if (!wanted) return;
      if (answer.ok) return set_found({ data: answer.data, problem: undefined });
      if (answer.problem.status === 401) return go_to_sign_in();
      if (answer.problem.reason === 'busy' && ++tries < RETRIES_MAX) { window.setTimeout(ask, RETRY_MS); return undefined; }
      return set_found({ data: undefined, problem: answer.problem });
    });
    ask();
    return () => { wanted = false; };
  }, [path]);
  return found;
}
