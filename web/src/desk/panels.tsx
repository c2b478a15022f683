// Panels of the middle column: what an action needs to know before it is done. They replace the case while open; Esc closes.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../core/icons';
import { Spoken, T, offered, useTexts } from '../core/texts';
import type { Service } from '../core/types';
import { shut_said, spaced, wait_said } from '../core/words';
import { UntoldPanel } from './untold';
import type { View } from './view';
import { BookingPanel } from './bookings';
import { Calling } from './calling';
import { Help } from './help';
import { Keys } from './keys_panel';
import { useList } from './lists';
import { Panel } from './panel';
import { RowPanel, SwitchPanel } from './queue';
import { match_number, typed_number } from './state';
import type { Panel as PanelState } from './state';
import { Transfer } from './transfer';

export function Panels({ view }: { view: View }): JSX.Element | null {
  const { panel } = view.state;
  switch (panel.name) {
    case 'none': return null;
    case 'transfer': return <Transfer view={view} />;
    case 'park': return <Park view={view} />;
    case 'named': return <Named view={view} panel={panel} />;
    case 'new': return <NewTicket view={view} />;
    case 'break': return <Break view={view} />;
    case 'add': return <AddService view={view} />;
    case 'help': return <Help view={view} />;
    case 'keys': return <Keys view={view} />;
    case 'calling': return <Calling view={view} />;
    case 'booking': return <BookingPanel view={view} code={panel.code} />;
    case 'untold': return <UntoldPanel view={view} />;
    case 'row': return <RowPanel view={view} visit={panel.visit} />;
    case 'switch': return <SwitchPanel view={view} visit={panel.visit} />;
  }
}

const PARK_MINUTES = [5, 10, 20, 30, 60];

function Park({ view }: { view: View }): JSX.Element {
  const texts = useTexts();
  return (
    <Panel title={texts.t('ui.desk.park_title', { number: spaced(view.desk.visit?.number ?? '') })} view={view}>
      <p><T k="ui.desk.park_text" /></p>
      <ul class="choices row">
        {PARK_MINUTES.map((minutes) => (
          <li key={minutes}><button type="button" disabled={view.off('park') !== undefined} onClick={() => view.act.park(minutes)}><b><T k="ui.desk.minutes" a={{ n: minutes }} /></b></button></li>
        ))}
      </ul>
    </Panel>
  );
}

function Named({ view, panel }: { view: View; panel: Extract<PanelState, { name: 'named' }> }): JSX.Element {
  const texts = useTexts();
  const { desk, send, off, act } = view;
  const found = match_number(panel.typed, [desk.queue, desk.parked, desk.missed]);
  const choose = (visit: string): void => (desk.visit ? send({ type: 'panel', panel: { name: 'switch', visit } }) : act.named(visit));
  return (
    <Panel title={texts.t('ui.desk.named_title')} view={view}>
      <form onSubmit={(event) => { event.preventDefault(); if (found.length === 1 && !off('named')) choose(found[0]!.visit); }}>
        <label class="field"><span><T k="ui.desk.named_label" /></span>
          <input type="text" value={panel.typed} maxLength={6} autoComplete="off" autoCapitalize="characters" spellcheck={false}
            onInput={(event) => send({ type: 'panel', panel: { name: 'named', typed: event.currentTarget.value } })} /></label>
      </form>
      <p role="status" class="quiet">{panel.typed && found.length === 0 ? <T k="ui.desk.named_none" /> : <T k="ui.desk.named_hint" />}</p>
      <ul class="choices">
        {found.slice(0, 12).map((visit) => (
          <li key={visit.visit}><button type="button" disabled={off('named') !== undefined} onClick={() => choose(visit.visit)}>
            <b>{spaced(visit.number)}</b><small>{visit.service_name} · {texts.t(`ui.state.${visit.state}`)}</small></button></li>
        ))}
      </ul>
      {found.length === 0 && <Unlisted view={view} number={typed_number(panel.typed)} />}
    </Panel>
  );
}

