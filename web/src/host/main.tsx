// The host's page, for a tablet in the hand: a ticket in a few touches, any ticket found by its number, and what can be done with it.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { go_to_sign_in } from '../core/api';
import { useFeed, useReloadWhenIdle, useServerClock, useTick } from '../core/feed';
import { Icon } from '../core/icons';
import { Alarms } from '../core/alarms';
import { LOST_SHOWN, People, useLost } from '../core/lost';
import { NotPaired } from '../core/not_paired';
import { useOnePress } from '../core/one_press';
import { RoomBar } from '../core/room';
import { useRefused } from '../core/refused';
import { Shown, begin, remember_language, remembered_language, site_language } from '../core/start';
import { Spoken, T, speak, texts_in, useTexts } from '../core/texts';
import type { Texts } from '../core/texts';
import { wall, wall_parts } from '../core/time';
import type { Alarm, Found, Queue, Room, Service, Session } from '../core/types';
import { problem_said } from '../core/words';
import { Find } from './find';
import { Handover } from './handover';
import { Register } from './register';
import { VisitCard } from './visit';
import type { HostView } from './view';

function HostPage({ who, own }: { who: Session; own: Texts }): JSX.Element {
  const [texts, set_texts] = useState(own);
  const [refusal, ask] = useRefused('/queue');
  const feed = useFeed('queue,room,services,alarms', texts.language, () => ({ page: 'host' }), ask);
  const clock = useServerClock(feed);
  const [chosen, choose] = useState<Found>();
  const { busy, problem, run } = useOnePress();
  useTick(1000);
  useEffect(() => { if (refusal === 'signed_out') go_to_sign_in(); }, [refusal]);
  useReloadWhenIdle(feed, !chosen && !busy);
  useEffect(() => { document.title = texts.t('ui.host.title'); }, [texts]);

  const queue = feed.topics['queue'] as Queue | undefined;
  const room = feed.topics['room'] as Room | undefined;
  const services = feed.topics['services'] as Service[] | undefined;
  const alarms = (feed.topics['alarms'] as { alarms: Alarm[] } | undefined)?.alarms;
  const stale = feed.link === 'stale' || feed.link === 'lost';
  const switch_language = (): void => {
    const next = texts.language === 'da' ? 'en' : 'da';
    void texts_in(next).then((loaded) => { remember_language(next); speak(loaded); set_texts(loaded); });
  };
  if (refusal && !queue) return <Shown texts={texts}><NotPaired page="/host" refusal={refusal} /></Shown>;
  if (!queue || !room || !services) return <Shown texts={texts}><main class="starting"><h1>{texts.t('ui.office.loading')}</h1></main></Shown>;
  const view: HostView = { queue, room, services, desks: who.desks ?? [], languages: who.site.languages, now: clock.now_ms(), off: busy || stale, run, chosen, choose };
  return (
    <Shown texts={texts}>
      <header class="top">
        <p class="site"><Icon name="mark" />{who.site.name}</p>
        <h1><T k="ui.host.title" /></h1>
        <div class="right">
          <a class="quiet" href="/book" target="_blank" rel="noopener">{texts.t('ui.host.book')}</a>
          <a class="quiet" href="/">{texts.t('ui.office.overview')}</a>
          <button type="button" class="quiet" lang={texts.language === 'da' ? 'en' : 'da'} onClick={switch_language}>{texts.language === 'da' ? 'English' : 'Dansk'}</button>
          <p class="clock">{wall_parts(clock.now_ms(), clock.offset).clock}</p>
        </div>
      </header>
      {stale && <p class="problem wide" role="alert"><T k="ui.office.stale" a={{ clock: feed.server_at ? wall(feed.server_at) : '–' }} /></p>}
      <RoomBar room={room} />
      {alarms && alarms.length > 0 && <Alarms alarms={alarms} />}
      <Handover off={busy || stale} run={run} />
      <Unreached />
      <main class="host" data-link={feed.link}>
        <Register view={view} />
        <section class="side">
          {problem && <p class="problem" role="alert"><Spoken said={problem_said(texts, problem)} /></p>}
          {chosen ? <VisitCard view={view} visit={chosen} /> : <Find view={view} />}
        </section>
      </main>
    </Shown>
  );
}

/** Folded: it is there all day, and nobody must act at once. */
function Unreached(): JSX.Element | null {
  const data = useLost();
  const texts = useTexts();
  if (!data) return null;
  return <section class="handover" aria-label={texts.t('ui.messages.out_of_reach')}><details><summary><T k="ui.messages.out_of_reach" /> ({data.out_of_reach_count})</summary><People data={data} max={LOST_SHOWN} /></details></section>;
}

void begin((who) => remembered_language() ?? site_language(who), ({ session: who, texts }) => {
  if (who && !who.signed_in) go_to_sign_in();
  const known = who ?? { signed_in: true, site: { id: '', name: '', time_zone: '', languages: ['da'] }, build: '' };
  return <HostPage who={known} own={texts} />;
});
