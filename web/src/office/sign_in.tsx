import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { call } from '../core/api';
import { Spoken, T, useTexts } from '../core/texts';
import type { Problem, Session } from '../core/types';
import { problem_said } from '../core/words';
import { next_page } from './next';

export function SignIn({ who }: { who: Session | undefined }): JSX.Element {
  const texts = useTexts();
  const [by, set_by] = useState<'token' | 'password'>('token');
  const [problem, set_problem] = useState<Problem>();
  const [busy, set_busy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => { document.title = texts.t('ui.sign_in.title'); first.current?.focus(); }, [by, texts]);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const field = (name: string): string => String(form.get(name) ?? '').trim();
    set_busy(true);
    set_problem(undefined);
    const body = by === 'token' ? { token: field('token') } : { user: field('user'), password: String(form.get('password') ?? '') };
    const answer = await call('POST', '/session', { body });
    set_busy(false);
    if (answer.ok) return location.assign(next_page(location.search, location.pathname));
    set_problem(answer.problem);
    first.current?.focus();
  }

  return (
    <section class="sign-in">
      <h1><T k="ui.sign_in.title" /></h1>
      {who?.signed_in && <p class="quiet"><T k="ui.sign_in.already" a={{ name: who.name ?? '' }} /></p>}
      <fieldset class="by"><legend><T k="ui.sign_in.how" /></legend>
        {(['token', 'password'] as const).map((each) => (
          <label key={each}><input type="radio" name="by" checked={by === each} onChange={() => set_by(each)} /><span>{texts.t(`ui.sign_in.by_${each}`)}</span></label>
        ))}
      </fieldset>
      <form key={by} onSubmit={(event) => void submit(event)}>
        {by === 'token'
          ? <label class="field"><span><T k="ui.sign_in.token" /></span><input ref={first} name="token" type="password" required maxLength={200} autoComplete="off" aria-describedby="sign-in-problem" /></label>
          : (
            <>
              <label class="field"><span><T k="ui.sign_in.user" /></span><input ref={first} name="user" type="text" required maxLength={100} autoComplete="username" aria-describedby="sign-in-problem" /></label>
              <label class="field"><span><T k="ui.sign_in.password" /></span><input name="password" type="password" required maxLength={200} autoComplete="current-password" /></label>
            </>
          )}
        <p id="sign-in-problem" class="problem" role="alert">{problem && <Spoken said={problem_said(texts, problem)} />}</p>
        <button type="submit" class="primary" disabled={busy}><T k="ui.sign_in.go" /></button>
      </form>
      <p class="quiet"><T k="ui.sign_in.where" /></p>
    </section>
  );
}
