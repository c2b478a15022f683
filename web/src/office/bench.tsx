// The test bench: buttons, lamps and signs of boxes without hardware. Signs are drawn stroke by stroke as the wires of the simulated chips say.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call, go_to_sign_in } from '../core/api';
import { useFeed, useReloadWhenIdle } from '../core/feed';
import { NotPaired } from '../core/not_paired';
import { useRefused } from '../core/refused';
import { Spoken, T, useTexts, type Key } from '../core/texts';
import { wall } from '../core/time';
import type { Problem } from '../core/types';
import { problem_said } from '../core/words';
import { read_strokes, strokes_of } from './strokes';

interface Button { id: string; use: 'desk' | 'ticket' | 'evacuation' | 'door'; for: string; on: boolean }
interface Lamp { id: string; for: string; on: boolean }
interface Sign { id: string; for: string; lit: boolean; strokes?: string; dots?: string; text?: string }
interface Sound { id: string; playing: boolean; volume: number; spoken: boolean; calls: { number: string; desk: string }[] }
interface Bench { agent: string; buttons: Button[]; lamps: Lamp[]; signs: Sign[]; sounds: Sound[] }

/** What a tower's lamp tells is of the room and of no desk. */
const of_the_room = new Set(['evacuation', 'too_long', 'help', 'device_fault', 'all_well']);

export function BenchPage(): JSX.Element {
  const texts = useTexts();
  const [refusal, ask] = useRefused('/bench');
  const feed = useFeed('bench', texts.language, () => ({ page: 'bench' }), ask);
  const [problem, set_problem] = useState<Problem>();
  useEffect(() => { if (refusal === 'signed_out') go_to_sign_in(); }, [refusal]);
  useReloadWhenIdle(feed, true);
  useEffect(() => { document.title = texts.t('ui.bench.title'); }, [texts]);
  const benches = (feed.topics['bench'] as { benches: Bench[] } | undefined)?.benches;
  if (!benches && refusal === 'forbidden') return <NotPaired page="/devices/bench" refusal={refusal} />;
  const stale = feed.link === 'stale' || feed.link === 'lost';
  const press = (agent: string, button: string, how: string): void =>
    void call('POST', `/agents/${encodeURIComponent(agent)}/bench/press`, { body: { button, how } }).then((answer) => set_problem(answer.ok ? undefined : answer.problem));
  return (
    <section class="bench">
      <h1><T k="ui.bench.title" /></h1>
      <p class="quiet"><T k="ui.bench.text" /></p>
      {stale && <p class="problem" role="alert"><T k="ui.office.stale" a={{ clock: feed.server_at ? wall(feed.server_at) : '–' }} /></p>}
      {problem && <p class="problem" role="alert"><Spoken said={problem_said(texts, problem)} /></p>}
      {benches?.length === 0 && <p role="status"><T k="ui.bench.none" /></p>}
      {benches?.map((bench) => (
        <section key={bench.agent} data-bench={bench.agent} class={stale ? 'stale' : ''}>
          <h2>{bench.agent}</h2>
          <Signs signs={bench.signs} />
          {bench.lamps.length > 0 && <><h3><T k="ui.bench.lamps" /></h3>
            <ul class="lamps">{bench.lamps.map((lamp) => <li key={lamp.id} data-lamp={lamp.id} class={lamp.on ? 'on' : ''}><span aria-hidden="true" /><b>{lamp.id}</b> <small>{of_the_room.has(lamp.for) ? texts.t(`ui.bench.when_${lamp.for}` as Key) : lamp.for}</small> <T k={lamp.on ? 'ui.bench.lit' : 'ui.bench.dark'} /></li>)}</ul></>}
          {bench.sounds.length > 0 && <><h3><T k="ui.bench.sounds" /></h3>
            <ul class="lamps">{bench.sounds.map((sound) => <Played key={sound.id} sound={sound} />)}</ul></>}
          {bench.buttons.length > 0 && <><h3><T k="ui.bench.buttons" /></h3>
            <ul class="buttons">{bench.buttons.map((button) => <Pushed key={button.id} button={button} press={(how) => press(bench.agent, button.id, how)} />)}</ul></>}
        </section>))}
    </section>
  );
}

