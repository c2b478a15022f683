// What the house keeps about whoever holds the code: seen, taken along and deleted by them.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call, fresh_key, get } from '../core/api';
import { Spoken, T, useTexts } from '../core/texts';
import type { Problem } from '../core/types';
import { problem_said } from '../core/words';
import { clock, day_label } from './state';

interface Kept_data { code: string; contact?: { email?: string; phone?: string }; erased_at?: string; seen: { at: string; by: string }[] }

export function Personal_data({ path }: { path: string }): JSX.Element {
  const texts = useTexts();
  const [kept, set_kept] = useState<Kept_data>();
  const [asked, set_asked] = useState(false);
  const [problem, set_problem] = useState<Problem>();
  const look = async (): Promise<void> => {
    const answer = await get<Kept_data>(`${path}/personal-data`);
    set_problem(answer.ok ? undefined : answer.problem);
    if (answer.ok) set_kept(answer.data);
  };
  useEffect(() => { void look(); }, [path]);
  const erase = async (): Promise<void> => {
    const answer = await call('DELETE', `${path}/personal-data`, { key: fresh_key() });
    set_problem(answer.ok ? undefined : answer.problem);
    set_asked(false);
    if (answer.ok) void look();
  };
  if (!kept) return <div role="alert">{problem && <p class="problem"><Spoken said={problem_said(texts, problem)} /></p>}</div>;
  const { contact } = kept;
  return (
    <section class="personal" aria-labelledby="personal">
      <h2 id="personal"><T k="booking.data" /></h2>
      {contact ? <p>{[contact.email, contact.phone].filter(Boolean).join(' · ')}</p> : <p><T k="booking.data_none" /></p>}
      {contact && kept.erased_at && <p class="why"><T k="booking.data_until" a={{ date: day_label(kept.erased_at), time: clock(kept.erased_at) }} /></p>}
      <p class="why"><T k="booking.data_seen" a={{ n: kept.seen.length }} /></p>
      {problem && <p class="problem" role="alert"><Spoken said={problem_said(texts, problem)} /></p>}
      <div class="actions">
        <a class="button" href={`/api/v1${path}/personal-data`} download={`${kept.code}.json`}><T k="booking.data_export" /></a>
        {contact && !asked && <button type="button" class="danger" onClick={() => set_asked(true)}><T k="booking.data_delete" /></button>}
      </div>
      {asked && (
        <div class="actions ask" role="group" aria-labelledby="erase">
          <h3 id="erase"><T k="booking.data_sure" /></h3>
          <button type="button" class="primary" onClick={() => set_asked(false)}><T k="booking.back" /></button>
          <button type="button" class="danger" onClick={() => void erase()}><T k="booking.data_delete" /></button>
        </div>
      )}
    </section>
  );
}
