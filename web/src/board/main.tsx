// The board: who is called where, readable from the farthest seat. It shows what the daemon says and nothing it has to guess.
import type { JSX } from 'preact';
import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { server_clock, useFeed, useReloadWhenIdle, useServerClock, useTick } from '../core/feed';
import type { ServerClock } from '../core/feed';
import type { Feed } from '../core/feed_state';
import { Fit } from '../core/fit';
import { Icon } from '../core/icons';
import { Shown, begin, page_id, site_language } from '../core/start';
import { offered, speak, texts_in, useTexts } from '../core/texts';
import type { Key, Said, Texts } from '../core/texts';
import { wall, wall_parts } from '../core/time';
import type { Board, BoardQueue } from '../core/types';
import { spaced, split_desk, wait_said } from '../core/words';
import { NotPaired } from '../core/not_paired';
import { useRefused } from '../core/refused';
import { audio_state } from '../core/audio';
import type { AudioWord } from '../core/audio';
import { ring } from '../core/chime';
import { Arrow } from './arrow';
import { Media, playlist, wants_stillness } from './media';
import { Night } from './night';
import { Pairing } from './pairing';
import { Speaker } from './speaker';
import { empty, is_calm, page_of, reduce, row_size, rows } from './state';
import type { BoardState } from './state';

const QUEUES_A_PAGE = 3;
const TURN_MS = 9_000;
const BURN_IN_STEP_MS = 180_000;
const BURN_IN_PX = 4;
const ASK_STAFF_AFTER_MS = 300_000;
const CHIME_VOLUME = 60;

