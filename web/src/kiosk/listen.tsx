// Listen: every screen is spoken as it comes, every control as it is reached, and what changes meanwhile.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../core/icons';
import { T, useTexts } from '../core/texts';
import type { Texts } from '../core/texts';
import { ClipPlayer, Speaker, control_said, utterances } from './speech';
import type { Heard, Utterance } from './speech';
import { VOLUME_STEP } from './state';
import type { KioskEvent, KioskState } from './state';

type Send = (event: KioskEvent) => void;
const now = (): number => performance.now();

export interface Voice { repeat: () => void; silent: Heard | undefined; volume: number }

const CONTROLS = 'button, input, a[href]';
const LIVE = 'main [role=status], main [role=alert]';

const live_words = (): string => Array.from(document.querySelectorAll(LIVE)).map((each) => each.textContent).join('\n');

export function useListening(state: KioskState, texts: Texts, warned: boolean, send: Send): Voice {
  const [silent, set_silent] = useState<Heard>();
  const latest = useRef({ state, texts });
  latest.current = { state, texts };
  const speaker = useRef<Speaker | undefined>(undefined);
  speaker.current ??= new Speaker({
    player: new ClipPlayer(), volume: () => latest.current.state.volume,
    // Time to answer counts from the end of what is said.
    ended: () => send({ type: 'touch', now: now() }),
    heard: (how) => set_silent(how === 'said' ? undefined : how),
  });
  const on = state.aids.listen;
  const own = (text: string): Utterance => ({ text, language: latest.current.texts.language });
  const to = texts.t('ui.kiosk.listen_to');
  const begun = useRef(false);

  useEffect(() => {
    if (on) return;
    begun.current = false;
    speaker.current!.stop();
    set_silent(undefined);
  }, [on]);

  // A screen as it comes; a frame later, when it is drawn.
  useEffect(() => {
    if (!on) return undefined;
    const frame = requestAnimationFrame(() => {
      const root = document.querySelector('main');
      if (!root) return;
      const how = begun.current ? [] : [own(texts.t('ui.kiosk.listen_how'))];
      begun.current = true;
      speaker.current!.say([...utterances(root, to), ...how]);
    });
    return () => cancelAnimationFrame(frame);
  }, [on, state.screen.name, state.chosen === undefined, state.page, texts.language]);

  useEffect(() => {
    if (!on || !warned) return;
    speaker.current!.say([own(texts.t('ui.kiosk.still_there')), own(texts.t('ui.kiosk.more_time'))]);
  }, [on, warned]);

  useReached(on, (control) => speaker.current!.say(control_said(control, to, texts.t('ui.kiosk.listen_chosen'))));
  useLive(on, state.screen.name, (words) => speaker.current!.say([own(words)], false));

  const { volume } = state;
  const shown = useRef(volume);
  useEffect(() => {
    if (shown.current === volume) return;
    shown.current = volume;
    if (on) speaker.current!.say([own(texts.t('ui.kiosk.listen_volume', { volume }))]);
  }, [volume]);
  return { repeat: () => speaker.current!.repeat(), silent, volume };
}

/** Controls as the focus reaches them, and again when a press changed what they say. */
function useReached(on: boolean, say: (control: HTMLElement) => void): void {
  const latest = useRef(say);
  latest.current = say;
  useEffect(() => {
    if (!on) return undefined;
    const reached = (event: FocusEvent): void => {
      const { target } = event;
      // The question whether somebody is still there speaks for itself.
      if (target instanceof HTMLElement && target.matches(CONTROLS) && !target.closest('.still')) latest.current(target);
    };
    const pressed = (event: MouseEvent): void => {
      const control = event.target instanceof Element ? event.target.closest<HTMLElement>('[aria-pressed]') : null;
      if (control && !control.closest('.bar, .languages')) requestAnimationFrame(() => { if (control.isConnected) latest.current(control); });
    };
    addEventListener('focusin', reached);
    addEventListener('click', pressed);
    return () => { removeEventListener('focusin', reached); removeEventListener('click', pressed); };
  }, [on]);
}

/** What changes on a screen by itself: paper that came or did not come. */
function useLive(on: boolean, screen: string, say: (words: string) => void): void {
  const latest = useRef(say);
  latest.current = say;
  useEffect(() => {
    const app = document.querySelector('.app');
    if (!on || !app) return undefined;
    let known = live_words();
    const observer = new MutationObserver(() => {
      const words = live_words();
      if (words === known) return;
      known = words;
      const fresh = Array.from(document.querySelectorAll(LIVE)).flatMap((each) => utterances(each, '–').map((one) => one.text)).join('. ');
      if (fresh) latest.current(fresh);
    });
    // From the next frame on: what came with the screen is spoken with it.
    const frame = requestAnimationFrame(() => { known = live_words(); observer.observe(app, { childList: true, characterData: true, subtree: true }); });
    return () => { cancelAnimationFrame(frame); observer.disconnect(); };
  }, [on, screen]);
}

/** Again, louder, softer, glass off: for as long as it is being listened. */
export function ListenBar({ voice, send }: { voice: Voice; send: Send }): JSX.Element {
  const texts = useTexts();
  return (
    <div class="listening" role="region" aria-label={texts.t('ui.kiosk.listen')}>
      <button type="button" data-listen="again" onClick={voice.repeat}><T k="ui.kiosk.listen_again" /></button>
      <button type="button" class="sign" aria-label={texts.t('ui.kiosk.listen_softer')} disabled={voice.volume <= VOLUME_STEP} onClick={() => send({ type: 'volume', by: -VOLUME_STEP, now: now() })}>−</button>
      <button type="button" class="sign" aria-label={texts.t('ui.kiosk.listen_louder')} disabled={voice.volume >= 100} onClick={() => send({ type: 'volume', by: VOLUME_STEP, now: now() })}>+</button>
      <button type="button" data-listen="dark" onClick={() => send({ type: 'aid', aid: 'dark', now: now() })}><T k="ui.kiosk.listen_dark" /></button>
      {voice.silent && voice.silent !== 'said' && <p role="alert"><Icon name="mute" /><T k={voice.silent === 'no_voice' ? 'ui.kiosk.listen_no_voice' : 'ui.kiosk.listen_failed'} /></p>}
    </div>
  );
}
