// The kiosk: one question, one tap, one number. Whatever fails, the person is told what to do next.
import type { JSX } from 'preact';
import { useCallback, useEffect, useReducer, useRef } from 'preact/hooks';
import { call, fresh_key } from '../core/api';
import { useFeed, useReloadWhenIdle, useServerClock, useTick } from '../core/feed';
import type { ServerClock } from '../core/feed';
import { Icon } from '../core/icons';
import { Night } from '../core/night';
import { NotPaired } from '../core/not_paired';
import { useRefused } from '../core/refused';
import { Shown, begin, page_id, site_language } from '../core/start';
import { T, useTexts } from '../core/texts';
import type { Texts } from '../core/texts';
import { wall_parts } from '../core/time';
import type { Kiosk, Need, Session, Visit } from '../core/types';
import { Bar } from './bar';
import { BookedTime, Slots, Unbooked } from './book';
import { code_in } from './booking_code';
import { Code } from './code';
import { Home } from './home';
import { useKeypad } from './keypad';
import { ListenBar, useListening } from './listen';
import { Look } from './look';
import { Evacuation, Help, Offline, OnPaper, Refused, Starting, StillThere, Taking, Undone, Yourself } from './screens';
import type { Accepted } from './screens';
import { Several } from './several';
import { told_of } from './showing';
import type { Told } from './showing';
import { useSpoken } from './spoken';
import { asleep, begin_state, deadline, reduce, untouched } from './state';
import type { Booked, KioskEvent, KioskState } from './state';
import { Ticket, useVisit } from './ticket';

const now = (): number => performance.now();

type Send = (event: KioskEvent) => void;
type Take = (service: string, key?: string, accept?: Accepted) => void;

/** What a press asks for besides a number goes through the same screens, under a name with one of these before it. */
const BOOKING = 'booking:';
const TIME = 'time:';
/** Several matters in one name; no service has it in its own. */
const AND = '+';

interface Wish { path: string; body: Record<string, unknown> }

/** The call behind a press: a number, a check-in by code, or a time (`time:START|SERVICES`). */
function wish_of(service: string, how: { language: string; kiosk: string; print: boolean }, more: Record<string, unknown>): Wish {
  if (service.startsWith(BOOKING)) return { path: `/bookings/${encodeURIComponent(service.slice(BOOKING.length))}/check-in`, body: how };
  if (service.startsWith(TIME)) {
    const [start, services] = service.slice(TIME.length).split('|');
    return { path: '/bookings', body: { services: services!.split(AND), start, language: how.language } };
  }
  return { path: '/visits', body: { ...how, services: service.split(AND), channel: 'kiosk', ...more } };
}

const services_in = (service: string): string[] => (service.startsWith(BOOKING) ? [] : service.replace(/^time:[^|]*\|/, '').split(AND));

