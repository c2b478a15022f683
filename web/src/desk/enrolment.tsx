// Portrait, fingerprints and signature at the desk: one thing at a time, with one sentence to say aloud. The pictures stay in
// the box; what is shown here is a small preview, asked for while it is needed and kept nowhere.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { call, get } from '../core/api';
import type { Answer } from '../core/api';
import { Icon } from '../core/icons';
import { Spoken, T, useTexts } from '../core/texts';
import type { Key } from '../core/texts';
import type { Current, Problem } from '../core/types';
import { problem_said } from '../core/words';
import { Hands } from './hands';

const PREVIEW_EVERY_MS = 100;
const PATIENCE_MS = 25_000;
const AGES = ['from_12', 'from_6', 'under_6'] as const;
const ATTESTED = ['glasses', 'covering', 'expression', 'shadows'] as const;
const REASONS = ['medical', 'religious', 'child', 'equipment'] as const;
const GROUNDS = ['bandaged', 'injured', 'worn', 'amputated', 'disability'] as const;
/** For these a later day may help. */
const TEMPORARY = new Set<string>(['bandaged', 'injured']);

interface Here { profiles: { id: string; name: string }[]; kit: string[]; hindrance?: string; visit?: string; running?: string }
interface Check { id: string; verdict: 'pass' | 'warn' | 'fail'; hint: { da: string; en: string } }
interface Step { id: string; profile: string; state: string; needs: { modality: string; position?: string }[]; expires_at: string; capture?: number; quality?: number; checks?: Check[]; envelope_sha256?: string; follow_up_days?: number }

export function Enrolment({ desk, visit }: { desk: string; visit: Current }): JSX.Element | null {
  const texts = useTexts();
  const [here, set_here] = useState<Here>();
  const [step, set_step] = useState<Step>();
  const [taken, set_taken] = useState<Step>();
  const [problem, set_problem] = useState<Problem>();
  const [busy, set_busy] = useState(false);
  const path = `/visits/${encodeURIComponent(visit.visit)}/enrolments`;

  const settle = (answer: Answer<Step>): void => {
    set_busy(false);
    if (!answer.ok) {
      set_problem(answer.problem);
      // What is over on the box is over here.
      if (answer.problem.status === 404 || answer.problem.reason === 'expired') { set_step(undefined); set_taken(undefined); }
      return;
    }
    set_problem(undefined);
    set_taken(answer.data.capture !== undefined ? answer.data : undefined);
    set_step(answer.data.state === 'cancelled' ? undefined : answer.data);
  };
  const ask = (what: string, body: unknown = {}): void => {
    if (busy) return;
    set_busy(true);
    void call<Step>('POST', step ? `${path}/${step.id}/${what}` : path, { body, attempts: 1, patience_ms: PATIENCE_MS }).then(settle);
  };
  useEffect(() => {
    let current = true;
    void get<Here>(`/desks/${encodeURIComponent(desk)}/enrolment`).then((answer) => {
      if (!current || !answer.ok) return;
      set_here(answer.data);
      if (answer.data.running && answer.data.visit === visit.visit) void call<Step>('GET', `${path}/${answer.data.running}`, { patience_ms: PATIENCE_MS }).then(settle);
    });
    return () => { current = false; };
  }, [desk, visit.visit]);

  if (!here?.profiles.length || !here.kit.length) return null;
  const need = step?.needs[0];
  return (
    <section class="enrolment" aria-label={texts.t('ui.enrol.title')} data-state={step?.state ?? 'none'} data-busy={busy ? 'yes' : 'no'}>
      <h3><T k="ui.enrol.title" />{step && <span class="quiet"> · {here.profiles.find((each) => each.id === step.profile)?.name}</span>}</h3>
      {problem && <p class="problem" role="alert"><Icon name="warning" /><span><Spoken said={problem_said(texts, problem)} /></span></p>}
      {!step && <Begin here={here} busy={busy} begin={(profile, age) => ask('', { profile, age })} />}
      {step && need?.modality === 'face' && <Face path={`${path}/${step.id}`} taken={taken} busy={busy} ask={ask} />}
      {step && need?.modality === 'finger' && <Finger wanted={step.needs} taken={taken} busy={busy} ask={ask} />}
      {step && need?.modality === 'signature' && <Signature taken={taken} busy={busy} ask={ask} />}
      {step?.state === 'review' && <Review busy={busy} ask={ask} />}
      {step?.state === 'sealed' && <Sealed step={step} />}
      {step && step.state !== 'sealed' && <p><button type="button" class="line" disabled={busy} onClick={() => ask('cancel')}><T k="ui.enrol.cancel" /></button></p>}
    </section>
  );
}

interface Part { taken: Step | undefined; busy: boolean; ask: (what: string, body?: unknown) => void }

