// A screen while nobody is in the house: dark, with a dim clock that is never long in one place.
import type { JSX } from 'preact';
import { useTick } from './feed';
import type { ServerClock } from './feed';
import type { Texts } from './texts';
import { offset_minutes, ms, wall, wall_parts } from './time';

const MOVE_MS = 60_000;
const PLACES = 7;

/** Where the clock stands: walks over the whole picture, so that every spot is dark nearly all of the time. */
export function place_of(turn: number): { x: number; y: number } {
  return { x: 8 + ((turn * 3) % PLACES) * 8, y: 10 + ((turn * 5) % PLACES) * 9 };
}

function opens(texts: Texts, at: string): string {
  const { weekday } = wall_parts(ms(at), offset_minutes(at));
  return texts.t('ui.board.night_opens', { weekday: texts.t('ui.date.weekday', { day: String(weekday) }), clock: wall(at) });
}

/** `touch`: what a touch does; it is for whoever draws this to listen. */
export function Night({ opens_at, clock, stale, spoken, touch }: { opens_at: string | undefined; clock: ServerClock; stale: boolean; spoken: readonly Texts[]; touch?: boolean }): JSX.Element {
  const turn = useTick(MOVE_MS);
  const { x, y } = place_of(turn);
  const now = wall_parts(clock.now_ms(), clock.offset);
  return (
    <main class="night" style={{ '--x': `${x}vw`, '--y': `${y}vh` }} data-night data-link={stale ? 'stale' : 'live'}>
      <div>
        <h1>{stale ? '–' : now.clock}</h1>
        {spoken.map((texts) => <p key={texts.language} lang={texts.language} dir={texts.dir}>{opens_at ? opens(texts, opens_at) : texts.t('ui.board.closed')}{touch && ` ${texts.t('ui.kiosk.night_touch')}`}</p>)}
      </div>
    </main>
  );
}
