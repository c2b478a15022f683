// The contact centre's page: hours, times and calls for somebody on the telephone. Everything it may not decide is refused by the daemon.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get, go_to_sign_in } from '../core/api';
import { Icon } from '../core/icons';
import { useOnePress } from '../core/one_press';
import { Shown, begin, remember_language, remembered_language, site_language } from '../core/start';
import { Spoken, T, speak, texts_in } from '../core/texts';
import type { Texts } from '../core/texts';
import type { Session } from '../core/types';
import { problem_said } from '../core/words';
import { Take } from './book';
import { ByCode } from './code';
import { OpeningHours } from './hours';
import type { Contact } from './state';
import type { ContactView } from './view';

const EVERY_MS = 60_000;

function ContactPage({ who, own }: { who: Session | undefined; own: Texts }): JSX.Element {
  const [texts, set_texts] = useState(own);
  const [contact, set_contact] = useState<Contact>();
  const { busy, problem, set_problem, run } = useOnePress();
  const [stale, set_stale] = useState(false);
  useEffect(() => { document.title = texts.t('ui.contact.title'); }, [texts]);
  useEffect(() => {
    let current = true;
    const read = (): void => void get<Contact>('/contact').then((answer) => {
      if (!current) return;
      if (answer.ok) set_contact(answer.data);
      else if (answer.problem.status === 401) go_to_sign_in();
      else if (answer.problem.status === 403) set_problem(answer.problem);
      set_stale(!answer.ok);
    });
    read();
    const timer = setInterval(read, EVERY_MS);
    return () => { current = false; clearInterval(timer); };
  }, [texts]);
  const switch_language = (): void => {
    const next = texts.language === 'da' ? 'en' : 'da';
    void texts_in(next).then((loaded) => { remember_language(next); speak(loaded); set_texts(loaded); });
  };
  const view: ContactView | undefined = contact && { contact, off: busy, run };
  return (
    <Shown texts={texts}>
      <header class="top">
        <p class="site"><Icon name="mark" />{contact?.site ?? who?.site.name ?? ''}</p>
        <h1><T k="ui.contact.title" /></h1>
        <div class="right">
          <button type="button" class="quiet" lang={texts.language === 'da' ? 'en' : 'da'} onClick={switch_language}>{texts.language === 'da' ? 'English' : 'Dansk'}</button>
        </div>
      </header>
      {stale && contact && <p class="problem wide" role="alert"><T k="ui.contact.stale" /></p>}
      <main class="contact">
        <div class="trouble" role="alert">{problem && <p class="problem"><Spoken said={problem_said(texts, problem)} /></p>}</div>
        {view ? <><Take view={view} /><div class="side"><OpeningHours contact={view.contact} /><ByCode view={view} /></div></> : !problem && <p class="quiet"><T k="ui.office.loading" /></p>}
      </main>
    </Shown>
  );
}

void begin((who) => remembered_language() ?? site_language(who), ({ session: who, texts }) => {
  if (who && !who.signed_in) go_to_sign_in();
  return <ContactPage who={who} own={texts} />;
});
