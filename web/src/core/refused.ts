// Why a live link is not accepted: a browser does not tell, so the page asks for the same thing by a plain call.
import { useCallback, useState } from 'preact/hooks';
import { get } from './api';

export type Refusal = 'signed_out' | 'forbidden' | 'unknown';

/** `path` is what the page shows, below /api/v1. Returns why it is refused, and what useFeed calls to find out. */
export function useRefused(path: string): [Refusal | undefined, () => void] {
  const [refusal, set_refusal] = useState<Refusal>();
  const ask = useCallback(() => {
    void get(path).then((answer) => {
      if (answer.ok) return set_refusal(undefined);
      const { status } = answer.problem;
      if (status === 401) set_refusal('signed_out');
      if (status === 403) set_refusal('forbidden');
      if (status === 404) set_refusal('unknown');
    });
  }, [path]);
  return [refusal, ask];
}
