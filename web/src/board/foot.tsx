// The foot of a board: how long each matter waits, and one notice. In a part of its own, since a call never waits for it.
import type { JSX } from 'preact';
import { useTick } from '../core/feed';
import { Fit } from '../core/fit';
import { useTexts } from '../core/texts';
import type { Said, Texts } from '../core/texts';
import type { Board, BoardQueue } from '../core/types';
import { wait_said } from '../core/words';
import { page_of } from './state';

const QUEUES_A_PAGE = 3;
const TURN_MS = 9_000;

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

export function Foot({ board, stale, spoken }: { board: Board; stale: boolean; spoken: readonly Texts[] }): JSX.Element {
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
