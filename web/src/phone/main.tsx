// The citizen's own page: the number, when it will probably be their turn, and a call that cannot be overlooked.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { call, fresh_key } from '../core/api';
import { Fit } from '../core/fit';
import { Icon } from '../core/icons';
import { useTick } from '../core/feed';
import { Shown, begin, page_id, remember_language, remembered_language } from '../core/start';
import { Spoken, T, offered, speak, texts_in, useTexts } from '../core/texts';
import type { Key, Texts } from '../core/texts';
import { wall } from '../core/time';
import type { Problem, Session, Visit } from '../core/types';
import { problem_said, spaced, wait_said } from '../core/words';
import { follow } from './follow';
import type { Followed } from './follow';
import { Kept_until, More_time, Tell_me } from './more';
import { OLD_AFTER_MS, ahead_of, is_over, newly_called, phase } from './state';
import type { Phase } from './state';


function useFollowed(token: string): [Followed, () => void] {
  const [followed, set] = useState<Followed>({ visit: undefined, problem: undefined, heard_at: performance.now() });
  const again = useRef(() => {});
  useEffect(() => {
    const link = follow(token, set, (before, after) => {
      // A browser refuses to shake for a page that nobody has touched, and complains.
      if (newly_called(before, after) && navigator.userActivation?.hasBeenActive) navigator.vibrate?.([400, 200, 400, 200, 800]);
    });
    again.current = link.now;
    return link.end;
  }, [token]);
  return [followed, () => again.current()];
}

function PhonePage({ token, own, who }: { token: string; own: Texts; who: Session | undefined }): JSX.Element {
  const [texts, set_texts] = useState(own);
  const [followed, again] = useFollowed(token);
  const [trouble, set_trouble] = useState<Problem>();
  useTick(1000);
  const { visit } = followed;
  const choose = (language: string, keep: boolean): void => {
    void texts_in(language).then((next) => {
      if (keep) remember_language(language);
      speak(next);
      set_texts(next);
    }).catch(() => undefined);
  };
  useEffect(() => {
    const own_language = visit?.language;
    if (own_language && !remembered_language() && offered()[own_language]) choose(own_language, false);
  }, [visit?.language]);
  // Names of services and desks come in the language that is asked in.
  useEffect(() => { if (visit) again(); }, [texts]);
  const now_phase = visit ? phase(visit) : undefined;
  useEffect(() => {
    document.title = visit ? `${spaced(visit.number)} · ${texts.t(`ui.phone.title.${phase(visit)}`)}` : texts.t('ui.phone.page');
  }, [visit?.number, now_phase, texts]);
  const run = async (method: 'POST' | 'DELETE', path: string): Promise<void> => {
    set_trouble(undefined);
    const answer = await call(method, `/visits/${encodeURIComponent(token)}${path}`, method === 'POST' ? { key: fresh_key(), body: {} } : {});
    if (!answer.ok) set_trouble(answer.problem);
    again();
  };
  return (
    <Shown texts={texts}>
      <div class={`phone ${visit?.evacuation ? '' : (now_phase ?? '')}`} data-phase={now_phase ?? 'none'}>
        <header><p>{visit?.site ?? who?.site.name ?? ''}</p><LanguageChoice choose={choose} /></header>
        <main>
          {visit ? <Followed_visit followed={followed} visit={visit} run={run} /> : <Missing followed={followed} />}
          {trouble && <p class="problem" role="alert"><Spoken said={problem_said(texts, trouble)} /></p>}
        </main>
      </div>
    </Shown>
  );
}

function LanguageChoice({ choose }: { choose: (language: string, keep: boolean) => void }): JSX.Element {
  const texts = useTexts();
  return (
    <select aria-label={texts.t('ui.phone.language')} value={texts.language} onChange={(event) => choose(event.currentTarget.value, true)}>
      {Object.entries(offered()).map(([code, entry]) => <option key={code} value={code} lang={code}>{entry.name}</option>)}
    </select>
  );
}

function Missing({ followed }: { followed: Followed }): JSX.Element {
  const gone = followed.problem?.status === 404;
  if (!followed.problem) return <p role="status"><T k="ui.phone.starting" /></p>;
  if (followed.problem.status === 410) return <div><h1><T k="ui.phone.expired" /></h1><p><T k="ui.phone.expired_text" /></p></div>;
  return <div role="alert"><h1><T k={gone ? 'ui.phone.unknown' : 'ui.phone.no_link'} /></h1><p><T k={gone ? 'ui.phone.unknown_text' : 'ui.phone.no_link_text'} /></p></div>;
}

const HEADINGS: Record<Phase, Key> = {
  waiting: 'ui.phone.in_queue', soon: 'ui.phone.soon', called: 'ui.phone.called', serving: 'ui.phone.serving',
  parked: 'ui.phone.parked', missed: 'ui.phone.missed', over: 'ui.phone.over', left: 'ui.phone.left',
};