/** A label in every language of the board: the first large, the others beside it, quieter. */
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
  const both = (key: Key): string => [texts, ...more].map((each) => each.t(key)).filter((each, index, list) => list.indexOf(each) === index).join(' · ');
  const size = row_size(state.board?.screen);
  const list = rows(state, size.count, beside_hero);
  return (
    <section class="list" aria-label={texts.t('ui.board.called_before')}>
      <p class="heads"><span>{both('ui.board.number')}</span><span>{both('ui.board.desk')}</span></p>
      <ol style={{ '--rows': String(size.count), '--row': `${size.font_vh}vh` }}>
        {list.map(({ call, due }) => {
          const { word, figure } = split_desk(texts.name(call.desk_names, call.desk_name).text);
          return (
            <li key={call.number} class={due ? 'due' : ''}>
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

/** In each of the board's languages, where they differ. */
function in_all(spoken: readonly Texts[], names: BoardQueue['names'], plain: string): Said[] {
  return spoken.map((each) => each.name(names, plain)).filter((said, index, all) => all.findIndex((other) => other.text === said.text) === index);
}

function QueueWait({ queue, stale, spoken }: { queue: BoardQueue; stale: boolean; spoken: readonly Texts[] }): JSX.Element {
  const texts = useTexts();
  const names = in_all(spoken, queue.names, queue.name);
  const wait = stale ? '–' : queue.open ? wait_said(texts, queue.estimate, queue.waiting).text : texts.t('ui.board.queue_closed');
  return (
    <div class="queue">
      <Fit class="of">{names.map((name, index) => <span key={name.text} class={index > 0 ? 'other' : ''} lang={name.language}>{name.text}</span>)}</Fit>
      <Fit class="wait">{wait}</Fit>
      <p class="count">{!stale && queue.open && texts.t('ui.wait.waiting', { n: queue.waiting })}</p>
    </div>
  );
}

/** Each notice in each language in turn; that things work again comes before everything else. */
function Note({ board, spoken, turn }: { board: Board; spoken: readonly Texts[]; turn: number }): JSX.Element {
  const texts = spoken[turn % spoken.length]!;
  const notice = page_of(board.notices, 1, Math.floor(turn / spoken.length))[0];
  const title = board.back ? texts.say(`ui.back.${board.back.from}`) : notice ? texts.name(notice.titles, notice.title) : texts.say('ui.board.notice_title');
  const text = board.back ? undefined : notice ? texts.name(notice.texts, notice.text) : texts.say('ui.board.notice_text');
  return (
    <div class={board.back ? 'note back' : 'note'} lang={title.language} dir={title.dir}>
      <h2>{title.text}</h2>{text && <p lang={text.language}>{text.text}</p>}
    </div>
  );
}

function Foot({ board, stale, spoken }: { board: Board; stale: boolean; spoken: readonly Texts[] }): JSX.Element {
  const turn = useTick(TURN_MS);
  return (
    <footer class="foot">
      <div class="waits">
        {page_of(board.queues, QUEUES_A_PAGE, turn).map((queue) => <QueueWait key={queue.service} queue={queue} stale={stale} spoken={spoken} />)}
      </div>
      <Note board={board} spoken={spoken} turn={turn} />
    </footer>
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
      <Icon name="mark" />
      <h1>{board.site}</h1>
      {(audio === 'suspended' || audio === 'failed') && <span class="silent"><Icon name="mute" /><span class="sr">{texts.t('ui.board.no_sound')}</span></span>}
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
      <Icon name="warning" />
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

/** What this screen sounds: the daemon's announcements where it has a voice, else a chime of its own for every call. */
function useSound(state: BoardState, board: Board | undefined): { audio: AudioWord; voice: 'missing' | undefined; said: number } {
  const speaker = useMemo(() => (LOOKED_AT ? undefined : new Speaker()), []);
  const sound = board?.sound;
  const volume = board?.chime?.volume ?? CHIME_VOLUME;
  useEffect(() => {
    if (board?.evacuation) speaker?.silence();
    else if (sound) speaker?.follow(sound.announcements, performance.now());
  }, [board]);
  useEffect(() => {
    const timer = window.setInterval(() => speaker?.tick(performance.now()), 100);
    return () => window.clearInterval(timer);
  }, []);
  useEffect(() => {
    if (state.late > 0 && sound?.speaker && !board?.evacuation) speaker?.chime(sound.volume);
  }, [state.late]);
  useEffect(() => {
    if (state.chimes > 0 && !sound && !board?.evacuation && speaker) void ring(volume);
  }, [state.chimes]);
  if (!speaker) return { audio: 'off', voice: undefined, said: 0 };
  if (!sound) return { audio: audio_state(volume), voice: undefined, said: state.chimes };
  return { audio: sound.speaker ? audio_state(volume) : 'off', voice: sound.speaker && speaker.lacking ? 'missing' : undefined, said: speaker.begun };
}

function BoardPage({ id }: { id: string }): JSX.Element {
  const texts = useTexts();
  const report = useRef<{ audio: AudioWord; voice?: 'missing' }>({ audio: 'off' });
  const [refusal, ask] = useRefused(`/boards/${encodeURIComponent(id)}`);
  const feed = useFeed(`board:${id}`, texts.language, () => (LOOKED_AT ? undefined : { page: `board/${id}`, ...report.current }), ask);
  const board = feed.topics[`board:${id}`] as Board | undefined;
  const clock = useServerClock(feed);
  const state = useAnnouncements(feed, board);
  const spoken = useBoardLanguages(board?.languages, texts);
  const more = spoken.slice(1);
  const sound = useSound(state, board);
  report.current = { audio: sound.audio, ...(sound.voice ? { voice: sound.voice } : {}) };
  const [given_up, set_given_up] = useState(false);
  const known = board?.media?.map((each) => each.id).join() ?? '';
  useEffect(() => set_given_up(false), [known]);
  useBurnInShift();
  useReloadWhenIdle(feed, state.announcing === undefined);

  if (!board && refusal === 'signed_out') return <Pairing spoken={spoken} page={`/board/${id}`} refusal={refusal} />;
  if (!board && refusal) return <NotPaired page={`/board/${id}`} refusal={refusal} />;
  if (!board) return <main class="starting"><h1>{texts.t('ui.board.starting')}</h1><p>{id}</p></main>;
  const stale = feed.link === 'stale';
  const calm = !stale && !board.evacuation && !board.back && !given_up && is_calm(state, performance.now());
  const media = calm ? playlist(board.media, wants_stillness()) : [];
  if (board.night && !board.evacuation) return <Night board={board} clock={clock} stale={stale} spoken={spoken} />;
  return (
    <Shown texts={spoken[0] ?? texts}>
      <div class={stale ? 'board stale' : 'board'} data-link={feed.link} data-audio={sound.audio} data-chimes={state.chimes} data-said={sound.said}>
        <Head board={board} clock={clock} audio={sound.audio} />
        <main>{media.length > 0 ? <Media list={media} give_up={() => set_given_up(true)} /> : <Hero state={state} stale={stale} more={more} />}<Table state={state} more={more} beside_hero={media.length === 0} /></main>
        <Foot board={board} stale={stale} spoken={spoken} />
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
  return <Pairing spoken={spoken} page={location.pathname} />;
}

void begin(site_language, ({ texts }) => <Shown texts={texts}>{page_id() ? <BoardPage id={page_id()} /> : <Unnamed own={texts} />}</Shown>);
