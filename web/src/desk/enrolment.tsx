// Portrait, fingerprints and signature at the desk: one thing at a time, with one sentence to say aloud. The pictures stay in
// the box; what is shown here is a small preview, asked for while it is needed and kept nowhere.
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { call, get } from '../core/api';
import type { Answer } from '../core/api';
import { Icon } from '../core/icons';
import { Spoken, T, useTexts } from '../core/texts';
import type { Key, Texts } from '../core/texts';
import type { Current, Problem } from '../core/types';
import { wall } from '../core/time';
import { problem_said } from '../core/words';
import { Live, Taken } from '../core/enrolment_pictures';
import { Hands } from '../core/hands';
import { key_words } from './citizen';
import { FollowUp } from './follow_up';
import type { Keyed } from './keys';
import type { View } from './view';

const PREVIEW_EVERY_MS = 100;
const PATIENCE_MS = 25_000;
/** While none runs here: is the kit free, has one come from another desk? */
const LOOK_EVERY_MS = 3_000;
const AGES = ['from_12', 'from_6', 'under_6'] as const;
const ATTESTED = ['glasses', 'covering', 'hair', 'expression', 'shadows', 'person'] as const;
const REASONS = ['medical', 'religious', 'child', 'equipment'] as const;
const GROUNDS = ['bandaged', 'injured', 'worn', 'amputated', 'disability'] as const;
/** Whether the picture is taken by itself when all is fine; as the clerk left it, while the page is open. */
let takes_itself = false;
/** For these a later day may help. */
const TEMPORARY = new Set<string>(['bandaged', 'injured']);

type Source = 'live' | 'scanned' | 'imported';
interface Place { desk: string; name: string }
interface Here { profiles: { id: string; name: string; sources: Source[] }[]; kit: string[]; hindrance?: string; visit?: string; running?: string; kit_taken_by?: Place; place_in_line?: number; others: Place[]; coming?: { id: string; profile: string; from: string } }
interface Done { modality: 'face' | 'finger' | 'signature'; position?: string; capture: number; quality?: number }
interface Both { da: string; en: string }
interface Check { id: string; verdict: 'pass' | 'warn' | 'fail'; hint: Both }
interface Judged { of?: { modality: string; position?: string }; capture?: number; quality?: number; checks?: Check[]; unjudged?: { id: string; why: string; words: Both }[]; assessed?: { value: number; name: string; version: string } }
interface Step extends Judged { id: string; profile: string; state: string; needs: { modality: string; position?: string }[]; parts: Done[]; progress: { done: number; of: number }; verified?: { position: string; same: boolean; quality: number }; expires_at: string; envelope_sha256?: string; follow_up_days?: number; follow_up_from?: string }

export function Enrolment({ view, visit }: { view: View; visit: Current }): JSX.Element | null {
  const desk = view.desk.id;
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
  useEffect(() => {
    if (step) return undefined;
    const timer = window.setInterval(() => void get<Here>(`/desks/${encodeURIComponent(desk)}/enrolment`).then((answer) => { if (answer.ok) set_here(answer.data); }), LOOK_EVERY_MS);
    return () => window.clearInterval(timer);
  }, [desk, step === undefined]);
  const take_over = (id: string): void => {
    set_busy(true);
    void call<Step>('POST', `${path}/${id}/take-over`, { attempts: 1, patience_ms: PATIENCE_MS }).then(settle);
  };
  /** First the enrolment, then the citizen; if the citizen stays after all, it goes on here. */
  const hand_over = (to: Place): void => {
    if (busy || !step) return;
    set_busy(true);
    void call<Step>('POST', `${path}/${step.id}/hand-over`, { body: { desk: to.desk }, attempts: 1, patience_ms: PATIENCE_MS }).then((answer) => {
      settle(answer);
      if (!answer.ok) return;
      set_step(undefined);
      view.act.transfer({ to_desk: to.desk }, { place: 'front' });
    });
  };

  const { section, inside } = useFocusKept(busy);

  if (!here?.profiles.length || !here.kit.length) return null;
  const need = step?.needs[0];
  // Not one of the other hand, which may have been taken by another way.
  const mine = taken && need && taken.of?.modality === need.modality && taken.of.position === need.position ? taken : undefined;
  const part = { view, path: `${path}/${step?.id ?? ''}`, busy, ask };
  return (
    <section class="enrolment" ref={section} onFocusIn={() => { inside.current = true; }} onFocusOut={(event) => { if (event.relatedTarget) inside.current = false; }} aria-label={texts.t('ui.enrol.title')} data-state={step?.state ?? 'none'} data-busy={busy ? 'yes' : 'no'}>
      <h3><T k="ui.enrol.title" />{step && <span class="quiet"> · {here.profiles.find((each) => each.id === step.profile)?.name}</span>}</h3>
      {problem && <p class="problem" role="alert"><Icon name="warning" /><span><Spoken said={problem_said(texts, problem)} /></span></p>}
      {!step && <Waiting here={here} />}
      {!step && here.coming && <Coming view={view} from={here.coming.from} busy={busy} go_on={() => take_over(here.coming!.id)} />}
      {!step && !here.coming && <Begin here={here} busy={busy} begin={(profile, age) => ask('', { profile, age })} />}
      {step && step.state !== 'sealed' && <Progress of={step.progress} until={step.expires_at} />}
      {step && need?.modality === 'face' && <Face {...part} taken={mine} sources={here.profiles.find((each) => each.id === step.profile)?.sources ?? []} />}
      {step && need?.modality === 'finger' && <Finger {...part} wanted={step.needs} taken={mine} />}
      {step && need?.modality === 'signature' && <Signature {...part} taken={mine} />}
      {step?.state === 'review' && <Review {...part} step={step} />}
      {step?.state === 'sealed' && <Sealed step={step} visit={visit} />}
      {step && step.state !== 'sealed' && here.others.length > 0 && <HandOver others={here.others} busy={busy} hand_over={hand_over} />}
      <p><a class="line" href={`/enrol/${encodeURIComponent(desk)}`} target={`citizen-${desk}`}><T k="ui.enrol.citizen_screen" /></a></p>
      {step && step.state !== 'sealed' && <p><button type="button" class="line" disabled={busy} onClick={() => ask('cancel')}><T k="ui.enrol.cancel" /></button></p>}
    </section>
  );
}

