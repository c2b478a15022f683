// Sign-in, the landing page and the first form of administration: small pages for people at a desk.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { call } from '../core/api';
import { Icon } from '../core/icons';
import { Shown, begin, remember_language, remembered_language, site_language } from '../core/start';
import { T, speak, texts_in, useTexts } from '../core/texts';
import type { Texts } from '../core/texts';
import type { Session } from '../core/types';
import { Access } from './access';
import { Admin } from './admin';
import { BenchPage } from './bench';
import { Landing } from './landing';
import { Reports } from './reports';
import { RoomPage } from './room_page';
import { Screens } from './screens';
import { SignIn } from './sign_in';
import { SitePage } from './site';

const SIGN_IN = '/sign-in';

/** The day at the site by its clock, which is not always that of the reader's. */
const today_at = (who: Session): string => who.business_day ?? new Date().toISOString().slice(0, 10);

function Office({ own, who }: { own: Texts; who: Session | undefined }): JSX.Element {
  const [texts, set_texts] = useState(own);
  const switch_language = (): void => {
    const next = texts.language === 'da' ? 'en' : 'da';
    void texts_in(next).then((loaded) => { remember_language(next); speak(loaded); set_texts(loaded); });
  };
  const path = location.pathname;
  const page = path === SIGN_IN || !who?.signed_in ? <SignIn who={who} /> : path.startsWith('/admin') ? <Admin who={who} /> : path === '/devices/bench' ? <BenchPage /> : path.startsWith('/access') ? <Access who={who} /> : path.startsWith('/screens') ? <Screens who={who} /> : path.startsWith('/site') ? <SitePage /> : path.startsWith('/room') ? <RoomPage who={who} /> : path.startsWith('/reports') ? <Reports today={today_at(who)} /> : <Landing who={who} />;
  return (
    <Shown texts={texts}>
      <header class="top">
        <p class="site"><Icon name="mark" />{who?.site.name ?? ''}</p>
        <div class="right"><SignedIn who={who} />
          <button type="button" class="quiet" lang={texts.language === 'da' ? 'en' : 'da'} onClick={switch_language}>{texts.language === 'da' ? 'English' : 'Dansk'}</button></div>
      </header>
      <main>{page}</main>
    </Shown>
  );
}

function SignedIn({ who }: { who: Session | undefined }): JSX.Element | null {
  const texts = useTexts();
  if (!who?.signed_in || location.pathname === SIGN_IN) return null;
  const sign_out = (): void => void call('DELETE', '/session').then(() => location.assign(SIGN_IN));
  return (
    <>
      <a class="quiet" href="/">{texts.t('ui.office.overview')}</a>
      <a class="quiet" href="/room">{texts.t('ui.whole.title')}</a>
      <a class="quiet" href="/reports">{texts.t('ui.report.title')}</a>
      {who.roles?.includes('admin') && <><a class="quiet" href="/site">{texts.t('ui.site.title')}</a><a class="quiet" href="/access">{texts.t('ui.access.title')}</a></>}
      <a class="quiet" href="/screens">{texts.t('ui.screens.title')}</a>
      <a class="quiet" href="/admin">{texts.t('ui.office.admin')}</a>
      <button type="button" class="quiet" onClick={sign_out}><T k="ui.office.sign_out" />{who.name ? ` (${who.name})` : ''}</button>
    </>
  );
}

void begin((who) => remembered_language() ?? site_language(who), ({ session: who, texts }) => <Office own={texts} who={who} />);
