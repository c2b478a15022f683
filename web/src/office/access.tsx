// Who may come in: people with passwords, and the tokens that screens, boxes and programs sign in with. A token's secret is shown once.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { day_label } from '../book/state';
import { call, get, go_to_sign_in } from '../core/api';
import type { Answer } from '../core/api';
import { Icon } from '../core/icons';
import { Spoken, T, useTexts } from '../core/texts';
import type { Key } from '../core/texts';
import type { Problem, Session } from '../core/types';
import { problem_said } from '../core/words';
import { NO_RIGHTS, RightsFields, RowRights, useChoices } from './rights';
import type { Choices, Rights } from './rights';

const PEOPLE = ['clerk', 'host', 'manager', 'admin', 'contact_centre'] as const;
const SCREENS = ['kiosk', 'board', 'clerk', 'host', 'manager', 'agent', 'integration', 'contact_centre', 'admin'] as const;
const PASSWORD_MIN = 10;

interface Person { user: string; name: string; role: string; may_book?: Rights }
interface Token { id: string; role: string; name: string; created_at: string; last_used?: string; may_book?: Rights }
interface Made { token: string; role: string }

type Run = <R>(method: string, path: string, body?: unknown) => Promise<Answer<R>>;

export function Access({ who }: { who: Session }): JSX.Element {
  const texts = useTexts();
  const [people, set_people] = useState<Person[]>();
  const [tokens, set_tokens] = useState<Token[]>();
  const [problem, set_problem] = useState<Problem>();
  const [busy, set_busy] = useState(false);
  const choices = useChoices(texts.language);
  const load = (): void => {
    const take = <R,>(set: (list: R) => void) => (answer: Answer<R>): void => {
      if (answer.ok) set(answer.data);
      else if (answer.problem.status === 401) go_to_sign_in();
      else set_problem(answer.problem);
    };
    void get<Person[]>('/users').then(take(set_people));
    void get<Token[]>('/tokens').then(take(set_tokens));
  };
  useEffect(load, []);
  useEffect(() => { document.title = texts.t('ui.access.title'); }, [texts]);
  const run: Run = async (method, path, body) => {
    set_busy(true);
    set_problem(undefined);
    const answer = await call<never>(method, path, { body });
    set_busy(false);
    if (!answer.ok) set_problem(answer.problem);
    load();
    return answer;
  };
  const save = (path: string) => async (may_book: Rights): Promise<boolean> => (await run('PATCH', path, { may_book })).ok;
  return (
    <section class="access">
      <h1><T k="ui.access.title" /></h1>
      {problem && <p class="problem" role="alert"><Spoken said={problem_said(texts, problem)} /></p>}
      <h2><T k="ui.access.people" /></h2>
      <ul class="rows">
        {people?.map((each) => <Row key={each.user} name={each.name} more={`${each.user} · ${texts.t(`ui.access.role.${each.role}` as Key)}`} id={each.user} busy={busy} remove={() => void run('DELETE', `/users/${encodeURIComponent(each.user)}`)}
          change={(body) => run('PATCH', `/users/${encodeURIComponent(each.user)}`, body).then((answer) => answer.ok)} role={each.role}
          {...(each.may_book ? { rights: each.may_book, choices, save: save(`/users/${encodeURIComponent(each.user)}`) } : {})} />)}
        {people?.length === 0 && <li class="quiet"><T k="ui.access.no_people" /></li>}
      </ul>
      <NewPerson busy={busy} run={run} choices={choices} />
      <h2><T k="ui.access.tokens" /></h2>
      <p class="quiet"><T k="ui.access.tokens_text" /></p>
      <ul class="rows">
        {tokens?.map((each) => (
          <Row key={each.id} name={each.name} id={each.id} busy={busy} remove={() => void run('DELETE', `/tokens/${encodeURIComponent(each.id)}`)}
            more={`${texts.t(`ui.access.role.${each.role}` as Key)} · ${each.last_used ? texts.t('ui.access.last_used', { date: `${day_label(each.last_used)}${each.last_used.slice(0, 4)}` }) : texts.t('ui.access.never_used')}`}
            {...(each.may_book ? { rights: each.may_book, choices, save: save(`/tokens/${encodeURIComponent(each.id)}`) } : {})} />))}
      </ul>
      <NewToken who={who} busy={busy} run={run} choices={choices} />
    </section>
  );
}