/** A number that is on none of the lists: at another desk's queue, or torn off the paper roll. The daemon knows. */
function Unlisted({ view, number }: { view: View; number: string | undefined }): JSX.Element | null {
  const texts = useTexts();
  const services = useList<Service>('/services');
  const [service, set_service] = useState('');
  if (!number) return null;
  const mine = services?.filter((each) => view.desk.services.includes(each.id)) ?? [];
  return (
    <section class="unlisted">
      <h3><T k="ui.desk.unlisted_title" a={{ number: spaced(number) }} /></h3>
      <p class="quiet"><T k="ui.desk.unlisted_text" /></p>
      <label class="field"><span><T k="ui.desk.unlisted_matter" /></span>
        <select value={service} onChange={(event) => set_service(event.currentTarget.value)}>
          <option value="">{texts.t('ui.desk.unlisted_any')}</option>
          {mine.map((each) => <option key={each.id} value={each.id}>{texts.name(each.names, each.name).text}</option>)}
        </select></label>
      <button type="button" class="primary" data-action="number" disabled={view.desk.visit !== undefined || view.off('named') !== undefined} onClick={() => view.act.number(number, service || undefined)}>
        <T k="ui.desk.call" a={{ number: spaced(number) }} /></button>
      {view.desk.visit && <p class="why-not"><T k="ui.desk.why_not.has_visit" /></p>}
    </section>
  );
}

function NewTicket({ view }: { view: View }): JSX.Element {
  const texts = useTexts();
  const services = useList<Service>('/services');
  const languages = Object.entries(offered());
  const [language, set_language] = useState('da');
  const [print, set_print] = useState(true);
  const create = (service: string): void => view.act.create(service, language, print, (visit) => texts.t('ui.desk.created', { number: spaced(visit.number) }));
  return (
    <Panel title={texts.t('ui.desk.new_ticket')} view={view}>
      <fieldset class="places"><legend><T k="ui.desk.citizen_language" /></legend>
        {languages.map(([code, entry]) => (
          <label key={code}><input type="radio" name="language" checked={language === code} onChange={() => set_language(code)} /><span lang={code}>{entry.name}</span></label>
        ))}
        <label class="apart"><input type="checkbox" checked={print} onChange={(event) => set_print(event.currentTarget.checked)} /><span><T k="ui.desk.with_paper" /></span></label>
      </fieldset>
      <ul class="choices">
        {services?.map((service) => (
          <li key={service.id}><button type="button" disabled={!service.open || view.off('new') !== undefined} onClick={() => create(service.id)}>
            <b><Spoken said={texts.name(service.names, service.name)} /></b>
            <small>{service.open ? <Spoken said={wait_said(texts, service.estimate, service.waiting)} /> : <Spoken said={shut_said(texts, service.reason, service.alternatives, service.reason_text, view.now)} />}</small></button></li>
        ))}
      </ul>
    </Panel>
  );
}

/** One more matter for the citizen at the desk. */
function AddService({ view }: { view: View }): JSX.Element {
  const texts = useTexts();
  const services = useList<Service>('/services');
  const wanted = view.desk.visit?.services ?? [];
  return (
    <Panel title={texts.t('ui.desk.add_service')} view={view}>
      <ul class="choices">
        {services?.filter((service) => !wanted.includes(service.id)).map((service) => (
          <li key={service.id}><button type="button" data-service={service.id} disabled={view.off('add') !== undefined} onClick={() => view.act.add(service.id)}>
            <b><Spoken said={texts.name(service.names, service.name)} /></b></button></li>
        ))}
      </ul>
    </Panel>
  );
}

const BREAK_REASONS = ['lunch', 'short_break', 'paperwork', 'meeting', 'other'] as const;

function Break({ view }: { view: View }): JSX.Element {
  const texts = useTexts();
  const listed = view.desk.break_reasons?.length ? view.desk.break_reasons : undefined;
  return (
    <Panel title={texts.t('ui.desk.break_title')} view={view}>
      <p><T k="ui.desk.break_text" /></p>
      <ul class="choices">
        {listed?.map((reason) => (
          <li key={reason.id}><button type="button" disabled={view.off('break') !== undefined} onClick={() => view.act.pause(reason.id)}>
            <Icon name="clock" /><b>{reason.name}</b></button></li>
        ))}
        {!listed && BREAK_REASONS.map((reason) => (
          <li key={reason}><button type="button" disabled={view.off('break') !== undefined} onClick={() => view.act.pause(reason)}>
            <Icon name="clock" /><b>{texts.t(`ui.desk.break_reason.${reason}`)}</b></button></li>
        ))}
      </ul>
    </Panel>
  );
}
