// The site's description as forms or as text, both of one draft that is checked while it is written; what is wrong stands with its field or line.
// Earlier versions can be looked at and put in force again. What was typed is kept in the browser until it is in force.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { call, get, get_text, go_to_sign_in } from '../core/api';
import { Icon } from '../core/icons';
import { Spoken, T, useTexts } from '../core/texts';
import { wall } from '../core/time';
import type { Problem } from '../core/types';
import { problem_said } from '../core/words';
import { queue_in } from './printers';
import { SiteForms } from './site_forms';
import { free_id, things } from './site_schema';
import type { Facility, Finding } from './site_things';
import { SiteTicket } from './site_ticket';
import { SiteWords } from './site_words';

interface Version { version: number; at: string; by: string }
interface Checked { version: number; warnings: Finding[]; facility: Facility; toml?: string }

const CHECK_AFTER_MS = 600;
const DRAFT = 'skranke.site.draft';

function kept(): string | undefined {
  try {
    return localStorage.getItem(DRAFT) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(text: string | undefined): void {
  try {
    text === undefined ? localStorage.removeItem(DRAFT) : localStorage.setItem(DRAFT, text);
  } catch {
    /* then it lasts as long as the page */
  }
}

/** Everything that is wrong or odd, errors first; a problem without findings is one of its own. */
export function findings_of(problem: Problem & { findings?: Finding[]; line?: number }): Finding[] {
  if (problem.findings?.length) return [...problem.findings].sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
  return [{ severity: 'error', message: problem.detail ?? problem.reason, ...(problem.line ? { line: problem.line } : {}) }];
}

/** Where a line of a text begins and ends. */
export function span_of_line(text: string, line: number): [number, number] {
  const lines = text.split('\n');
  const begin = lines.slice(0, Math.max(0, line - 1)).reduce((sum, each) => sum + each.length + 1, 0);
  return [Math.min(begin, text.length), Math.min(begin + (lines[line - 1]?.length ?? 0), text.length)];
}

const type_of = (draft: string): Record<string, string> => ({ 'Content-Type': draft.startsWith('{') ? 'application/json' : 'application/toml' });

type Tab = 'text' | 'forms' | 'words' | 'ticket';
const TABS: readonly Tab[] = ['forms', 'words', 'ticket', 'text'];

/** The draft: TOML as typed, or JSON as the forms made it; both are checked by the daemon while they change. */
function useDraft(): {
  text: string | undefined; in_force: string | undefined; as_text: string | undefined; facility: Facility | undefined; findings: Finding[]; checked: boolean; versions: Version[];
  problem: Problem | undefined; set_text: (text: string) => void; edit: (facility: Facility) => void; set_problem: (problem: Problem | undefined) => void; reload: () => void;
} {
  const texts = useTexts();
  const [in_force, set_in_force] = useState<string>();
  const [text, set_text] = useState<string>();
  const [facility, set_facility] = useState<Facility>();
  const [findings, set_findings] = useState<Finding[]>([]);
  const [checked, set_checked] = useState<{ draft: string; toml: string | undefined }>();
  const [versions, set_versions] = useState<Version[]>([]);
  const [problem, set_problem] = useState<Problem>();
  const load = (): void => {
    void get_text('/facility?format=toml').then((answer) => {
      if (!answer.ok) return answer.problem.status === 401 ? go_to_sign_in() : set_problem(answer.problem);
      set_in_force(answer.data);
      set_text((now) => now ?? kept() ?? answer.data);
      return undefined;
    });
    void get<Version[]>('/facility/versions').then((answer) => { if (answer.ok) set_versions(answer.data); });
  };
  useEffect(load, []);
  useEffect(() => {
    if (text === undefined || text === checked?.draft) return undefined;
    keep(text === in_force ? undefined : text);
    let wanted = true;
    const timer = window.setTimeout(() => void call<Checked>('PUT', '/facility?check=true', { raw: text, headers: type_of(text) }).then((answer) => {
      if (!wanted) return;
      if (!answer.ok && answer.problem.status !== 400 && answer.problem.status !== 422) return set_problem(answer.problem);
      set_problem(undefined);
      set_findings(answer.ok ? answer.data.warnings : findings_of(answer.problem));
      set_checked({ draft: text, toml: answer.ok ? (text.startsWith('{') ? answer.data.toml : text) : undefined });
      // What a form holds is the form's: only a text says anew what there is.
      if (!text.startsWith('{')) set_facility(answer.ok ? answer.data.facility : undefined);
    }), CHECK_AFTER_MS);
    return () => { wanted = false; window.clearTimeout(timer); };
  }, [text, texts.language]);
  useEffect(() => { if (text?.startsWith('{') && !facility) set_facility(parsed(text)); }, [text]);
  const current = text !== undefined && text === checked?.draft;
  return {
    text, in_force, facility, findings: current ? findings : [], checked: current, versions, problem, set_problem,
    as_text: current ? checked?.toml : undefined,
    set_text: (next) => { set_text(next); if (next.startsWith('{')) set_facility(parsed(next)); },
    edit: (next) => { set_facility(next); set_text(JSON.stringify(next)); },
    reload: () => { keep(undefined); set_checked(undefined); set_text(undefined); load(); },
  };
}

function parsed(text: string): Facility | undefined {
  try {
    return JSON.parse(text) as Facility;
  } catch {
    return undefined;
  }
}

export function SitePage(): JSX.Element {
  const texts = useTexts();
  const draft = useDraft();
  const { text, findings, facility } = draft;
  const [tab, set_tab] = useState<Tab>('forms');
  const [said, set_said] = useState<string>();
  const [busy, set_busy] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => { document.title = texts.t('ui.site.title'); }, [texts]);

  // A printer that was found is put into the draft once; the address forgets it, so that a reload does not add it again.
  useEffect(() => {
    const queue = queue_in(location.hash);
    if (!queue || !facility) return;
    history.replaceState(null, '', location.pathname);
    const printers = things(facility, 'printer');
    if (!printers.some((each) => each['queue'] === queue)) draft.edit({ ...facility, printer: [...printers, { id: free_id(printers, 'printer'), kind: 'cups', queue }] });
    set_said(texts.t('ui.site.printer_added', { queue }));
  }, [facility]);

  const errors = findings.filter((each) => each.severity === 'error').length;
  const changed = text !== draft.in_force && (draft.as_text ?? text) !== draft.in_force;
  const choose = (next: Tab): void => {
    if (next === 'text' && text?.startsWith('{') && draft.as_text) draft.set_text(draft.as_text);
    set_tab(next);
  };
  const apply = (): void => {
    if (text === undefined || busy) return;
    set_busy(true);
    set_said(undefined);
    void call<Checked>('PUT', '/facility', { raw: text, headers: type_of(text) }).then((answer) => {
      set_busy(false);
      if (!answer.ok) return draft.set_problem(answer.problem);
      draft.set_problem(undefined);
      set_said(texts.t('ui.site.applied', { version: answer.data.version }));
      return draft.reload();
    });
  };
  const show = (version: number): void => void get_text(`/facility/versions/${version}`).then((answer) => {
    if (!answer.ok) return draft.set_problem(answer.problem);
    set_said(texts.t('ui.site.shown', { version }));
    return draft.set_text(answer.data);
  });
  const go_to = (line: number): void => {
    const [begin, end] = span_of_line(text ?? '', line);
    box.current?.focus();
    box.current?.setSelectionRange(begin, end);
    if (box.current) box.current.scrollTop = Math.max(0, (line - 5) * parseFloat(getComputedStyle(box.current).lineHeight));
  };
  return (
    <section class="site-page">
      <h1><T k="ui.site.title" /></h1>
      <p class="quiet"><T k="ui.site.lead" /></p>
      <nav aria-label={texts.t('ui.site.title')}><ul class="periods">{TABS.map((each) => <li key={each}><button type="button" data-tab={each} aria-pressed={tab === each} onClick={() => choose(each)}><T k={`ui.site.tab.${each}`} /></button></li>)}</ul></nav>
      {said && <p class="said" role="status"><Icon name="check" />{said}</p>}
      {draft.problem && <p class="problem" role="alert"><Spoken said={problem_said(texts, draft.problem)} /></p>}
      {text === undefined ? !draft.problem && <p class="quiet" role="status"><T k="ui.office.loading" /></p> : (
        <div class="edit">
          {tab === 'text'
            ? <label class="field"><span><T k="ui.site.text" /></span><textarea ref={box} value={text} spellcheck={false} autoComplete="off" rows={30} wrap="off" onInput={(event) => draft.set_text(event.currentTarget.value)} /></label>
            : !facility ? <p class="quiet" role="status"><T k={draft.checked ? 'ui.site.text_first' : 'ui.site.checking'} /></p>
            : tab === 'forms' ? <SiteForms facility={facility} findings={findings} edit={draft.edit} />
            : tab === 'words' ? <SiteWords facility={facility} edit={draft.edit} />
            : <SiteTicket facility={facility} draft={text} sound={draft.checked && errors === 0} edit={draft.edit} />}
          <div>
            <h2><T k="ui.site.findings" /></h2>
            <p role="status" class={errors > 0 ? 'state failed' : 'state ready'}>{!draft.checked ? texts.t('ui.site.checking') : errors > 0 ? texts.t('ui.site.errors', { n: errors }) : texts.t('ui.site.fit')}</p>
            <ul class="findings">
              {findings.slice(0, 100).map((each, index) => (
                <li key={index} class={each.severity}>
                  {each.line && tab === 'text' ? <button type="button" class="line" data-line={each.line} onClick={() => go_to(each.line!)}><T k="ui.site.line" a={{ line: each.line }} /></button> : null}
                  <span>{each.severity === 'warning' && <b>{texts.t('ui.site.warning')}: </b>}{each.message}</span></li>))}
            </ul>
            <p class="act">
              <button type="button" class="primary" data-action="apply" disabled={busy || !changed || errors > 0 || !draft.checked} onClick={apply}><T k="ui.site.apply" /></button>
              <button type="button" class="line" data-action="discard" disabled={!changed} onClick={() => { draft.reload(); set_said(undefined); }}><T k="ui.site.discard" /></button></p>
            <h2><T k="ui.site.versions" /></h2>
            <ul class="versions">{draft.versions.map((each) => (
              <li key={each.version}><span><b>{each.version}</b> {each.at.slice(8, 10)}.{each.at.slice(5, 7)}.{each.at.slice(0, 4)} {wall(each.at)} <small>{each.by}</small></span>
                <button type="button" class="line" data-version={each.version} onClick={() => show(each.version)}><T k="ui.site.show" /></button></li>))}</ul>
          </div>
        </div>)}
    </section>
  );
}
