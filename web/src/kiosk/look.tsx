// A picture of the kiosk inside another page (`?look`), for staff: what its glass shows now, drawn from what the kiosk told of itself. While a person uses it that is
// the name of the screen only: what they chose, their number and what they type never leave the glass.
import type { JSX } from 'preact';
import { useFeed, useReloadWhenIdle, useServerClock } from '../core/feed';
import { Icon } from '../core/icons';
import { Night } from '../core/night';
import { NotPaired } from '../core/not_paired';
import { useRefused } from '../core/refused';
import { Shown } from '../core/start';
import { T } from '../core/texts';
import type { Texts } from '../core/texts';
import { wall_parts } from '../core/time';
import type { Devices, Kiosk } from '../core/types';
import { Bar } from './bar';
import { Home } from './home';
import { Evacuation, Offline, OnPaper, Starting } from './screens';
import { SCREENS, showing_of } from './showing';
import type { Showing } from './showing';
import { useSpoken } from './spoken';
import { begin_state } from './state';
import type { KioskState } from './state';

const nothing = (): undefined => undefined;

export function Look({ id, own }: { id: string; own: Texts }): JSX.Element {
  const [refusal, ask] = useRefused(`/kiosks/${encodeURIComponent(id)}`);
  const feed = useFeed(`kiosk:${id},devices`, own.language, nothing, ask);
  const kiosk = feed.topics[`kiosk:${id}`] as Kiosk | undefined;
  const device = (feed.topics['devices'] as Devices | undefined)?.devices.find((each) => each.kind === 'kiosk' && each.id === id);
  const clock = useServerClock(feed);
  const showing = device?.state === 'absent' ? undefined : showing_of(device?.details, kiosk?.languages[0] ?? own.language);
  const texts = useSpoken(showing?.language ?? own.language, own);
  useReloadWhenIdle(feed, true);
  const stale = feed.link === 'stale' || feed.link === 'lost';
  const state: KioskState = { ...begin_state(showing?.language ?? own.language, 0), ...(showing ? { aids: showing.aids } : {}) };
  const classes = ['app', ...(['large', 'contrast', 'low'] as const).filter((aid) => state.aids[aid])].join(' ');
  if (showing?.screen === 'night' && kiosk && !kiosk.evacuation) return <Shown texts={texts}><Night opens_at={kiosk.night?.opens_at} clock={clock} stale={stale} spoken={[texts]} touch /></Shown>;
  return (
    <Shown texts={texts}>
      <div class={classes} data-look={showing?.screen ?? 'absent'} data-link={feed.link}>
        <header><Icon name="mark" /><p class="site">{kiosk?.site ?? ''}</p><p class="clock">{wall_parts(clock.now_ms(), clock.offset).clock}</p></header>
        <main>
          {state.aids.low && <div class="pad" />}
          {refusal && !kiosk ? <NotPaired page={`/kiosk/${id}`} refusal={refusal} /> : stale ? <Offline /> : !kiosk || !device ? <Starting />
            : <Glass kiosk={kiosk} showing={showing} state={state} own={own} now_ms={clock.now_ms()} />}
        </main>
        <Bar state={state} send={nothing} />
      </div>
    </Shown>
  );
}

/** The house's own pages and the first question as they are; of a person's screens the name, in the site's language. */
function Glass({ kiosk, showing, state, own, now_ms }: { kiosk: Kiosk; showing: Showing | undefined; state: KioskState; own: Texts; now_ms: number }): JSX.Element {
  if (kiosk.evacuation) return <Evacuation />;
  if (showing?.screen === 'home' && kiosk.mode === 'paper_roll') return <OnPaper />;
  if (showing?.screen === 'home' && !showing.aids.dark) return <Home kiosk={kiosk} state={state} send={nothing} take={nothing} now_ms={now_ms} />;
  return (
    <Shown texts={own}>
      <div class="message" lang={own.language} dir={own.dir}>
        {showing ? <>
          <Icon name={showing.aids.dark ? 'ear' : 'people'} /><h1><T k={`ui.whole.kiosk_screen.${SCREENS[showing.screen]}`} /></h1><p><T k="ui.whole.kiosk_private" /></p>
          {showing.aids.dark && <p><T k="ui.whole.kiosk_dark" /></p>}
        </> : <><Icon name="warning" /><h1><T k="ui.whole.kiosk_away" /></h1><p><T k="ui.whole.kiosk_away_text" /></p></>}
      </div>
    </Shown>
  );
}