/** Taking access away asks once: whoever is signed in with it is out at once. */
interface RowProps { name: string; more: string; id: string; busy: boolean; remove: () => void; role?: string; change?: (body: object) => Promise<boolean>; rights?: Rights; choices?: Choices | undefined; save?: (rights: Rights) => Promise<boolean> }

function Row({ name, more, id, busy, remove, role, change, rights, choices, save }: RowProps): JSX.Element {
  const [sure, ask] = useState(false);
  const [changing, set_changing] = useState(false);
  return (
    <li data-row={id}><span><b>{name}</b> <small>{more}</small></span>
      {sure ? <span class="sure"><button type="button" class="danger" disabled={busy} onClick={remove}><T k="ui.access.remove_yes" /><span class="sr"> {name}</span></button>
        <button type="button" class="line" onClick={() => ask(false)}><T k="ui.access.keep" /></button></span>
        : <span class="sure">{change && <button type="button" class="line" disabled={busy} aria-expanded={changing} data-change onClick={() => set_changing(!changing)}><T k="ui.access.change" /><span class="sr"> {name}</span></button>}
          <button type="button" class="line" disabled={busy} onClick={() => ask(true)}><T k="ui.access.remove" /><span class="sr"> {name}</span></button></span>}
      {changing && change && <ChangePerson role={role ?? ''} busy={busy} change={change} close={() => set_changing(false)} />}
      {rights && save && <RowRights name={name} rights={rights} choices={choices} busy={busy} save={save} />}</li>
  );
}

/** Another role, or a new password for who has forgotten theirs; whoever is signed in as this person is out at once. */
function ChangePerson({ role, busy, change, close }: { role: string; busy: boolean; change: (body: object) => Promise<boolean>; close: () => void }): JSX.Element {
  const texts = useTexts();
  const [wish, set_wish] = useState({ role, password: '' });
  const body = { ...(wish.role !== role ? { role: wish.role } : {}), ...(wish.password ? { password: wish.password } : {}) };
  const ready = Object.keys(body).length > 0 && (wish.password === '' || wish.password.length >= PASSWORD_MIN);
  const save = (event: Event): void => {
    event.preventDefault();
    if (ready && !busy) void change(body).then((done) => { if (done) close(); });
  };
  return (
    <form class="has new" data-form="change" onSubmit={save}>
      <label class="field"><span><T k="ui.access.role_title" /></span><select name="role" value={wish.role} onChange={(event) => set_wish({ ...wish, role: event.currentTarget.value })}>
        {PEOPLE.map((each) => <option key={each} value={each}>{texts.t(`ui.access.role.${each}`)}</option>)}</select></label>
      <label class="field"><span><T k="ui.access.new_password" /></span><input type="password" autoComplete="new-password" name="password" maxLength={200} value={wish.password} onInput={(event) => set_wish({ ...wish, password: event.currentTarget.value })} /></label>
      <button type="submit" class="primary" disabled={!ready || busy}><T k="ui.access.save" /></button>
      <button type="button" class="line" onClick={close}><T k="ui.access.keep" /></button>
      <p class="quiet"><T k="ui.access.change_hint" a={{ n: PASSWORD_MIN }} /></p>
    </form>
  );
}