/** Who works here by keyboard stays here: when the button that was pressed is gone, the next one has the focus, for Space. */
function useFocusKept(busy: boolean): { section: { current: HTMLElement | null }; inside: { current: boolean } } {
  const section = useRef<HTMLElement>(null);
  const inside = useRef(false);
  useLayoutEffect(() => {
    if (!busy && inside.current && document.activeElement === document.body) section.current?.querySelector<HTMLElement>('button.primary:not(:disabled), fieldset input')?.focus();
  });
  return { section, inside };
}

interface Part { view: View; path: string; busy: boolean; ask: (what: string, body?: unknown) => void }
interface Taking extends Part { taken: Step | undefined }

function KeyOf({ view, of }: { view: View; of: Keyed }): JSX.Element | null {
  const texts = useTexts();
  const name = view.map[of];
  return name && view.keys ? <> <kbd>{key_words(texts, name)}</kbd></> : null;
}

function Progress({ of, until }: { of: Step['progress']; until: string }): JSX.Element {
  return <p class="part-of"><T k="ui.enrol.progress" a={{ n: Math.min(of.done + 1, of.of), of: of.of }} /> <progress max={of.of} value={of.done} aria-hidden="true" /> <small class="quiet"><T k="ui.enrol.until" a={{ time: wall(until) }} /></small></p>;
}

/** Takes, or takes again; large while there is nothing yet to use. */
function Take({ view, busy, words, large, onClick }: { view: View; busy: boolean; words: Key; large: boolean; onClick: () => void }): JSX.Element {
  return <button type="button" class={large ? 'primary' : 'line'} data-enrol="take" disabled={busy} onClick={onClick}><T k={words} /><KeyOf view={view} of="enrol_take" /></button>;
}
function Use({ view, off, words, large, onClick }: { view: View; off: boolean; words: Key; large: boolean; onClick: () => void }): JSX.Element {
  return <button type="button" class={large ? 'primary' : 'line'} data-enrol="use" disabled={off} onClick={onClick}><T k={words} /><KeyOf view={view} of="enrol_use" /></button>;
}

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

/** A kit that several desks share, in turn. */
function Waiting({ here }: { here: Here }): JSX.Element | null {
  const { kit_taken_by: user, place_in_line: place } = here;
  if (!user && place === undefined) return null;
  return <p role="status" class="turn">{user ? <T k="ui.enrol.kit_taken" a={{ desk: user.name }} /> : <b><T k="ui.enrol.kit_free" /></b>}{user && place !== undefined && <> <T k="ui.enrol.kit_place" a={{ n: place }} /></>}</p>;
}

function Coming({ view, from, busy, go_on }: { view: View; from: string; busy: boolean; go_on: () => void }): JSX.Element {
  return (
    <div class="coming"><p role="status"><T k="ui.enrol.coming" a={{ desk: from }} /></p>
      <p><button type="button" class="primary" data-enrol="take" disabled={busy} onClick={go_on}><T k="ui.enrol.take_over" /><KeyOf view={view} of="enrol_take" /></button></p></div>
  );
}