function Begin({ here, busy, begin }: { here: Here; busy: boolean; begin: (profile: string, age: string) => void }): JSX.Element {
  const texts = useTexts();
  const [age, set_age] = useState<string>(AGES[0]);
  if (here.hindrance) return <p role="status"><Spoken said={problem_said(texts, { reason: here.hindrance, status: 503 })} /></p>;
  return (
    <div class="begin">
      <label><T k="ui.enrol.age" /> <select value={age} onChange={(event) => set_age(event.currentTarget.value)}>{AGES.map((each) => <option key={each} value={each}>{texts.t(`ui.enrol.ages.${each}`)}</option>)}</select></label>
      {here.profiles.map((each) => <button key={each.id} type="button" disabled={busy} onClick={() => begin(each.id, age)}><T k="ui.enrol.begin" a={{ document: each.name }} /></button>)}
    </div>
  );
}

/** The first that is wrong, in words to be said; the rest below it. */
function Verdicts({ checks }: { checks: Check[] }): JSX.Element {
  const texts = useTexts();
  const language = texts.language === 'da' ? 'da' : 'en';
  const worst = checks.find((each) => each.verdict === 'fail') ?? checks.find((each) => each.verdict === 'warn');
  return (
    <>
      <p class="say" role="status">{worst ? <><T k="ui.enrol.say" /> <b>{worst.hint[language]}</b></> : <b><T k="ui.enrol.good" /></b>}</p>
      <ul class="verdicts">{checks.map((each) => <li key={each.id} data-verdict={each.verdict}><Icon name={each.verdict === 'pass' ? 'check' : 'warning'} /> {texts.t(`ui.enrol.check.${each.id}` as Key)} <small>{texts.t(`ui.enrol.verdict.${each.verdict}`)}</small></li>)}</ul>
    </>
  );
}

/** The live picture, one after the other as fast as they come; with the outline that the head should fill. */
function Preview({ path }: { path: string }): JSX.Element {
  const texts = useTexts();
  const image = useRef<HTMLImageElement>(null);
  const [lost, set_lost] = useState(false);
  useEffect(() => {
    let current = true;
    let shown = '';
    const show = async (): Promise<void> => {
      while (current) {
        const answer = await fetch(`/api/v1${path}/preview`, { credentials: 'same-origin', cache: 'no-store' }).catch(() => undefined);
        if (!current) break;
        set_lost(!answer?.ok);
        if (answer?.ok && image.current) {
          const next = URL.createObjectURL(await answer.blob());
          image.current.src = next;
          if (shown) URL.revokeObjectURL(shown);
          shown = next;
        }
        await new Promise((done) => window.setTimeout(done, answer?.ok ? PREVIEW_EVERY_MS : 2_000));
      }
      if (shown) URL.revokeObjectURL(shown);
    };
    void show();
    return () => { current = false; };
  }, [path]);
  return (
    <div class="preview" data-lost={lost ? 'yes' : 'no'}>
      <img ref={image} alt={texts.t('ui.enrol.preview')} width="240" height="320" />
      <svg viewBox="0 0 240 320" aria-hidden="true"><ellipse cx="120" cy="150" rx="78" ry="108" /><path d="M60 138H180" /></svg>
      {lost && <p role="alert"><T k="ui.enrol.no_picture" /></p>}
    </div>
  );
}

function Face({ path, taken, busy, ask }: Part & { path: string }): JSX.Element {
  const texts = useTexts();
  const [attested, set_attested] = useState<string[]>([]);
  const [reason, set_reason] = useState('');
  useEffect(() => { set_attested([]); set_reason(''); }, [taken?.capture]);
  const failed = taken?.checks?.filter((each) => each.verdict === 'fail') ?? [];
  const fatal = failed.some((each) => each.id === 'single_face');
  const ready = taken && !fatal && attested.length === ATTESTED.length && (failed.length === 0 || reason !== '');
  return (
    <div class="face">
      <Preview path={path} />
      <div>
        {!taken && <p class="say"><T k="ui.enrol.say" /> <b><T k="ui.enrol.say_face" /></b></p>}
        {taken?.checks && <Verdicts checks={taken.checks} />}
        <p class="row"><button type="button" class={taken ? 'line' : 'primary'} disabled={busy} onClick={() => ask('capture', { modality: 'face' })}><T k={taken ? 'ui.enrol.again' : 'ui.enrol.take_face'} /></button></p>
        {taken && !fatal && (
          <fieldset disabled={busy}><legend><T k="ui.enrol.attest" /></legend>
            {ATTESTED.map((each) => <label key={each}><input type="checkbox" checked={attested.includes(each)} onChange={(event) => set_attested(event.currentTarget.checked ? [...attested, each] : attested.filter((one) => one !== each))} /> {texts.t(`ui.enrol.attested.${each}`)}</label>)}
            {failed.length > 0 && <label><T k="ui.enrol.reason" /> <select value={reason} onChange={(event) => set_reason(event.currentTarget.value)}><option value="">–</option>{REASONS.map((each) => <option key={each} value={each}>{texts.t(`ui.enrol.reasons.${each}`)}</option>)}</select></label>}
            <button type="button" class="primary" disabled={busy || !ready} onClick={() => ask('accept', { capture: taken.capture, attested: true, ...(failed[0] ? { override: { check: failed[0].id, reason } } : {}) })}><T k="ui.enrol.accept" /></button>
          </fieldset>
        )}
      </div>
    </div>
  );
}

