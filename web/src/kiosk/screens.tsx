import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { hint_taken } from '../core/api';
import { ring } from '../core/chime';
import { Icon } from '../core/icons';
import { Spoken, T, useTexts } from '../core/texts';
import type { Alternative, Need, Problem, Service } from '../core/types';
import { problem_said, spaced, when_said } from '../core/words';
import type { Deadline, KioskEvent, Screen } from './state';

type Send = (event: KioskEvent) => void;
const now = (): number => performance.now();

export function Starting(): JSX.Element {
  return <div class="message"><h1 tabIndex={-1}><T k="ui.kiosk.starting" /></h1><p><T k="ui.kiosk.starting_text" /></p></div>;
}

export function Offline(): JSX.Element {
  return (
    <div class="message" role="alert">
      <Icon name="warning" /><h1 tabIndex={-1}><T k="ui.kiosk.offline" /></h1><p><T k="ui.kiosk.offline_text" /></p>
    </div>
  );
}

/** Over everything else: nobody takes a ticket while the house is left. */
export function Evacuation(): JSX.Element {
  return (
    <div class="message evacuation" role="alert">
      <Icon name="warning" /><h1 tabIndex={-1}><T k="ui.kiosk.evacuation" /></h1><p><T k="ui.kiosk.evacuation_text" /></p>
    </div>
  );
}

/** The house gives numbers off a paper roll: a number from here would come in between. */
export function OnPaper(): JSX.Element {
  return (
    <div class="message" role="status">
      <Icon name="ticket" /><h1 tabIndex={-1}><T k="ui.kiosk.on_paper" /></h1><p><T k="ui.kiosk.on_paper_text" /></p>
    </div>
  );
}

export function Taking({ service }: { service: string }): JSX.Element {
  return <div class="message" role="status"><h1 tabIndex={-1}><T k="ui.kiosk.taking" /></h1><p>{service}</p><div class="busy" aria-hidden="true" /></div>;
}

/** What can be done without coming is said once, and the number is one press away. */
export function Yourself({ service, name, several, take, send }: { service: Service | undefined; name: string; several: boolean; take: () => void; send: Send }): JSX.Element {
  const texts = useTexts();
  return (
    <>
      <div class="message"><Icon name="house" /><h1 tabIndex={-1}><T k="ui.kiosk.yourself" a={{ service: name }} /></h1><p><Spoken said={texts.name(service?.self_service ?? {}, '')} /></p></div>
      <div class="act">
        <button type="button" onClick={() => send({ type: 'home', now: now() })}><T k="ui.kiosk.back" /></button>
        <button type="button" onClick={() => { if (service) hint_taken(service.id); send({ type: 'home', now: now() }); }} data-myself><T k="ui.kiosk.yourself_done" /></button>
        <button type="button" class="primary wide" onClick={take}><T k={several ? 'ui.kiosk.yourself_add' : 'ui.kiosk.yourself_on'} /></button>
      </div>
    </>
  );
}

export function Undone({ number, send, limit }: { number: string; send: Send; limit: Deadline }): JSX.Element {
  return (
    <>
      <div class="message"><Icon name="check" /><h1 tabIndex={-1}><T k="ui.kiosk.undone" a={{ number: spaced(number) }} /></h1><p><T k="ui.kiosk.undone_text" /></p></div>
      <div class="act one"><button type="button" class="primary" onClick={() => send({ type: 'home', now: now() })}><T k="ui.kiosk.to_start" /></button></div>
      <TimeLeft limit={limit} />
    </>
  );
}

/** Reasons that a second try may change; the rest are answers. */
const RETRY = new Set(['offline', 'unreadable', 'busy', 'rate_limited', 'storage_full', 'storage_failed']);
const STAFF = new Set(['storage_full', 'storage_failed', 'numbers_exhausted', 'queue_full', 'unauthorized', 'forbidden', 'offline', 'unreadable', 'busy']);

interface RefusedProps {
  screen: Extract<Screen, { name: 'refused' }>; service: string; services: readonly string[]; take: (service: string, key?: string, accept?: Accepted) => void; send: Send; now_ms: number;
}

/** Where a booking helps: the answer says so, or the time that was wanted has just gone. */
const bookable = (problem: Problem): boolean =>
  ['booking_required', 'slot_taken', 'no_slot'].includes(problem.reason) || (problem.alternatives ?? []).some((each) => each.kind === 'slot' || each.kind === 'booking');