function NewPerson({ busy, run, choices }: { busy: boolean; run: Run; choices: Choices | undefined }): JSX.Element {
  const texts = useTexts();
  const [wish, set_wish] = useState({ user: '', name: '', role: 'clerk', password: '' });
  const [rights, set_rights] = useState<Rights>(NO_RIGHTS);
  const ready = /^[a-z0-9._@-]{2,64}$/.test(wish.user) && wish.password.length >= PASSWORD_MIN;
  const add = (event: Event): void => {
    event.preventDefault();
    if (!ready || busy) return;
    const { name, ...rest } = wish;
    const body = { ...rest, ...(name.trim() ? { name: name.trim() } : {}), ...(wish.role === 'contact_centre' ? { may_book: rights } : {}) };
    void run('POST', '/users', body).then((answer) => { if (answer.ok) { set_wish({ user: '', name: '', role: 'clerk', password: '' }); set_rights(NO_RIGHTS); } });
  };
  const shared = (field: 'user' | 'name' | 'password') => ({
    name: field, value: wish[field], autoCapitalize: 'none', spellcheck: false, maxLength: field === 'password' ? 200 : 64,
    onInput: (event: { currentTarget: HTMLInputElement }) => set_wish({ ...wish, [field]: field === 'user' ? event.currentTarget.value.toLowerCase() : event.currentTarget.value }),
  } as const);
  return (
    <form class="new" onSubmit={add} data-form="person">
      <label class="field"><span><T k="ui.access.user" /></span><input type="text" autoComplete="off" {...shared('user')} /></label>
      <label class="field"><span><T k="ui.access.name" /></span><input type="text" autoComplete="off" {...shared('name')} /></label>
      <label class="field"><span><T k="ui.access.role_title" /></span>
        <select name="role" value={wish.role} onChange={(event) => set_wish({ ...wish, role: event.currentTarget.value })}>{PEOPLE.map((role) => <option key={role} value={role}>{texts.t(`ui.access.role.${role}`)}</option>)}</select></label>
      <label class="field"><span><T k="ui.access.password" /></span><input type="password" autoComplete="new-password" {...shared('password')} /></label>
      {wish.role === 'contact_centre' && <RightsFields rights={rights} change={set_rights} choices={choices} />}
      <button type="submit" class="primary" disabled={!ready || busy}><T k="ui.access.add_person" /></button>
      <p class="quiet"><T k="ui.access.person_hint" a={{ n: PASSWORD_MIN }} /></p>
    </form>
  );
}

/** Screens get an address that signs them in when it is opened there once. */
function NewToken({ who, busy, run, choices }: { who: Session; busy: boolean; run: Run; choices: Choices | undefined }): JSX.Element {
  const texts = useTexts();
  const [role, set_role] = useState<string>('kiosk');
  const [name, set_name] = useState('');
  const [rights, set_rights] = useState<Rights>(NO_RIGHTS);
  const [made, set_made] = useState<Made>();
  const make = (event: Event): void => {
    event.preventDefault();
    if (busy) return;
    void run<{ token: string }>('POST', '/tokens', { role, ...(name.trim() ? { name: name.trim() } : {}), ...(role === 'contact_centre' ? { may_book: rights } : {}) })
      .then((answer) => { if (answer.ok) { set_made({ token: answer.data.token, role }); set_name(''); set_rights(NO_RIGHTS); } });
  };
  const places = made?.role === 'kiosk' ? who.kiosks : made?.role === 'board' ? who.boards : made?.role === 'clerk' ? who.desks : undefined;
  const page = made?.role === 'clerk' ? 'desk' : made?.role;
  return (
    <form class="new" onSubmit={make} data-form="token">
      <label class="field"><span><T k="ui.access.role_title" /></span>
        <select name="role" value={role} onChange={(event) => set_role(event.currentTarget.value)}>{SCREENS.map((each) => <option key={each} value={each}>{texts.t(`ui.access.role.${each}`)}</option>)}</select></label>
      <label class="field"><span><T k="ui.access.token_name" /></span><input type="text" name="name" value={name} maxLength={80} autoComplete="off" onInput={(event) => set_name(event.currentTarget.value)} /></label>
      {role === 'contact_centre' && <RightsFields rights={rights} change={set_rights} choices={choices} />}
      <button type="submit" class="primary" disabled={busy}><T k="ui.access.add_token" /></button>
      {made && (
        <div class="made" role="status">
          <p><Icon name="key" /><b><T k="ui.access.made" /></b></p>
          <code data-token>{made.token}</code>
          {places?.map((each) => <p key={each.id}>{each.name}: <code>{`${location.origin}/${page}/${each.id}#t=${made.token}`}</code></p>)}
        </div>)}
    </form>
  );
}
