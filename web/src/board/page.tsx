// The board: who is called where, readable from the farthest seat. It shows what the daemon says and nothing it has to guess.
import type { JSX } from 'preact';
import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { BOARD_PATHS, Drawn, Mark } from '../core/drawn';
import { server_clock, useFeed, useReloadWhenIdle, useServerClock, useTick } from '../core/feed';
import type { Report, ServerClock } from '../core/feed';
import type { Feed } from '../core/feed_state';
import { Fit } from '../core/fit';
import { Part, usePart } from '../core/part';
import { Shown, begin, page_id, site_language } from '../core/start';
import { offered, speak, texts_in, useTexts } from '../core/texts';
import type { Key, Texts } from '../core/texts';
import { wall, wall_parts } from '../core/time';
import type { Board } from '../core/types';
import { spaced, split_desk } from '../core/words';
import { useRefused } from '../core/refused';
import type { AudioWord } from '../core/audio';
import { Arrow } from './arrow';
import { LATE_MS, empty, is_calm, reduce, row_size, rows } from './state';
import type { BoardState } from './state';

const BURN_IN_STEP_MS = 180_000;
const BURN_IN_PX = 4;
const ASK_STAFF_AFTER_MS = 300_000;
const CHIME_VOLUME = 60;

/** Not in the way of the first picture. What rings is on its way at once, the others when the board stands. */
const SOUND = new Part(() => import('./sound'));
const LATER = new Part(() => import('./later'));

/** A label in every language of the board: the first large, the others beside it, lighter. */
function Label({ k, more }: { k: Key; more: readonly Texts[] }): JSX.Element {
  const texts = useTexts();
  const said = texts.say(k);
  const others = more.map((each) => each.say(k)).filter((each) => each.text !== said.text);
  return (
    <>
      <span class="first">{said.text}</span>
      {others.map((each) => <span key={each.language} class="other" lang={each.language} dir={each.dir}>{each.text}</span>)}
    </>
  );
}

function Hero({ state, stale, more }: { state: BoardState; stale: boolean; more: readonly Texts[] }): JSX.Element {
  const texts = useTexts();
  const call = state.hero;
  if (!call) return <Nobody state={state} more={more} />;
  const calling = state.announcing !== undefined && !stale;
  const label: Key = !calling ? 'ui.board.last_called' : call.attempt > 1 ? 'ui.board.called_again' : 'ui.board.now_calling';
  const { word, figure } = split_desk(texts.name(call.desk_names, call.desk_name).text);
  return (
    <section class={calling ? 'hero calling' : 'hero'} aria-live="assertive" aria-atomic="true" key={calling ? `${call.number}${call.attempt}` : 'calm'}>
      <h2 class="lab"><Label k={label} more={more} />{calling && call.attempt > 1 && <b class="attempt">{texts.t('ui.board.attempt', { attempt: call.attempt })}</b>}</h2>
      <Fit class="num">{spaced(call.number)}</Fit>
      <Fit class="to"><Arrow to={call.arrow} /><span class="word">{word}</span><span class="figure">{figure}</span></Fit>
    </section>
  );
}

function Nobody({ state, more }: { state: BoardState; more: readonly Texts[] }): JSX.Element {
  const open = state.board?.queues.some((queue) => queue.open) ?? true;
  return (
    <section class="hero nobody">
      <h2 class="welcome"><Label k={open ? 'ui.board.welcome' : 'ui.board.closed'} more={more} /></h2>
      <p class="take"><Label k={open ? 'ui.board.take_number' : 'ui.board.closed_more'} more={more} /></p>
    </section>
  );
}

function Table({ state, more, beside_hero }: { state: BoardState; more: readonly Texts[]; beside_hero: boolean }): JSX.Element {
  const texts = useTexts();
  const both = (key: Key): string => [texts, ...more].slice(0, 2).map((each) => each.t(key)).filter((each, index, list) => list.indexOf(each) === index).join(' · ');
  const size = row_size(state.board?.screen);
  const list = rows(state, size.count, beside_hero);
  return (
    <section class="list" aria-label={texts.t('ui.board.called_before')}>
      <p class="heads"><span>{both('ui.board.number')}</span><span>{both('ui.board.desk')}</span></p>
      <ol style={{ '--rows': String(size.count), '--row': `${size.font_vh}vh` }}>
        {list.map(({ call, due }) => {
          const { word, figure } = split_desk(texts.name(call.desk_names, call.desk_name).text);
          return (
            <li key={call.number} class={(due ? 'due ' : '') + call.number[0]}>
              <Fit class="n">{spaced(call.number)}</Fit>
              <Fit class="d"><span class="sr">{word} </span>{call.arrow && <Arrow to={call.arrow} />}{figure || word}</Fit>
            </li>
          );
        })}
        {Array.from({ length: size.count - list.length }, (_, index) => <li key={index} class="none" aria-hidden="true" />)}
      </ol>
    </section>
  );
}

