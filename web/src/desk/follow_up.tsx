// A finger that heals is taken another day: a time for it, given here and now, and on paper where there is a printer.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call, get } from '../core/api';
import { day_label, weekday_of } from '../book/state';
import { Spoken, T, useTexts } from '../core/texts';
import type { Problem } from '../core/types';
import { wall } from '../core/time';
import { problem_said } from '../core/words';

const OFFERED_MAX = 12;
const DAYS_LOOKED_AT = 14;

interface Made { code: string; code_shown: string; start: string }

/** `from`: the first day on which it may help, as the box says. */
export function FollowUp({ service, from, language }: { service: string; from: string; language: string | undefined }): JSX.Element {
  const texts = useTexts();
  const [times, set_times] = useState<readonly string[]>();
  const [start, set_start] = useState('');
  const [made, set_made] = useState<Made>();
  const [problem, set_problem] = useState<Problem>();
  const [busy, set_busy] = useState(false);
  useEffect(() => {
    void get<{ start: string }[]>(`/slots?service=${encodeURIComponent(service)}&from=${from}&days=${DAYS_LOOKED_AT}`).then((answer) => set_times(answer.ok ? answer.data.slice(0, OFFERED_MAX).map((each) => each.start) : []));
  }, [service, from]);
  const words = (at: string): string => `${texts.t('ui.date.weekday', { day: weekday_of(at) })} ${day_label(at)} ${wall(at)}`;
  const book = (): void => {
    set_busy(true);
    void call<Made>('POST', '/bookings', { body: { services: [service], start, ...(language ? { language } : {}) } }).then((answer) => {
      set_busy(false);
      set_problem(answer.ok ? undefined : answer.problem);
      if (!answer.ok) return;
      set_made(answer.data);
      void call('POST', `/bookings/${encodeURIComponent(answer.data.code)}/print`, { body: {} });   // without a printer the code stands on the screen
    });
  };
  if (made) return <p role="status" data-booked={made.code}><T k="ui.enrol.recall_made" a={{ time: words(made.start), code: made.code_shown }} /></p>;
  if (!times) return <p />;
  if (times.length === 0) return <p><T k="ui.enrol.recall_none" /></p>;
  return (
    <div class="row follow-up">
      {problem && <p class="problem" role="alert"><Spoken said={problem_said(texts, problem)} /></p>}
      <label><T k="ui.enrol.recall" /> <select value={start} onChange={(event) => set_start(event.currentTarget.value)}><option value="">–</option>{times.map((each) => <option key={each} value={each}>{words(each)}</option>)}</select></label>
      <button type="button" disabled={busy || start === ''} onClick={book}><T k="ui.enrol.recall_book" /></button>
    </div>
  );
}