function Finger({ wanted, taken, busy, ask }: Part & { wanted: Step['needs'] }): JSX.Element {
  const texts = useTexts();
  const position = wanted[0]?.position ?? '';
  const [ground, set_ground] = useState('');
  useEffect(() => set_ground(''), [position]);
  const words = texts.t(`ui.enrol.finger.${position}` as Key);
  const poor = (taken?.checks?.length ?? 0) > 0;
  return (
    <div class="finger">
      <Hands wanted={position} label={words} />
      <div>
        <p class="say" role="status"><T k="ui.enrol.say" /> <b>{poor ? taken?.checks?.[0]?.hint[texts.language === 'da' ? 'da' : 'en'] : texts.t('ui.enrol.say_finger', { finger: words })}</b></p>
        {taken && <p><T k="ui.enrol.quality" a={{ n: taken.quality ?? 0 }} /> <meter min={0} max={100} low={40} value={taken.quality ?? 0} aria-hidden="true" /></p>}
        <p class="row"><button type="button" class={taken && !poor ? 'line' : 'primary'} disabled={busy} onClick={() => ask('capture', { modality: 'finger', position })}><T k={taken ? 'ui.enrol.again' : 'ui.enrol.take_finger'} /></button>
          {taken && <button type="button" class={poor ? 'line' : 'primary'} disabled={busy} onClick={() => ask('accept', { capture: taken.capture, ...(poor ? { override: { check: 'print_score', reason: 'worn' } } : {}) })}><T k={poor ? 'ui.enrol.accept_poor' : 'ui.enrol.accept'} /></button>}</p>
        <details><summary><T k="ui.enrol.missing" /></summary>
          <label><T k="ui.enrol.reason" /> <select value={ground} onChange={(event) => set_ground(event.currentTarget.value)}><option value="">–</option>{GROUNDS.map((each) => <option key={each} value={each}>{texts.t(`ui.enrol.grounds.${each}`)}</option>)}</select></label>
          <button type="button" disabled={busy || ground === ''} onClick={() => ask('exception', { modality: 'finger', position, ground, temporary: TEMPORARY.has(ground) })}><T k="ui.enrol.skip_finger" a={{ finger: words }} /></button>
        </details>
      </div>
    </div>
  );
}

function Signature({ taken, busy, ask }: Part): JSX.Element {
  return (
    <div>
      <p class="say" role="status"><T k="ui.enrol.say" /> <b><T k="ui.enrol.say_sign" /></b></p>
      <p class="row"><button type="button" class={taken ? 'line' : 'primary'} disabled={busy} onClick={() => ask('capture', { modality: 'signature' })}><T k={taken ? 'ui.enrol.again' : 'ui.enrol.take_sign'} /></button>
        {taken && <button type="button" class="primary" disabled={busy} onClick={() => ask('accept', { capture: taken.capture })}><T k="ui.enrol.accept" /></button>}</p>
      <p><button type="button" class="line" disabled={busy} onClick={() => ask('exception', { modality: 'signature', ground: 'cannot_sign' })}><T k="ui.enrol.cannot_sign" /></button></p>
    </div>
  );
}

function Review({ busy, ask }: Omit<Part, 'taken'>): JSX.Element {
  return (
    <div>
      <p role="status"><T k="ui.enrol.review" /></p>
      <p><button type="button" class="primary" disabled={busy} onClick={() => ask('complete')}><T k="ui.enrol.seal" /></button></p>
      <p>{(['face', 'finger', 'signature'] as const).map((each) => <button key={each} type="button" class="line" disabled={busy} onClick={() => ask('redo', { modality: each })}><T k={`ui.enrol.redo.${each}`} /></button>)}</p>
    </div>
  );
}

function Sealed({ step }: { step: Step }): JSX.Element {
  return (
    <div role="status">
      <p><Icon name="check" /> <b><T k="ui.enrol.sealed" /></b></p>
      {step.follow_up_days !== undefined && <p><T k="ui.enrol.follow_up" a={{ days: step.follow_up_days }} /></p>}
      <p class="quiet"><T k="ui.enrol.receipt_no" /> <code>{step.envelope_sha256?.slice(0, 12)}</code></p>
    </div>
  );
}