function HandOver({ others, busy, hand_over }: { others: Place[]; busy: boolean; hand_over: (to: Place) => void }): JSX.Element {
  const [to, set_to] = useState('');
  const chosen = others.find((each) => each.desk === to);
  return (
    <details class="hand-over"><summary><T k="ui.enrol.hand_over" /></summary>
      <p><T k="ui.enrol.hand_over_text" /></p>
      <label><T k="ui.enrol.hand_over_to" /> <select value={to} onChange={(event) => set_to(event.currentTarget.value)}><option value="">–</option>{others.map((each) => <option key={each.desk} value={each.desk}>{each.name}</option>)}</select></label>
      <button type="button" disabled={busy || !chosen} onClick={() => { if (chosen) hand_over(chosen); }}><T k="ui.enrol.hand_over_go" /></button>
    </details>
  );
}

const in_words = (texts: Texts, both: Both | undefined): string | undefined => both?.[texts.language === 'da' ? 'da' : 'en'];

/** The first that is wrong, in words to be said; the rest below it, and what no machine judged. */
function Verdicts({ of }: { of: Judged }): JSX.Element {
  const texts = useTexts();
  const checks = of.checks ?? [];
  const fine = checks.filter((each) => each.verdict === 'pass');
  const row = (each: Check): JSX.Element => <li key={each.id} data-verdict={each.verdict}><Icon name={each.verdict === 'pass' ? 'check' : 'warning'} /> {texts.t(`ui.enrol.check.${each.id}` as Key)} <small>{texts.t(`ui.enrol.verdict.${each.verdict}`)}</small></li>;
  const worst = checks.find((each) => each.verdict === 'fail') ?? checks.find((each) => each.verdict === 'warn');
  return (
    <>
      <p class="say" role="status">{worst ? <><T k="ui.enrol.say" /> <b>{in_words(texts, worst.hint)}</b></> : checks.length > 0 && <b><T k="ui.enrol.good" /></b>}</p>
      {checks.length > 0 && <p class="by"><T k="ui.enrol.by_machine" a={{ n: checks.length }} /></p>}
      <div class="verdicts">
        <ul>{checks.filter((each) => each.verdict !== 'pass').map(row)}</ul>
        {fine.length > 0 && <details><summary><Icon name="check" /> <T k="ui.enrol.fine" a={{ n: fine.length }} /></summary><ul>{fine.map(row)}</ul></details>}
      </div>
      <Unjudged of={of} />
    </>
  );
}

/** What a machine was to look at and could not, in one sentence for each reason; and what another program says of it. */
function Unjudged({ of }: { of: Judged }): JSX.Element {
  const texts = useTexts();
  const left = of.unjudged ?? [];
  const reasons = left.filter((each, at) => left.findIndex((one) => one.why === each.why) === at);
  return (
    <>
      {reasons.map(({ why, words }) => (
        <p key={why} class="unjudged" data-why={why}><Icon name="warning" /> <span>{in_words(texts, words)} <small>{left.filter((each) => each.why === why && each.id !== 'quality_program').map((each) => texts.t(`ui.enrol.check.${each.id}` as Key)).join(', ')}</small></span></p>
      ))}
      {of.assessed && <p class="assessed"><T k="ui.enrol.assessed" a={{ name: of.assessed.name, version: of.assessed.version, n: of.assessed.value }} /></p>}
    </>
  );
}

/** Where a document takes also a photo that was brought: it is held before the camera, and the record says so. */
function Sources({ sources, source, busy, choose }: { sources: Source[]; source: Source; busy: boolean; choose: (source: Source) => void }): JSX.Element | null {
  const texts = useTexts();
  if (sources.length < 2) return null;
  return (
    <label class="source"><T k="ui.enrol.source" /> <select value={source} disabled={busy} onChange={(event) => choose(event.currentTarget.value as Source)}>{sources.map((each) => <option key={each} value={each}>{texts.t(`ui.enrol.sources.${each}`)}</option>)}</select></label>
  );
}

