// Printers on the devices page: the last ticket, paper by count, a test page, a new roll, and which printers there are to take into use.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { call, get } from '../core/api';
import { Spoken, T, useTexts } from '../core/texts';
import { wall } from '../core/time';
import type { Device, Problem } from '../core/types';
import { device_said, problem_said } from '../core/words';

interface Found { source: 'queue' | 'network'; name: string; queue?: string; model?: string; location?: string; uri?: string; printer?: string; command?: string }
interface Search { spooler: boolean; network: boolean; printers: Found[] }

/** The address of the site's description with a printer for `queue` in its draft. */
export const draft_with = (queue: string): string => `/site#printer=${encodeURIComponent(queue)}`;

/** The queue that the address asks to be put into the draft. */
export function queue_in(hash: string): string | undefined {
  const found = /^#printer=([\w.%-]{1,381})$/.exec(hash);
  if (!found) return undefined;
  try {
    return decodeURIComponent(found[1]!);
  } catch {
    return undefined;
  }
}

/** The hour of a ticket, and its day when that is not today. */
export const when = (at: string, now: string): string => (at.slice(0, 10) === now.slice(0, 10) ? wall(at) : `${at.slice(8, 10)}.${at.slice(5, 7)}. ${wall(at)}`);

export function PrinterFigures({ device, now }: { device: Device; now: string }): JSX.Element | null {
  const texts = useTexts();
  const { last_ticket, tickets_left, test_page, test_page_fault } = device.details ?? {};
  const figures = [last_ticket && texts.t('ui.printers.last_ticket', { clock: when(last_ticket, now) }), tickets_left && texts.t('ui.printers.left', { n: Number(tickets_left) })].filter(Boolean);
  const fault = test_page_fault ? device_said(texts, test_page_fault, 'failed', '').words : undefined;
  const states = { queued: 'ui.printers.test_queued', printing: 'ui.printers.test_printing', printed: 'ui.printers.test_printed', failed: 'ui.printers.test_failed', unknown: 'ui.printers.test_unknown' } as const;
  const state = states[test_page as keyof typeof states];
  return (
    <>
      {figures.length > 0 && <small data-figures>{figures.join(' · ')}</small>}
      {state && <small data-test-page={test_page} role="status">{texts.t(state)}{fault && <>: <Spoken said={fault} /></>}</small>}
    </>
  );
}

export function PrinterActs({ device }: { device: Device }): JSX.Element {
  const texts = useTexts();
  const [problem, set_problem] = useState<Problem>();
  const [tickets, set_tickets] = useState<string>();   // asked for while there is a text
  const ask = (what: 'test' | 'roll', body: object): void =>
    void call('POST', `/printers/${encodeURIComponent(device.id)}/${what}`, { body }).then((answer) => {
      set_problem(answer.ok ? undefined : answer.problem);
      if (answer.ok) set_tickets(undefined);
    });
  const roll_in = (event: Event): void => {
    event.preventDefault();
    ask('roll', tickets ? { tickets: Number(tickets) } : {});
  };
  return (
    <span class="act">
      <button type="button" class="line" data-act="test" aria-label={`${texts.t('ui.printers.test')}: ${device.name}`} onClick={() => ask('test', {})}><T k="ui.printers.test" /></button>
      <button type="button" class="line" data-act="roll" aria-label={`${texts.t('ui.printers.new_roll')}: ${device.name}`} aria-expanded={tickets !== undefined} onClick={() => set_tickets(tickets === undefined ? '' : undefined)}><T k="ui.printers.new_roll" /></button>
      {tickets !== undefined && (
        <form data-roll={device.id} onSubmit={roll_in}>
          <label class="field"><span><T k="ui.printers.roll_tickets" /></span>
            <input type="number" min={0} max={20_000} value={tickets} onInput={(event) => set_tickets(event.currentTarget.value)} /></label>
          <button type="submit" class="line"><T k="ui.printers.roll_in" /></button>
        </form>)}
      {problem && <small class="problem" role="alert"><Spoken said={problem_said(texts, problem)} /></small>}
    </span>
  );
}

export function FindPrinters(): JSX.Element {
  const texts = useTexts();
  const [looking, set_looking] = useState(false);
  const [found, set_found] = useState<Search>();
  const [problem, set_problem] = useState<Problem>();
  const look = (): void => {
    if (looking) return;
    set_looking(true);
    set_problem(undefined);
    void get<Search>('/printers/found').then((answer) => {
      set_looking(false);
      set_found(answer.ok ? answer.data : undefined);
      if (!answer.ok) set_problem(answer.problem);
    });
  };
  return (
    <section data-find-printers>
      <h2><T k="ui.printers.find_title" /></h2>
      <p class="quiet"><T k="ui.printers.find_text" /></p>
      <p><button type="button" class="line" data-act="find" aria-disabled={looking} onClick={look}><T k="ui.printers.find" /></button></p>
      <div role="status">
        {looking && <p class="quiet"><T k="ui.printers.looking" /></p>}
        {found && !looking && !found.spooler && <p class="problem"><T k="ui.printers.no_spooler" /></p>}
        {found && !looking && !found.network && <p class="quiet"><T k="ui.printers.no_network" /></p>}
        {found && !looking && found.printers.length === 0 && <p><T k="ui.printers.none" /></p>}
      </div>
      {problem && <p class="problem" role="alert"><Spoken said={problem_said(texts, problem)} /></p>}
      {found && !looking && <ul class="offers">{found.printers.map((each, index) => <Offer key={index} found={each} />)}</ul>}
    </section>
  );
}

function Offer({ found }: { found: Found }): JSX.Element {
  const more = [found.model, found.location, found.queue ?? found.uri].filter((text) => text && text !== found.name);
  return (
    <li data-offer={found.queue ?? found.uri}>
      <b>{found.name}</b> {more.length > 0 && <small>{more.join(' · ')}</small>}
      {found.printer ? <p><T k="ui.printers.used" a={{ name: found.printer }} /></p>
        : found.queue ? <p><T k="ui.printers.unused" />. <a href={draft_with(found.queue)}><T k="ui.printers.take" /></a></p>
        : found.command ? <p><T k="ui.printers.queue_first" /> <code>{found.command}</code></p>
        : <p><T k="ui.printers.by_hand" /></p>}
    </li>
  );
}
