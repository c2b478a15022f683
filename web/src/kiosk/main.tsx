// The kiosk: one question, one tap, one number. Whatever fails, the person is told what to do next.
import type { JSX } from 'preact';
import { useCallback, useEffect, useReducer, useState } from 'preact/hooks';
import { call, fresh_key } from '../core/api';
import { useFeed, useReloadWhenIdle, useServerClock, useTick } from '../core/feed';
import type { ServerClock } from '../core/feed';
import { Icon } from '../core/icons';
import { NotPaired } from '../core/not_paired';
import { useRefused } from '../core/refused';
import { Shown, begin, page_id, site_language } from '../core/start';
import { T, speak, texts_in, useTexts } from '../core/texts';
import type { Texts } from '../core/texts';
import { wall_parts } from '../core/time';
import type { Kiosk, Need, Session, Visit } from '../core/types';
import { Bar } from './bar';
import { Code } from './code';
import { Home } from './home';
import { Evacuation, Help, Offline, Refused, Starting, StillThere, Taking, Undone } from './screens';
import type { Accepted } from './screens';
import { begin_state, deadline, reduce, untouched } from './state';
import type { KioskEvent, KioskState } from './state';
import { Ticket, useVisit } from './ticket';

const now = (): number => performance.now();

/** The words follow the person's choice and go back with the page. */
function useSpoken(language: string, own: Texts): Texts {
  const [texts, set_texts] = useState(own);
  useEffect(() => {
    let wanted = true;
    void texts_in(language).then((next) => {
      if (!wanted) return;
      speak(next);
      set_texts(next);
    }).catch(() => undefined);
    return () => { wanted = false; };
  }, [language]);
  return texts;
}

type Send = (event: KioskEvent) => void;
type Take = (service: string, key?: string, accept?: Accepted) => void;

/** A booking goes through the same screens as a service, under this name. */
const BOOKING = 'booking:';
const booking_in = (service: string): string | undefined => (service.startsWith(BOOKING) ? encodeURIComponent(service.slice(BOOKING.length)) : undefined);

/** One press, one key, one ticket: a retry after silence repeats the key. */
function useTaking(kiosk: Kiosk | undefined, id: string, language: string, needs: readonly Need[], send: Send): Take {
  return useCallback((service: string, key = fresh_key(), accept?: Accepted) => {
    send({ type: 'choose', service, key, now: now() });
    const booking = booking_in(service);
    const how = { language, kiosk: id, print: Boolean(kiosk?.printer) };
    const body = booking === undefined ? { ...how, services: [service], channel: 'kiosk', ...(needs.length > 0 ? { needs } : {}), ...(accept ? { [accept]: true } : {}) } : how;
    void call<Visit>('POST', booking === undefined ? '/visits' : `/bookings/${booking}/check-in`, { body, key }).then((answer) => {
      send(answer.ok ? { type: 'took', key, visit: answer.data, now: now() } : { type: 'refused', key, problem: answer.problem, now: now() });
    });
  }, [Boolean(kiosk?.printer), id, language, needs]);
}

function useTimeouts(state: KioskState, home_language: string, send: Send): ReturnType<typeof deadline> {
  useTick(250);
  const limit = deadline(state, now());
  const over = limit.ended && !untouched(state, home_language);
  useEffect(() => {
    if (over) send({ type: 'ended', language: home_language, now: now() });
  }, [over]);
  useEffect(() => {
    const touch = (): void => send({ type: 'touch', now: now() });
    // When the press is over: at its beginning the question would vanish under the finger, and the press would meet what is behind.
    for (const kind of ['click', 'keyup'] as const) addEventListener(kind, touch, { capture: true });
    return () => { for (const kind of ['click', 'keyup'] as const) removeEventListener(kind, touch, { capture: true }); };
  }, []);
  return untouched(state, home_language) ? { ...limit, warn: false } : limit;
}

function Clock({ clock }: { clock: ServerClock }): JSX.Element {
  useTick(1000);
  return <p class="clock">{wall_parts(clock.now_ms(), clock.offset).clock}</p>;
}

function KioskPage({ id, who, own }: { id: string; who: Session | undefined; own: Texts }): JSX.Element {
  const [refusal, ask] = useRefused(`/kiosks/${encodeURIComponent(id)}`);
  const feed = useFeed(`kiosk:${id}`, own.language, () => ({ page: `kiosk/${id}`, audio: 'off' }), ask);
  const kiosk = feed.topics[`kiosk:${id}`] as Kiosk | undefined;
  const clock = useServerClock(feed);
  const home_language = kiosk?.languages[0] ?? own.language;
  const [state, send] = useReducer(reduce, begin_state(own.language, now()));
  const texts = useSpoken(state.language, own);
  const take = useTaking(kiosk, id, state.language, state.needs, send);
  const limit = useTimeouts(state, home_language, send);
  useVisit(state.screen, send);
  useReloadWhenIdle(feed, untouched(state, home_language));
  useEffect(() => document.querySelector<HTMLElement>('main h1')?.focus(), [state.screen.name]);

  const { aids } = state;
  const classes = ['app', aids.large && 'large', aids.contrast && 'contrast', aids.low && 'low'].filter(Boolean).join(' ');
  const away = feed.link === 'stale' && !refusal && state.screen.name !== 'ticket';
  return (
    <Shown texts={texts}>
      <div class={classes} data-screen={away ? 'offline' : kiosk?.evacuation ? 'evacuation' : state.screen.name} data-link={feed.link} data-outdated={feed.outdated}>
        <header><Icon name="mark" /><p class="site">{kiosk?.site ?? who?.site.name ?? ''}</p><Clock clock={clock} /></header>
        <main>
          {aids.low && <p class="pad"><T k="ui.kiosk.moved_down" /></p>}
          {refusal && !kiosk ? <NotPaired page={`/kiosk/${id}`} refusal={refusal} />
            : away ? <Offline /> : !kiosk ? <Starting /> : kiosk.evacuation ? <Evacuation /> : <Content state={state} kiosk={kiosk} limit={limit} send={send} take={take} clock={clock.now_ms()} />}
        </main>
        {limit.warn && !away && kiosk && <StillThere limit={limit} send={send} />}
        <Bar state={state} send={send} />
      </div>
    </Shown>
  );
}

interface ContentProps { state: KioskState; kiosk: Kiosk; limit: ReturnType<typeof deadline>; send: Send; take: Take; clock: number }

function Content({ state, kiosk, limit, send, take, clock }: ContentProps): JSX.Element {
  const texts = useTexts();
  const { screen } = state;
  const name_of = (service: string): string => {
    if (booking_in(service) !== undefined) return texts.t('booking.kiosk_title');
    const found = kiosk.services.find((each) => each.id === service);
    return found ? texts.name(found.names, found.name).text : service;
  };
  switch (screen.name) {
    case 'home': return <Home kiosk={kiosk} state={state} send={send} take={take} now_ms={clock} />;
    case 'taking': return <Taking service={name_of(screen.service)} />;
    case 'ticket': return <Ticket screen={screen} kiosk={kiosk} limit={limit} send={send} service={name_of(screen.visit.steps[0]?.service ?? '')} />;
    case 'undone': return <Undone number={screen.number} send={send} limit={limit} />;
    case 'refused': return <Refused screen={screen} service={name_of(screen.service)} take={take} send={send} now_ms={clock} />;
    case 'help': return <Help needs={state.needs} send={send} />;
    case 'code': return <Code check_in={(code) => take(BOOKING + code)} send={send} />;
  }
}

void begin(site_language, ({ session: who, texts }) => <KioskPage id={page_id()} who={who} own={texts} />);