/** One press, one key, one ticket: a retry after silence repeats the key. */
function useTaking(kiosk: Kiosk | undefined, id: string, language: string, needs: readonly Need[], send: Send): Take {
  return useCallback((service: string, key = fresh_key(), accept?: Accepted) => {
    send({ type: 'choose', service, key, now: now() });
    const { path, body } = wish_of(service, { language, kiosk: id, print: Boolean(kiosk?.printer) }, { ...(needs.length > 0 ? { needs } : {}), ...(accept ? { [accept]: true } : {}) });
    void call<Visit & Booked>('POST', path, { body, key }).then((answer) => {
      if (!answer.ok) return send({ type: 'refused', key, problem: answer.problem, now: now() });
      return send(service.startsWith(TIME) ? { type: 'booked', key, booking: answer.data, now: now() } : { type: 'took', key, visit: answer.data, now: now() });
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
  const told = useRef<Told | undefined>(undefined);
  const feed = useFeed(`kiosk:${id}`, own.language, () => ({ page: `kiosk/${id}`, audio: 'off', ...(told.current?.showing === 'night' ? { dark: true } : {}), ...told.current }), ask);
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
  const voice = useListening(state, texts, limit.warn, send);
  useKeypad(state, { send, check_in: (typed) => take(BOOKING + code_in(typed).toLowerCase()), home_language, warned: limit.warn, repeat: voice.repeat });

  const dark = asleep(state, kiosk, home_language, now());
  told.current = told_of(state, dark);
  if (dark) return <Shown texts={texts}><Night opens_at={kiosk?.night?.opens_at} clock={clock} stale={feed.link === 'stale'} spoken={[texts]} touch /></Shown>;
  const { aids } = state;
  const classes = ['app', ...(['large', 'contrast', 'low', 'listen', 'dark'] as const).filter((aid) => aids[aid])].join(' ');
  const away = feed.link === 'stale' && !refusal && state.screen.name !== 'ticket' && state.screen.name !== 'booked';
  const listening = aids.listen && <ListenBar voice={voice} send={send} />;
  return (
    <Shown texts={texts}>
      <div class={classes} data-screen={away ? 'offline' : kiosk?.evacuation ? 'evacuation' : state.screen.name} data-link={feed.link} data-outdated={feed.outdated}>
        <header>{aids.listen && !aids.low ? listening : <><Icon name="mark" /><p class="site">{kiosk?.site ?? who?.site.name ?? ''}</p><Clock clock={clock} /></>}</header>
        <main>
          {aids.low && <div class="pad"><p><T k="ui.kiosk.moved_down" /></p></div>}
          {refusal && !kiosk ? <NotPaired page={`/kiosk/${id}`} refusal={refusal} />
            : away ? <Offline /> : !kiosk ? <Starting /> : kiosk.evacuation ? <Evacuation /> : <Content state={state} kiosk={kiosk} limit={limit} send={send} take={take} clock={clock.now_ms()} />}
        </main>
        {limit.warn && !away && kiosk && <StillThere limit={limit} send={send} />}
        {aids.low && listening}
        <Bar state={state} send={send} />
        {aids.dark && <div class="curtain" aria-hidden="true" onPointerDown={() => send({ type: 'aid', aid: 'dark', now: now() })} />}
      </div>
    </Shown>
  );
}

interface ContentProps { state: KioskState; kiosk: Kiosk; limit: ReturnType<typeof deadline>; send: Send; take: Take; clock: number }

function Content({ state, kiosk, limit, send, take, clock }: ContentProps): JSX.Element {
  const texts = useTexts();
  const { screen } = state;
  const name_one = (service: string): string => {
    const found = kiosk.services.find((each) => each.id === service);
    return found ? texts.name(found.names, found.name).text : service;
  };
  const name_of = (service: string): string => (service.startsWith(BOOKING) ? texts.t('booking.kiosk_title') : services_in(service).map(name_one).join(' + '));
  // Whoever holds a ticket or a time already sees it to the end.
  if (kiosk.mode === 'paper_roll' && screen.name !== 'ticket' && screen.name !== 'booked' && screen.name !== 'help') return <OnPaper />;
  switch (screen.name) {
    case 'home': return <Home kiosk={kiosk} state={state} send={send} take={take} now_ms={clock} />;
    case 'yourself': return <Yourself service={kiosk.services.find((each) => each.id === screen.service)} name={name_one(screen.service)} several={state.chosen !== undefined}
      take={() => (state.chosen ? send({ type: 'matter', service: screen.service, now: now() }) : take(screen.service))} send={send} />;
    case 'several': return <Several names={(state.chosen ?? []).map(name_one)} take={() => take((state.chosen ?? []).join(AND))} send={send} />;
    case 'taking': return <Taking service={name_of(screen.service)} />;
    case 'ticket': return <Ticket screen={screen} kiosk={kiosk} limit={limit} send={send} names={screen.visit.steps.map((step) => name_one(step.service))} />;
    case 'undone': return <Undone number={screen.number} send={send} limit={limit} />;
    case 'refused': return <Refused screen={screen} service={name_of(screen.service)} services={services_in(screen.service)} take={take} send={send} now_ms={clock} />;
    case 'help': return <Help needs={state.needs} send={send} />;
    case 'code': return <Code check_in={(code) => take(BOOKING + code)} send={send} />;
    case 'slots': return <Slots services={screen.services} names={screen.services.map(name_one)} book={(start) => take(`${TIME}${start}|${screen.services.join(AND)}`)} send={send} now_ms={clock} large={state.aids.large} />;
    case 'booked': return <BookedTime kiosk={kiosk} screen={screen} names={screen.booking.services.map((each) => name_one(each.service))} limit={limit} send={send} now_ms={clock} home_language={kiosk.languages[0] ?? texts.language} />;
    case 'unbooked': return <Unbooked send={send} limit={limit} />;
  }
}

const looked_at = new URLSearchParams(location.search).has('look');

void begin(site_language, ({ session: who, texts }) => (looked_at ? <Look id={page_id()} own={texts} /> : <KioskPage id={page_id()} who={who} own={texts} />));