/** What the sound card would play. */
function Played({ sound }: { sound: Sound }): JSX.Element {
  const texts = useTexts();
  const calls = sound.calls.map((each) => `${each.number} ${each.desk}`).join(', ') || texts.t('ui.bench.sound_test');
  return (
    <li data-sound={sound.id} class={sound.playing ? 'on' : ''}>
      <span aria-hidden="true" /><b>{sound.id}</b> {sound.volume === 0 ? <T k="ui.bench.sound_none" />
        : <><T k={sound.playing ? 'ui.bench.sound_now' : 'ui.bench.sound_last'} a={{ calls }} /> <small><T k={sound.spoken ? 'ui.bench.sound_spoken' : 'ui.bench.sound_chime'} a={{ volume: sound.volume }} /></small></>}
    </li>
  );
}

/** A tap and a long press; a contact is closed until it is opened again. */
function Pushed({ button, press }: { button: Button; press: (how: string) => void }): JSX.Element {
  const contact = button.use === 'evacuation';
  return (
    <li data-button={button.id} class={button.on ? 'on' : ''}>
      <b>{button.id}</b> <small><T k={`ui.bench.use_${button.use}`} a={{ for: button.for }} /></small>
      {button.on && <em><T k={contact ? 'ui.bench.closed' : 'ui.bench.pressed'} /></em>}
      {contact ? <button type="button" class="line" aria-pressed={button.on} onClick={() => press(button.on ? 'off' : 'on')}><T k={button.on ? 'ui.bench.open' : 'ui.bench.close'} /><span class="sr"> {button.id}</span></button>
        : <><button type="button" class="primary" onClick={() => press('single')}><T k="ui.bench.press" /><span class="sr"> {button.id}</span></button>
          <button type="button" class="line" onClick={() => press('long')}><T k="ui.bench.hold" /><span class="sr"> {button.id}</span></button></>}
    </li>
  );
}

function Signs({ signs }: { signs: readonly Sign[] }): JSX.Element | null {
  const texts = useTexts();
  if (signs.length === 0) return null;
  return (
    <>
      <h3><T k="ui.bench.signs" /></h3>
      <ul class="signs">
        {signs.map((sign) => {
          const digits = strokes_of(sign.strokes ?? '');
          const text = (sign.strokes === undefined ? sign.text ?? '' : read_strokes(digits)).trim();
          const said = texts.t('ui.bench.shows', { sign: sign.id, text: text || texts.t('ui.bench.empty') });
          return (
            <li key={sign.id} data-sign={sign.id} data-shows={text}>
              {sign.dots !== undefined ? <div class="digits" role="img" aria-label={said}><Dots columns={strokes_of(sign.dots)} /></div> : sign.strokes === undefined ? <p class="text" role="img" aria-label={said}>{(sign.text ?? '') || '\u00a0'}</p>
                : <div class="digits" role="img" aria-label={said}>{digits.map((lit, at) => <Digit key={at} lit={lit} />)}</div>}
              <p><b>{sign.id}</b> <small><T k="ui.bench.of" a={{ for: sign.for }} /></small></p>
            </li>
          );
        })}
      </ul>
    </>
  );
}

const ROWS = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** Dots that are lit; the dark ones between them would be hundreds of circles. */
function Dots({ columns }: { columns: readonly number[] }): JSX.Element {
  return (
    <svg viewBox={`0 0 ${columns.length * 4} 32`} aria-hidden="true">
      {columns.flatMap((lit, at) => ROWS.filter((row) => (lit >> row) & 1).map((row) => <circle key={`${at}-${row}`} class="on" cx={at * 4 + 2} cy={row * 4 + 2} r="1.7" />))}
    </svg>
  );
}

/** Strokes a to g as they lie in a digit, and the point. */
const PATHS = ['M9 5H31L27 10H13Z', 'M32 6V32L28 29V12Z', 'M32 37V63L28 58V41Z', 'M9 65H31L27 60H13Z', 'M8 37V63L12 58V41Z', 'M8 6V32L12 29V12Z', 'M11 35L14 32H26L29 35L26 38H14Z'];

function Digit({ lit }: { lit: number }): JSX.Element {
  return (
    <svg viewBox="0 0 42 70" aria-hidden="true">
      {PATHS.map((path, stroke) => <path key={stroke} d={path} class={(lit >> stroke) & 1 ? 'on' : ''} />)}
      <circle cx="38" cy="64" r="2.6" class={(lit >> 7) & 1 ? 'on' : ''} />
    </svg>
  );
}
