// What a citizen can ask of the house beside the queue itself: more time, and to be told when the turn is near.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call, fresh_key, get } from '../core/api';
import { Spoken, T, useTexts } from '../core/texts';
import { wall } from '../core/time';
import type { Problem, Visit } from '../core/types';
import { problem_said } from '../core/words';
import { can_push, subscribe } from './push';
import { contact_typed, told_at } from './state';
import type { Reach } from './state';

export function More_time({ visit, run }: { visit: Visit; run: (method: 'POST' | 'DELETE', path: string) => Promise<void> }): JSX.Element {
  const [busy, set_busy] = useState(false);
  if (!visit.more_time) return <></>;
  const ask = (): void => {
    set_busy(true);
    void run('POST', '/more-time').finally(() => set_busy(false));
  };
  return (
    <div class="actions">
      <button type="button" disabled={busy} onClick={ask}><T k="ui.phone.more_time" a={{ n: visit.more_time.minutes }} /></button>
      <p class="why"><T k="ui.phone.more_time_why" a={{ n: visit.more_time.left }} /></p>
    </div>
  );
}

export function Kept_until({ visit }: { visit: Visit }): JSX.Element {
  return visit.parked_until ? <p><T k="ui.phone.parked_until" a={{ time: wall(visit.parked_until) }} /></p> : <></>;
}

/** Nothing is shown where the house can tell nobody anything. */
export function Tell_me({ token }: { token: string }): JSX.Element {
  const [reach, set_reach] = useState<Reach>();
  const [typed, set_typed] = useState('');
  const [problem, set_problem] = useState<Problem>();
  const path = `/visits/${encodeURIComponent(token)}/contact`;
  useEffect(() => { void get<Reach>(path).then((answer) => { if (answer.ok) set_reach(answer.data); }); }, [path]);
  if (!reach) return <></>;
  const browser = reach.push_key && can_push() ? <In_this_browser path={path.replace(/contact$/, 'push')} reach={reach} kept={set_reach} /> : <></>;
  if (!reach.sms && !reach.email) return browser;
  const keep = async (): Promise<void> => {
    const contact = contact_typed(typed);
    if (!contact) return;
    const answer = await call<Reach>('PUT', path, { key: fresh_key(), body: { contact } });
    set_problem(answer.ok ? undefined : answer.problem);
    if (answer.ok) set_reach(answer.data);
  };
  const stop = async (): Promise<void> => {
    const answer = await call('DELETE', path, { key: fresh_key() });
    set_problem(answer.ok ? undefined : answer.problem);
    if (answer.ok) set_reach({ ...reach, contact: undefined, push: false });
  };
  const to = told_at(reach);
  if (to) {
    return (
      <div class="tell" role="status">
        {browser}
        <p><T k="ui.phone.tell_kept" a={{ to }} /></p>
        <div class="actions"><button type="button" onClick={() => void stop()}><T k="ui.phone.tell_stop" /></button></div>
        <Wrong problem={problem} />
      </div>
    );
  }
  const label = reach.sms && reach.email ? 'ui.phone.tell_both' : reach.sms ? 'ui.phone.tell_phone' : 'ui.phone.tell_email';
  return (
    <form class="tell" onSubmit={(event) => { event.preventDefault(); void keep(); }}>
      {browser}
      <h2><T k="ui.phone.tell" /></h2>
      <label><span><T k={label} /></span>
        <input type="text" inputMode={reach.email ? 'email' : 'tel'} autocomplete={reach.sms ? 'tel' : 'email'} maxLength={200} required
          value={typed} onInput={(event) => set_typed(event.currentTarget.value)} /></label>
      <p class="why"><T k="ui.phone.tell_why" /></p>
      <div class="actions"><button type="submit"><T k="ui.phone.tell_save" /></button></div>
      <Wrong problem={problem} />
    </form>
  );
}

/** On this phone itself, by its browser: nothing is typed. */
function In_this_browser({ path, reach, kept }: { path: string; reach: Reach; kept: (reach: Reach) => void }): JSX.Element {
  const [refused, set_refused] = useState(false);
  const ask = async (): Promise<void> => {
    const keys = await subscribe(reach.push_key ?? '').catch(() => undefined);
    const answer = keys && (await call<Reach>('PUT', path, { key: fresh_key(), body: keys }));
    set_refused(!answer?.ok);
    if (answer?.ok) kept(answer.data);
  };
  if (reach.push) return <p role="status"><T k="ui.phone.push_on" /></p>;
  return (
    <div class="actions">
      <button type="button" onClick={() => void ask()}><T k="ui.phone.push" /></button>
      {refused && <p role="alert"><T k="ui.phone.push_not" /></p>}
    </div>
  );
}

function Wrong({ problem }: { problem: Problem | undefined }): JSX.Element {
  const texts = useTexts();
  return <div role="alert">{problem && <p class="problem"><Spoken said={problem_said(texts, problem)} /></p>}</div>;
}