function Face({ view, path, taken, busy, ask, sources }: Taking & { sources: Source[] }): JSX.Element {
  const texts = useTexts();
  const [source, set_source] = useState<Source>(sources[0] ?? 'live');
  const [attested, set_attested] = useState<string[]>([]);
  const [reason, set_reason] = useState('');
  useEffect(() => { set_attested([]); set_reason(''); }, [taken?.capture]);
  const [say, set_say] = useState('');
  const [itself, set_itself] = useState(takes_itself);
  const take = (): void => ask('capture', { modality: 'face', source });
  const heard = (now: string): void => {
    set_say(now);
    if (now === 'good' && takes_itself && !busy && !taken) take();
  };
  const failed = taken?.checks?.filter((each) => each.verdict === 'fail') ?? [];
  const fatal = failed.some((each) => each.id === 'single_face');
  const ready = taken && !fatal && attested.length === ATTESTED.length && (failed.length === 0 || reason !== '');
  return (
    <div class="face">
      <div class="pictures">
        {taken?.capture !== undefined && <Taken path={path} capture={taken.capture} words={texts.t('ui.enrol.taken')} lines />}
        <Live path={path} every_ms={PREVIEW_EVERY_MS} small={taken !== undefined} {...(taken || source !== 'live' ? {} : { heard })} />
      </div>
      <div>
        {!taken && source === 'live' && <p class="say" data-say={say}>{say !== 'good' && <T k="ui.enrol.say" />} <b><T k={say === 'good' ? 'ui.enrol.good' : say ? (`enrolment.hint.${say}` as Key) : 'ui.enrol.say_face'} /></b></p>}
        {!taken && source === 'live' && <label class="itself"><input type="checkbox" checked={itself} onChange={(event) => { takes_itself = event.currentTarget.checked; set_itself(takes_itself); }} /> <T k="ui.enrol.itself" /></label>}
        {!taken && source !== 'live' && <p class="say"><T k="ui.enrol.brought" /></p>}
        <Sources sources={sources} source={source} busy={busy} choose={set_source} />
        {taken && <Verdicts of={taken} />}
        <p class="row"><Take view={view} busy={busy} large={!taken} words={taken ? 'ui.enrol.again' : 'ui.enrol.take_face'} onClick={take} /></p>
        {taken && !fatal && (
          <fieldset disabled={busy}><legend><T k="ui.enrol.attest" /></legend>
            {ATTESTED.map((each) => <label key={each}><input type="checkbox" checked={attested.includes(each)} onChange={(event) => set_attested(event.currentTarget.checked ? [...attested, each] : attested.filter((one) => one !== each))} /> {texts.t(`ui.enrol.attested.${each}`)}</label>)}
            {failed.length > 0 && <label><T k="ui.enrol.reason" /> <select value={reason} onChange={(event) => set_reason(event.currentTarget.value)}><option value="">–</option>{REASONS.map((each) => <option key={each} value={each}>{texts.t(`ui.enrol.reasons.${each}`)}</option>)}</select></label>}
            <Use view={view} off={busy || !ready} large words="ui.enrol.accept" onClick={() => ask('accept', { capture: taken.capture, ticked: attested, ...(failed[0] ? { override: { check: failed[0].id, reason } } : {}) })} />
          </fieldset>
        )}
      </div>
    </div>
  );
}

function Finger({ view, path, wanted, taken, busy, ask }: Taking & { wanted: Step['needs'] }): JSX.Element {
  const texts = useTexts();
  const position = wanted[0]?.position ?? '';
  const [ground, set_ground] = useState('');
  useEffect(() => set_ground(''), [position]);
  const words = texts.t(`ui.enrol.finger.${position}` as Key);
  const poor = (taken?.checks?.length ?? 0) > 0;
  return (
    <div class="finger">
      <div class="pictures">
        <Hands wanted={position} label={words} />
        {taken?.capture !== undefined && <Taken path={path} capture={taken.capture} words={texts.t('ui.enrol.taken')} />}
      </div>
      <div>
        <p class="say" role="status"><T k="ui.enrol.say" /> <b>{poor ? in_words(texts, taken?.checks?.[0]?.hint) : texts.t('ui.enrol.say_finger', { finger: words })}</b></p>
        {taken && <p><T k="ui.enrol.quality" a={{ n: taken.quality ?? 0 }} /> <meter min={0} max={100} low={40} value={taken.quality ?? 0} aria-hidden="true" /></p>}
        {taken && <><Unjudged of={taken} /><p class="by"><T k="ui.enrol.look_finger" a={{ finger: words }} /></p></>}
        <p class="row"><Take view={view} busy={busy} large={!taken || poor} words={taken ? 'ui.enrol.again' : 'ui.enrol.take_finger'} onClick={() => ask('capture', { modality: 'finger', position })} />
          {taken && <Use view={view} off={busy} large={!poor} words={poor ? 'ui.enrol.accept_poor' : 'ui.enrol.accept'} onClick={() => ask('accept', { capture: taken.capture, ...(poor ? { override: { check: 'print_score', reason: 'worn' } } : {}) })} />}</p>
        <details><summary data-enrol="missing"><T k="ui.enrol.missing" /><KeyOf view={view} of="enrol_missing" /></summary>
          <label><T k="ui.enrol.reason" /> <select value={ground} onChange={(event) => set_ground(event.currentTarget.value)}><option value="">–</option>{GROUNDS.map((each) => <option key={each} value={each}>{texts.t(`ui.enrol.grounds.${each}`)}</option>)}</select></label>
          <button type="button" disabled={busy || ground === ''} onClick={() => ask('exception', { modality: 'finger', position, ground, temporary: TEMPORARY.has(ground) })}><T k="ui.enrol.skip_finger" a={{ finger: words }} /></button>
        </details>
      </div>
    </div>
  );
}

