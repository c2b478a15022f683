// Lists that panels read when they open.
import { useEffect, useState } from 'preact/hooks';
import { get } from '../core/api';

/** A list that the panel reads when it opens; undefined while it comes. */
export function useList<T>(path: string): T[] | undefined {
  const [list, set_list] = useState<T[]>();
  useEffect(() => {
    let wanted = true;
    void get<T[]>(path).then((answer) => { if (wanted) set_list(answer.ok ? answer.data : []); });
    return () => { wanted = false; };
  }, [path]);
  return list;
}