function Head({ board, clock, audio }: { board: Board; clock: ServerClock; audio: string }): JSX.Element {
  const texts = useTexts();
  useTick(1000);
  const parts = wall_parts(clock.now_ms(), clock.offset);
  const month = texts.t('ui.date.month', { month: String(parts.month) });
  const weekday = texts.t('ui.date.weekday', { day: String(parts.weekday) });
  return (
    <header>
      <Mark />
      <h1>{board.site}</h1>
      {(audio === 'suspended' || audio === 'failed') && <span class="silent"><Drawn path={BOARD_PATHS.mute} /><span class="sr">{texts.t('ui.board.no_sound')}</span></span>}
      <p class="date">{texts.t('ui.date.long', { weekday, day: parts.day, month })}</p>
      <p class="clock">{parts.clock}</p>
    </header>
  );
}

function StaleBar({ feed, more }: { feed: Feed; more: readonly Texts[] }): JSX.Element {
  const texts = useTexts();
  const since = feed.server_at ? wall(feed.server_at) : '–';
  const key: Key = performance.now() - feed.heard_at > ASK_STAFF_AFTER_MS ? 'ui.board.ask_staff' : 'ui.board.stale';
  return (
    <div class="stalebar" role="status">
      <Drawn path={BOARD_PATHS.warning} />
      <Fit>{texts.t(key, { clock: since })}{more.slice(0, 1).map((each) => <span key={each.language} class="other" lang={each.language}> {each.t(key, { clock: since })}</span>)}</Fit>
    </div>
  );
}

function Evacuation({ languages }: { languages: readonly Texts[] }): JSX.Element {
  return (
    <div class="evacuation" role="alert">
      {languages.map((each) => (
        <section key={each.language} lang={each.language} dir={each.dir}>
          <Fit class="leave">{each.t('ui.board.evacuation')}</Fit>
          <p>{each.t('ui.board.evacuation_more')}</p>
        </section>
      ))}
    </div>
  );
}

/** Moves the whole picture by a few pixels now and then, so that no edge burns in. */
function useBurnInShift(): void {
  const step = useTick(BURN_IN_STEP_MS);
  useEffect(() => {
    const [x, y] = [[0, 0], [1, 1], [-1, 1], [-1, -1], [1, -1]][step % 5] as [number, number];
    document.documentElement.style.setProperty('--shift-x', `${x * BURN_IN_PX}px`);
    document.documentElement.style.setProperty('--shift-y', `${y * BURN_IN_PX}px`);
  }, [step]);
}

/** The catalogues of the board's languages, first = the one that speaks; until they are here, the page's own. */
function useBoardLanguages(languages: readonly string[] | undefined, own: Texts): readonly Texts[] {
  const [spoken, set_spoken] = useState<readonly Texts[]>([own]);
  const wanted = (languages ?? []).filter((each) => offered()[each]);
  useEffect(() => {
    if (wanted.length === 0) return;
    void Promise.all(wanted.map(texts_in)).then((all) => {
      speak(all[0]!);
      set_spoken(all);
    }).catch(() => undefined);
  }, [wanted.join()]);
  return spoken;
}

function useAnnouncements(feed: Feed, board: Board | undefined): BoardState {
  const [state, send] = useReducer(reduce, empty);
  useEffect(() => {
    if (board) send({ type: 'board', board, now: performance.now(), server_now: server_clock(feed).now_ms() });
  }, [board]);
  useEffect(() => {
    const timer = window.setInterval(() => send({ type: 'tick', now: performance.now() }), 250);
    return () => window.clearInterval(timer);
  }, []);
  return state;
}

/** A picture of the board inside another page (`?look`): it sounds nothing and is not counted as a screen. */
const LOOKED_AT = new URLSearchParams(location.search).has('look');