function Followed_visit({ followed, visit, run }: { followed: Followed; visit: Visit; run: (method: 'POST' | 'DELETE', path: string) => Promise<void> }): JSX.Element {
  const texts = useTexts();
  const at = phase(visit);
  const service = visit.steps[0] ? texts.name(visit.steps[0].names, visit.service_name ?? visit.steps[0].name ?? '').text : (visit.service_name ?? '');
  const desk = texts.name(visit.desk_names, visit.desk_name ?? visit.desk ?? '').text;
  return (
    <>
      {visit.evacuation && <p class="evacuation" role="alert"><Icon name="warning" /><span><b><T k="ui.phone.evacuation" /></b><br /><T k="ui.phone.evacuation_text" /></span></p>}
      {visit.merged_into && <p class="joined"><T k="ui.phone.merged" a={{ number: spaced(visit.merged_into) }} /></p>}
      {visit.back && !is_over(visit) && <p class="back" role="status"><T k={`ui.back.${visit.back.from}`} /></p>}
      <div class="call" aria-live="assertive">
        <h1><T k={HEADINGS[at]} a={{ service, desk }} /></h1>
        <Fit class="n">{spaced(visit.number)}</Fit>
        {at === 'called' && !visit.evacuation && <p class="go"><Icon name="arrow" width={6} flip /><span>{desk}</span></p>}
      </div>
      {(at === 'waiting' || at === 'soon') && <Waiting_facts followed={followed} visit={visit} />}
      {(at === 'parked' || at === 'missed') && (
        <div class="actions">{at === 'parked' && <Kept_until visit={visit} />}<p><T k={at === 'parked' ? 'ui.phone.parked_text' : 'ui.phone.missed_text'} /></p>
          <button type="button" class="primary" onClick={() => void run('POST', '/return')}><T k="ui.phone.return" /></button></div>
      )}
      {(at === 'over' || at === 'left') && <p><T k="ui.phone.over_text" /></p>}
      {!is_over(visit) && <Updated followed={followed} />}
      {!is_over(visit) && <More_time visit={visit} run={run} />}
      {(at === 'waiting' || at === 'soon' || at === 'parked') && <Tell_me token={visit.token} />}
      {(at === 'waiting' || at === 'soon' || at === 'parked') && <Leave run={run} />}
    </>
  );
}

function Waiting_facts({ followed, visit }: { followed: Followed; visit: Visit }): JSX.Element {
  const texts = useTexts();
  const ahead = ahead_of(visit);
  const old = performance.now() - followed.heard_at > OLD_AFTER_MS;
  return (
    <dl class="facts">
      <div><dt><T k="ui.phone.turn" /></dt>
        <dd>{old ? '–' : visit.expected_from && visit.expected_to
          ? <T k="ui.phone.between" a={{ from: wall(visit.expected_from), to: wall(visit.expected_to) }} />
          : <Spoken said={wait_said(texts, visit.estimate, ahead)} />}</dd></div>
      <div><dt><T k="ui.phone.ahead" /></dt><dd>{old ? '–' : <T k="ui.phone.people" a={{ n: ahead }} />}</dd></div>
    </dl>
  );
}

function Updated({ followed }: { followed: Followed }): JSX.Element {
  const seconds = Math.max(0, Math.round((performance.now() - followed.heard_at) / 1000));
  const old = seconds * 1000 > OLD_AFTER_MS;
  return (
    <p class={old ? 'updated old' : 'updated'}>
      <i aria-hidden="true" />{old ? <T k="ui.phone.old" a={{ n: Math.round(seconds / 60) }} /> : <T k="ui.phone.updated" a={{ n: seconds }} />}
    </p>
  );
}

/** Leaving is for good, so it is asked once. */
function Leave({ run }: { run: (method: 'POST' | 'DELETE', path: string) => Promise<void> }): JSX.Element {
  const [asked, set_asked] = useState(false);
  const [busy, set_busy] = useState(false);
  const stay = useRef<HTMLButtonElement>(null);
  useEffect(() => { if (asked) stay.current?.focus(); }, [asked]);
  if (!asked) return <div class="actions"><button type="button" onClick={() => set_asked(true)}><T k="ui.phone.leave" /></button></div>;
  const leave = (): void => {
    set_busy(true);
    void run('DELETE', '').finally(() => { set_busy(false); set_asked(false); });
  };
  return (
    <div class="actions ask" role="group" aria-labelledby="leave-ask">
      <h2 id="leave-ask"><T k="ui.phone.leave_ask" /></h2><p><T k="ui.phone.leave_text" /></p>
      <button type="button" class="primary" ref={stay} onClick={() => set_asked(false)}><T k="ui.phone.stay" /></button>
      <button type="button" class="danger" disabled={busy} onClick={leave}><T k="ui.phone.leave_yes" /></button>
    </div>
  );
}

const phone_language = (who: Session | undefined): string => {
  const wished = [remembered_language(), ...navigator.languages.map((each) => each.slice(0, 2)), who?.site.languages[0], 'da'];
  return wished.find((each) => each !== undefined && offered()[each]) ?? 'da';
};

void begin(phone_language, ({ session: who, texts }) => <PhonePage token={page_id()} own={texts} who={who} />);