export function Refused({ screen, service, services, take, send, now_ms }: RefusedProps): JSX.Element {
  const texts = useTexts();
  const { problem } = screen;
  const retry = RETRY.has(problem.reason);
  const times = !retry && services.length > 0 && bookable(problem);
  return (
    <>
      <div class="message" role="alert" data-reason={problem.reason}>
        <Icon name={retry ? 'warning' : 'clock'} />
        <h1 tabIndex={-1}>{STAFF.has(problem.reason) ? <T k="ui.kiosk.staff_needed" /> : <T k="ui.kiosk.not_now" a={{ service }} />}</h1>
        <p><Spoken said={problem_said(texts, problem)} /></p>
        {STAFF.has(problem.reason) && <p><T k="ui.kiosk.staff_needed_text" /></p>}
        <Alternatives list={problem.alternatives ?? []} now_ms={now_ms} accept={(kind) => take(screen.service, undefined, kind)} />
      </div>
      <div class={retry || times ? 'act' : 'act one'}>
        <button type="button" class={retry || times ? '' : 'primary'} onClick={() => send({ type: 'home', now: now() })}><T k="ui.kiosk.back" /></button>
        {/* The same key: had the first press reached the daemon after all, this shows its ticket instead of making a second. */}
        {retry && <button type="button" class="primary" onClick={() => take(screen.service, screen.key)}><T k="ui.kiosk.try_again" /></button>}
        {times && <button type="button" class="primary" data-times onClick={() => send({ type: 'slots', services, now: now() })}><T k="ui.kiosk.see_times" /></button>}
      </div>
    </>
  );
}

const ALTERNATIVES_MAX = 4;

/** What can be taken here and now instead. */
export type Accepted = 'standby' | 'outside';
const acceptable = (each: Alternative): Accepted | undefined => (each.kind === 'standby' || each.kind === 'outside' ? each.kind : undefined);

interface AlternativesProps { list: readonly Alternative[]; now_ms: number; accept: (kind: Accepted) => void }

function Alternatives({ list, now_ms, accept }: AlternativesProps): JSX.Element | null {
  if (list.length === 0) return null;
  return (
    <section class="alternatives">
      <h2><T k="ui.kiosk.alternatives" /></h2>
      <ul>{list.slice(0, ALTERNATIVES_MAX).map((each, index) => <li key={index}><Instead each={each} now_ms={now_ms} accept={accept} /></li>)}</ul>
    </section>
  );
}

function Instead({ each, now_ms, accept }: { each: Alternative; now_ms: number; accept: (kind: Accepted) => void }): JSX.Element {
  const texts = useTexts();
  const kind = acceptable(each);
  if (kind) return <button type="button" data-accept={kind} onClick={() => accept(kind)}><T k={`ui.kiosk.accept_${kind}`} /></button>;
  return <>{each.text || (each.at ? <Spoken said={when_said(texts, each.at, now_ms)} /> : '')}</>;
}

const NEEDS = ['hearing', 'sight', 'standing', 'wheelchair', 'interpreter', 'companion'] as const;

/** How it goes, whom to ask, and what staff shall know: told here by who wants to, asked of nobody. */
export function Help({ needs, send }: { needs: readonly Need[]; send: Send }): JSX.Element {
  return (
    <>
      <div class="message left help-screen">
        <Icon name="bell" /><h1 tabIndex={-1}><T k="ui.kiosk.help_title" /></h1><p><T k="ui.kiosk.help_text" /></p>
        <ol><li><T k="ui.kiosk.help_1" /></li><li><T k="ui.kiosk.help_2" /></li><li><T k="ui.kiosk.help_3" /></li></ol>
        <p><T k="ui.kiosk.help_aids" /></p>
        <h2><T k="ui.kiosk.needs_title" /></h2>
        <div class="needs">
          {NEEDS.map((need) => (
            <button key={need} type="button" data-need={need} aria-pressed={needs.includes(need)} onClick={() => send({ type: 'need', need, now: now() })}>
              <T k={`ui.kiosk.need.${need}`} /></button>
          ))}
        </div>
      </div>
      <div class="act one"><button type="button" class="primary" onClick={() => send({ type: 'home', now: now() })}><T k={needs.length > 0 ? 'ui.kiosk.needs_on' : 'ui.kiosk.back'} /></button></div>
    </>
  );
}

const WARNING_VOLUME = 30;

/** Nobody is thrown out while reading: a warning with one large way to stay. */
export function StillThere({ limit, send }: { limit: Deadline; send: Send }): JSX.Element {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    button.current?.focus();
    void ring(WARNING_VOLUME);   // someone has touched the panel by now, so a browser lets it sound
  }, []);
  return (
    <div class="still" role="alertdialog" aria-modal="true" aria-labelledby="still-title">
      <div>
        <h2 id="still-title"><T k="ui.kiosk.still_there" /></h2>
        <p><T k="ui.kiosk.still_text" a={{ seconds: Math.ceil(limit.left_ms / 1000) }} /></p>
        <TimeLeft limit={limit} />
        <button ref={button} type="button" class="primary" onClick={() => send({ type: 'touch', now: now() })}><T k="ui.kiosk.more_time" /></button>
      </div>
    </div>
  );
}

export function TimeLeft({ limit }: { limit: Deadline }): JSX.Element {
  const share = limit.total_ms > 0 ? Math.min(1, limit.left_ms / limit.total_ms) : 0;
  return <div class="time-left" aria-hidden="true"><i style={{ inlineSize: `${(share * 100).toFixed(1)}%` }} /></div>;
}