function Signature({ view, path, taken, busy, ask }: Taking): JSX.Element {
  const texts = useTexts();
  return (
    <div>
      <p class="say" role="status"><T k="ui.enrol.say" /> <b><T k="ui.enrol.say_sign" /></b></p>
      {taken?.capture !== undefined && <Taken path={path} capture={taken.capture} words={texts.t('ui.enrol.taken')} />}
      <p class="row"><Take view={view} busy={busy} large={!taken} words={taken ? 'ui.enrol.again' : 'ui.enrol.take_sign'} onClick={() => ask('capture', { modality: 'signature' })} />
        {taken && <Use view={view} off={busy} large words="ui.enrol.accept" onClick={() => ask('accept', { capture: taken.capture })} />}</p>
      <p><button type="button" class="line" disabled={busy} onClick={() => ask('exception', { modality: 'signature', ground: 'cannot_sign' })}><T k="ui.enrol.cannot_sign" /></button></p>
    </div>
  );
}

/** All of it once more, as it goes into the record; a finger can be laid again to see that it is still the same person. */
function Review({ view, path, busy, ask, step }: Part & { step: Step }): JSX.Element {
  const texts = useTexts();
  const named = (one: Done): string => (one.position ? `${texts.t(`ui.enrol.finger.${one.position}` as Key)} · ${one.quality ?? 0}` : texts.t(`ui.enrol.part.${one.modality}`));
  const fingers = step.parts.filter((each) => each.position);
  const verified = step.verified;
  return (
    <div class="review">
      <p role="status"><T k="ui.enrol.review" /></p>
      <div class="pictures">{step.parts.map((each) => <Taken key={each.capture} path={path} capture={each.capture} words={named(each)} lines={each.modality === 'face'} />)}</div>
      <p><button type="button" class="primary" data-enrol="use" disabled={busy} onClick={() => ask('complete')}><T k="ui.enrol.seal" /><KeyOf view={view} of="enrol_use" /></button></p>
      {fingers.length > 0 && (
        <p class="row again"><span><T k="ui.enrol.verify" /></span>
          {fingers.map((each, at) => <button key={each.capture} type="button" class="line" data-enrol={at === 0 ? 'take' : undefined} data-verify={each.position} disabled={busy} onClick={() => ask('verify', { position: each.position })}>{texts.t(`ui.enrol.finger.${each.position ?? ''}` as Key)}{at === 0 && <KeyOf view={view} of="enrol_take" />}</button>)}</p>
      )}
      {verified && <p class={verified.same ? 'said' : 'problem'} role="alert" data-same={verified.same ? 'yes' : 'no'}><Icon name={verified.same ? 'check' : 'warning'} /> <T k={verified.same ? 'ui.enrol.verify_same' : 'ui.enrol.verify_other'} a={{ finger: texts.t(`ui.enrol.finger.${verified.position}` as Key) }} /></p>}
      <p class="row">{(['face', 'finger', 'signature'] as const).filter((each) => step.parts.some((one) => one.modality === each)).map((each) => <button key={each} type="button" class="line" disabled={busy} onClick={() => ask('redo', { modality: each })}><T k={`ui.enrol.redo.${each}`} /></button>)}</p>
    </div>
  );
}

function Sealed({ step, visit }: { step: Step; visit: Current }): JSX.Element {
  return (
    <div role="status">
      <p><Icon name="check" /> <b><T k="ui.enrol.sealed" /></b></p>
      {step.follow_up_days !== undefined && <p><T k="ui.enrol.follow_up" a={{ days: step.follow_up_days }} /></p>}
      {step.follow_up_from && visit.service && <FollowUp service={visit.service} from={step.follow_up_from} language={visit.language} />}
      <p class="quiet"><T k="ui.enrol.receipt_no" /> <code>{step.envelope_sha256?.slice(0, 12)}</code></p>
    </div>
  );
}
