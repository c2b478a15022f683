// The clerk's page: this citizen to the left, the case in the middle, the queue to the right. Everything by keyboard; ten
// seconds to take anything back instead of questions before.
import type { JSX } from 'preact';
import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { go_to_sign_in } from '../core/api';
import { useFeed, useReloadWhenIdle, useServerClock, useTick } from '../core/feed';
import { NotPaired } from '../core/not_paired';
import { useRefused } from '../core/refused';
import { Shown, begin, page_id, remember_language, remembered_language, site_language } from '../core/start';
import { speak, texts_in } from '../core/texts';
import type { Texts } from '../core/texts';
import type { Session, Desk } from '../core/types';
import { actions_for } from './actions';
import { Case } from './case';
import { Citizen } from './citizen';
import { Calls } from './help';
import { keys_on, load_map, store_keys, store_map, useKeys } from './keys';
import type { KeyMap, Keyed } from './keys';
import { Queue } from './queue';
import { begin_state, reduce, why_not } from './state';
import type { Action, DeskEvent, DeskState } from './state';
import { useUntold } from './untold';
import { primary } from './view';
import type { View } from './view';
import { Top } from './top';

/** What an enrolment has behind its keys just now, if that can be pressed: nothing is skipped by a key. */
const ENROLMENT: Partial<Record<Keyed, string>> = { enrol: 'button.primary:not(:disabled)', enrol_take: '[data-enrol=take]:not(:disabled)', enrol_use: '[data-enrol=use]:not(:disabled)', enrol_missing: '[data-enrol=missing]' };

function press_enrolment(what: string): void {
  const pressed = document.querySelector<HTMLElement>(`.enrolment ${what}`);
  pressed?.click();
  // Why a finger cannot be used is chosen next: the list has the keyboard at once.
  if (pressed?.tagName === 'SUMMARY') window.setTimeout(() => pressed.parentElement?.querySelector('select')?.focus(), 0);
}

function press_with(view: Omit<View, 'press'>, asked: Action | 'primary'): void {
  const { desk, state, send, act, off } = view;
  const action = asked === 'primary' ? primary(desk) : asked;
  if (off(action)) return;
  switch (action) {
    case 'open': return act.open();
    case 'next': return act.next();
    case 'start': return act.start();
    case 'finish_next': return act.finish(state.outcome, { next: true });
    case 'finish': return act.finish(state.outcome, {});
    case 'go_on': return act.go_on(state.outcome);
    case 'recall': return act.recall();
    case 'no_show': return act.no_show();
    case 'undo': return act.undo();
    case 'named': return send({ type: 'panel', panel: { name: 'named', typed: '' } });
    case 'park': case 'transfer': case 'new': case 'break': case 'add': case 'help': case 'calling': return send({ type: 'panel', panel: { name: action } });
  }
}

/** Esc closes a panel or a message; focus then returns to where it was. */
function useEscape(state: DeskState, send: (event: DeskEvent) => void): void {
  const before = useRef<Element | null>(null);
  const open = state.panel.name !== 'none';
  useEffect(() => {
    if (open) before.current ??= document.activeElement;
    else if (before.current instanceof HTMLElement && document.activeElement === document.body) before.current.focus();
    if (!open) before.current = null;
  }, [open]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') send(open ? { type: 'panel', panel: { name: 'none' } } : { type: 'dismiss' });
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [open]);
}

function DeskPage({ id, own, who }: { id: string; own: Texts; who: Session }): JSX.Element {
  const [texts, set_texts] = useState(own);
  const [state, send] = useReducer(reduce, begin_state);
  const [keys, set_keys] = useState(keys_on);
  const [map, set_map] = useState(load_map);
  const [refusal, ask] = useRefused(`/desks/${encodeURIComponent(id)}`);
  const feed = useFeed(`desk:${id}`, texts.language, () => ({ page: `desk/${id}` }), ask);
  useEffect(() => { if (refusal === 'signed_out') go_to_sign_in(); }, [refusal]);
  useTick(500);
  const desk = feed.topics[`desk:${id}`] as Desk | undefined;
  const clock = useServerClock(feed);
  const latest = useRef(desk);
  latest.current = desk;
  const words = useRef(texts);
  words.current = texts;
  const act = useMemo(() => actions_for(id, () => latest.current, send, () => words.current.t('ui.desk.nobody_waits')), [id]);
  useReloadWhenIdle(feed, !desk?.visit && !state.busy && state.panel.name === 'none');
  useEscape(state, send);

  const untold = useUntold(desk);
  const now = clock.now_ms();
  const off = (action: Action): string | undefined => (desk ? why_not(action, desk, feed.link, state.busy !== undefined, now) : 'offline');
  const base = desk && {
    desk, state, send, act, now, off, untold, keys, map,
    set_keys: (on: boolean) => { store_keys(on); set_keys(on); },
    set_map: (changed: KeyMap) => { store_map(changed); set_map(changed); },
  };
  const press = (action: Action | 'primary'): void => { if (base) press_with(base, action); };
  useKeys(keys, map, state.panel.name === 'keys', (action) => {
    const what = ENROLMENT[action];
    if (what) press_enrolment(what);
    else press(action as Action | 'primary');
  });

  const switch_language = (): void => {
    const next = texts.language === 'da' ? 'en' : 'da';
    void texts_in(next).then((loaded) => {
      remember_language(next);
      speak(loaded);
      set_texts(loaded);
    });
  };
  if (!base && refusal) return <Shown texts={texts}><NotPaired page={`/desk/${id}`} refusal={refusal} /></Shown>;
  if (!base) return <Shown texts={texts}><main class="starting"><h1>{texts.t('ui.desk.starting')}</h1><p>{id}</p></main></Shown>;
  const view: View = { ...base, press };
  return (
    <Shown texts={texts}>
      <div class={`desk ${feed.link}`} data-link={feed.link} data-busy={state.busy ?? ''}>
        <Top view={view} link={feed.link} heard={feed.server_at} name={who.name} offset={clock.offset} switch_language={switch_language} />
        <Calls view={view} />
        <main>
          <Citizen view={view} />
          <Case view={view} link={feed.link} />
          <Queue view={view} />
        </main>
      </div>
    </Shown>
  );
}

void begin((who) => remembered_language() ?? site_language(who), ({ session: who, texts }) => {
  if (who && !who.signed_in) go_to_sign_in();
  const known = who ?? { signed_in: true, site: { id: '', name: '', time_zone: '', languages: ['da'] }, build: '' };
  return <DeskPage id={page_id()} own={texts} who={known} />;
});