/** What this screen sounds: the daemon's announcements where it has a voice, else a chime of its own for every call. `audio` is not known before the first look at the sound card. */
function useSound(state: BoardState, board: Board | undefined): { audio: AudioWord | undefined; voice: 'missing' | undefined; said: number } {
  const part = usePart(SOUND);
  const speaker = useMemo(() => (LOOKED_AT || !part ? undefined : new part.Speaker()), [part]);
  const sound = board?.sound;
  const volume = board?.chime?.volume ?? CHIME_VOLUME;
  const heard_at = useMemo(() => performance.now(), [board]);
  useEffect(() => {
    if (board?.evacuation) speaker?.silence();
    else if (sound) speaker?.follow(sound.announcements, heard_at, performance.now());
  }, [board, speaker]);
  useEffect(() => {
    const timer = window.setInterval(() => speaker?.tick(performance.now()), 100);
    return () => window.clearInterval(timer);
  }, [speaker]);
  // The sound may come a moment after the call; later than that it would call nobody.
  const fresh = performance.now() - state.called_at < LATE_MS;
  useEffect(() => {
    if (state.late > 0 && fresh && sound?.speaker && !board?.evacuation) speaker?.chime(sound.volume);
  }, [state.late, speaker]);
  useEffect(() => {
    if (state.chimes > 0 && fresh && !sound && !board?.evacuation && speaker) void part?.ring(volume);
  }, [state.chimes, speaker]);
  if (LOOKED_AT) return { audio: 'off', voice: undefined, said: 0 };
  if (!part || !speaker) return { audio: SOUND.failed ? 'failed' : undefined, voice: undefined, said: 0 };
  if (!sound) return { audio: part.audio_state(volume), voice: undefined, said: state.chimes };
  return { audio: sound.speaker ? part.audio_state(volume) : 'off', voice: sound.speaker && speaker.lacking ? 'missing' : undefined, said: speaker.begun };
}

function BoardPage({ id }: { id: string }): JSX.Element {
  const texts = useTexts();
  const report = useRef<Omit<Report, 'page'> | undefined>(undefined);
  const [refusal, ask] = useRefused(`/boards/${encodeURIComponent(id)}`);
  const feed = useFeed(`board:${id}`, texts.language, () => (LOOKED_AT || !report.current ? undefined : { page: `board/${id}`, ...report.current }), ask);
  const board = feed.topics[`board:${id}`] as Board | undefined;
  const clock = useServerClock(feed);
  const state = useAnnouncements(feed, board);
  const spoken = useBoardLanguages(board?.languages, texts);
  const more = spoken.slice(1);
  const sound = useSound(state, board);
  report.current = sound.audio && { audio: sound.audio, ...(board?.night ? { dark: true } : {}), ...(sound.voice ? { voice: sound.voice } : {}) };
  const later = usePart(LATER);
  const [given_up, set_given_up] = useState(false);
  const known = board?.media?.map((each) => each.id).join() ?? '';
  useEffect(() => set_given_up(false), [known]);
  useBurnInShift();
  useReloadWhenIdle(feed, state.announcing === undefined);

  if (!board && later && refusal === 'signed_out') return <later.Pairing spoken={spoken} page={`/board/${id}`} refusal={refusal} />;
  if (!board && later && refusal) return <later.NotPaired page={`/board/${id}`} refusal={refusal} />;
  if (!board) return <main class="starting"><h1>{texts.t('ui.board.starting')}</h1><p>{id}</p></main>;
  const stale = feed.link === 'stale';
  const calm = !stale && !board.evacuation && !board.back && !given_up && is_calm(state, performance.now());
  const media = calm && later ? later.playlist(board.media, later.wants_stillness()) : [];
  if (board.night && !board.evacuation && later) return <later.Night opens_at={board.night.opens_at} clock={clock} stale={stale} spoken={spoken} />;
  return (
    <Shown texts={spoken[0] ?? texts}>
      <div class={stale ? 'board stale' : 'board'} data-link={feed.link} data-audio={sound.audio ?? 'off'} data-chimes={state.chimes} data-said={sound.said}>
        <Head board={board} clock={clock} audio={sound.audio ?? 'off'} />
        <main>{later && media.length > 0 ? <later.Media list={media} give_up={() => set_given_up(true)} /> : <Hero state={state} stale={stale} more={more} />}<Table state={state} more={more} beside_hero={media.length === 0} /></main>
        {later ? <later.Foot board={board} stale={stale} spoken={spoken} /> : <footer class="foot" />}
        {stale && <StaleBar feed={feed} more={more} />}
        {board.evacuation && <Evacuation languages={spoken} />}
      </div>
    </Shown>
  );
}

/** A screen without a name: in Danish and English, since nobody has said yet where it stands. */
function Unnamed({ own }: { own: Texts }): JSX.Element {
  const [spoken, set_spoken] = useState<readonly Texts[]>([own]);
  useEffect(() => { void Promise.all(['da', 'en'].map(texts_in)).then(set_spoken).catch(() => undefined); }, []);
  const later = usePart(LATER);
  return later ? <later.Pairing spoken={spoken} page={location.pathname} /> : <main class="starting"><h1>{own.t('ui.board.starting')}</h1></main>;
}

void SOUND.fetch();
void begin(site_language, ({ texts }) => <Shown texts={texts}>{page_id() ? <BoardPage id={page_id()} /> : <Unnamed own={texts} />}</Shown>);
