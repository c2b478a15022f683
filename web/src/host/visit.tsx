import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { T, useTexts } from '../core/texts';
import type { Key } from '../core/texts';
import type { Found, Need } from '../core/types';
import { spaced } from '../core/words';
import { Chip, Chips, Stepper, toggled } from './chips';
import { language_name } from './names';
import { CANCEL_REASONS, MOVE_REASONS, NEEDS, PARTY_MAX } from './view';
import type { HostView } from './view';

type Action = 'none' | 'edit' | 'move' | 'merge' | 'split' | 'cancel';

/** One visit: how it stands, and what a host can do with it now. */
export function VisitCard({ view, visit }: { view: HostView; visit: Found }): JSX.Element {
  const texts = useTexts();
  const [action, open] = useState<Action>('none');
  const [said, say] = useState<Key>();
  const path = `/visits/${encodeURIComponent(visit.visit)}`;
  const away = visit.state === 'parked' || visit.state === 'no_show' || (visit.state === 'left' && !visit.merged_into);
  const in_line = visit.state === 'waiting' || visit.state === 'parked';
  const live = in_line || visit.state === 'called' || visit.state === 'serving';
  const do_it = async (method: string, tail: string, body: unknown, done: Key): Promise<void> => {
    const answer = await view.run<Found>(method, path + tail, body);
    if (!answer.ok) return;
    open('none');
    say(done);
    const again = await view.run<Found[]>('GET', `/visits?number=${encodeURIComponent(answer.data?.number ?? visit.number)}`, undefined);
    if (again.ok) view.choose(again.data[0] ?? visit);
  };
  const plain = (method: string, tail: string, done: Key): void => void do_it(method, tail, {}, done);
  return (
    <section class="card" data-visit={visit.visit} data-state={visit.state}>
      <div class="head"><button type="button" class="line" onClick={() => view.choose(undefined)}><T k="ui.host.back" /></button><b class="number">{spaced(visit.number)}</b></div>
      {visit.merged_into && <p class="note"><T k="ui.host.merged_into" a={{ number: spaced(visit.merged_into) }} /></p>}
      {visit.also && <p class="note"><T k="ui.host.also" a={{ numbers: visit.also.map(spaced).join(', ') }} /></p>}
      {said && <p class="done" role="status">{texts.t(said)}</p>}
      <Facts visit={visit} />
      {action === 'none' && (
        <ul class="actions">
          {away && <Do k="ui.host.do.return" off={view.off} press={() => plain('POST', '/return', 'ui.host.done.return')} />}
          {live && <Do k="ui.host.do.reprint" off={view.off} press={() => plain('POST', '/reprint', 'ui.host.done.reprint')} />}
          {live && <Do k="ui.host.do.edit" off={view.off} press={() => open('edit')} />}
          {in_line && <Do k="ui.host.do.move" off={view.off} press={() => open('move')} />}
          {(in_line || visit.state === 'no_show') && <Do k="ui.host.do.merge" off={view.off} press={() => open('merge')} />}
          {live && open_steps(visit).length > 1 && <Do k="ui.host.do.split" off={view.off} press={() => open('split')} />}
          {(in_line || visit.state === 'called') && <Do k="ui.host.do.cancel" danger off={view.off} press={() => open('cancel')} />}
        </ul>
      )}
      {action === 'edit' && <Edit view={view} visit={visit} close={() => open('none')} save={(body) => void do_it('PATCH', '', body, 'ui.host.done.edit')} />}
      {action === 'move' && <Move view={view} visit={visit} close={() => open('none')} save={(body) => void do_it('POST', '/move', body, 'ui.host.done.move')} />}
      {action === 'merge' && <Merge view={view} visit={visit} close={() => open('none')} save={(body) => void do_it('POST', '/merge', body, 'ui.host.done.merge')} />}
      {action === 'split' && <Split view={view} visit={visit} close={() => open('none')} save={(body) => void do_it('POST', '/split', body, 'ui.host.done.split')} />}
      {action === 'cancel' && (
        <Form title="ui.host.do.cancel" close={() => open('none')}>
          <ul class="actions">{CANCEL_REASONS.map((reason) => <Do key={reason} k={`ui.host.cancel.${reason}`} danger off={view.off} press={() => void do_it('POST', '/cancel', { reason }, 'ui.host.done.cancel')} />)}</ul>
        </Form>
      )}
    </section>
  );
}

const open_steps = (visit: Found): Found['steps'] => visit.steps.filter((step) => step.state !== 'done' && step.state !== 'skipped');

function Facts({ visit }: { visit: Found }): JSX.Element {
  const texts = useTexts();
  return (
    <dl>
      <dt><T k="ui.desk.is" /></dt><dd>{texts.t(`ui.state.${visit.state}`)}{visit.desk && (visit.state === 'called' || visit.state === 'serving') ? ` · ${visit.desk}` : ''}</dd>
      <dt><T k="ui.desk.has_waited" /></dt><dd><T k="ui.desk.minutes" a={{ n: Math.floor(visit.waited_s / 60) }} /></dd>
      <dt><T k="ui.host.services" /></dt><dd>{visit.steps.map((step) => <span key={step.service} class={`step ${step.state}`}>{step.name ?? step.service}</span>)}</dd>
      <dt><T k="ui.host.party" /></dt><dd>{visit.party ?? 1}</dd>
      {visit.language && <><dt><T k="ui.host.language" /></dt><dd>{language_name(texts, visit.language)}</dd></>}
      {visit.priority && <><dt><T k="ui.host.priority" /></dt><dd>{visit.priority_name ?? visit.priority}</dd></>}
      {visit.needs && visit.needs.length > 0 && <><dt><T k="ui.host.needs" /></dt><dd>{visit.needs.map((each) => texts.t(`ui.host.need.${each.need as Need}`)).join(', ')}</dd></>}
      {visit.print && <><dt><T k="ui.desk.paper" /></dt><dd>{texts.t(`ui.print.${visit.print.state}`)}</dd></>}
    </dl>
  );
}

function Do({ k, press, off, danger = false }: { k: Key; press: () => void; off: boolean; danger?: boolean }): JSX.Element {
  return <li><button type="button" class={danger ? 'danger' : ''} disabled={off} onClick={press}><T k={k} /></button></li>;
}

function Form({ title, close, children }: { title: Key; close: () => void; children: ComponentChildren }): JSX.Element {
  return <div class="form"><h3><T k={title} /></h3>{children}<button type="button" class="line" onClick={close}><T k="ui.desk.cancel" /></button></div>;
}

interface Doing { view: HostView; visit: Found; close: () => void; save: (body: unknown) => void }

function Edit({ view, visit, close, save }: Doing): JSX.Element {
  const texts = useTexts();
  const [party, set_party] = useState(visit.party ?? 1);
  const [language, set_language] = useState(visit.language ?? '');
  const [priority, set_priority] = useState(visit.priority ?? '');
  const [needs, set_needs] = useState<string[]>((visit.needs ?? []).map((each) => each.need));
  return (
    <Form title="ui.host.do.edit" close={close}>
      <Stepper label={texts.t('ui.host.party')} less={texts.t('ui.host.fewer')} more={texts.t('ui.host.more')} value={party} max={PARTY_MAX} set={set_party} />
      <Chips title={texts.t('ui.host.language')}>{view.languages.map((code) => <Chip key={code} on={language === code} press={() => set_language(code)}>{language_name(texts, code)}</Chip>)}</Chips>
      {view.room.priorities.length > 0 && <Chips title={texts.t('ui.host.priority')}>{view.room.priorities.map((each) => <Chip key={each.id} on={priority === each.id} press={() => set_priority(priority === each.id ? '' : each.id)}>{each.name}</Chip>)}</Chips>}
      <Chips title={texts.t('ui.host.needs')}>{NEEDS.map((need) => <Chip key={need} on={needs.includes(need)} press={() => set_needs(toggled(needs, need))}>{texts.t(`ui.host.need.${need}`)}</Chip>)}</Chips>
      <button type="button" class="primary" disabled={view.off} onClick={() => save({ party, language, priority, needs })}><T k="ui.host.save" /></button>
    </Form>
  );
}

function Move({ view, visit, close, save }: Doing): JSX.Element {
  const texts = useTexts();
  const [to, set_to] = useState<Record<string, string>>({});
  const pick = (part: Record<string, string>): void => set_to(Object.entries(part).every(([key, value]) => to[key] === value) ? {} : part);
  const chosen = Object.keys(to).length > 0;
  return (
    <Form title="ui.host.do.move" close={close}>
      <Chips title={texts.t('ui.host.to_place')}>
        {(['front', 'end'] as const).map((place) => <Chip key={place} on={to['place'] === place} press={() => pick({ place })}>{texts.t(`ui.host.place.${place}`)}</Chip>)}
      </Chips>
      <Chips title={texts.t('ui.host.to_service')}>
        {view.services.filter((service) => service.id !== visit.service).map((service) => <Chip key={service.id} on={to['to_service'] === service.id} press={() => pick({ to_service: service.id })}>{texts.name(service.names, service.name).text}</Chip>)}
      </Chips>
      <Chips title={texts.t('ui.host.to_desk')}>
        {view.desks.map((desk) => <Chip key={desk.id} on={to['to_desk'] === desk.id} press={() => pick({ to_desk: desk.id })}>{desk.name}</Chip>)}
      </Chips>
      <h4><T k="ui.host.why" /></h4>
      <ul class="actions">{MOVE_REASONS.map((reason) => <Do key={reason} k={`ui.host.move.${reason}`} off={view.off || !chosen} press={() => save({ ...to, reason })} />)}</ul>
    </Form>
  );
}

function Merge({ view, close, save }: Doing): JSX.Element {
  const texts = useTexts();
  const [typed, type] = useState('');
  const [into, set_into] = useState<Found>();
  const look = async (): Promise<void> => {
    const answer = await view.run<Found[]>('GET', `/visits?number=${encodeURIComponent(typed)}`, undefined);
    if (answer.ok) set_into(answer.data[0]);
  };
  return (
    <Form title="ui.host.do.merge" close={close}>
      <label class="field"><span><T k="ui.host.merge_with" /></span>
        <span class="row"><input name="into" value={typed} maxLength={16} autoComplete="off" autoCapitalize="characters" onInput={(event) => { type(event.currentTarget.value); set_into(undefined); }} />
          <button type="button" class="line" disabled={view.off || typed === ''} onClick={() => void look()}><T k="ui.host.look" /></button></span></label>
      {into && (
        <>
          <p class="note">{spaced(into.number)} · {into.service_name} · {texts.t(`ui.state.${into.state}`)}</p>
          <ul class="actions">
            <Do k="ui.host.merge_same" off={view.off} press={() => save({ into: into.visit, family: false })} />
            <Do k="ui.host.merge_family" off={view.off} press={() => save({ into: into.visit, family: true })} />
          </ul>
        </>
      )}
    </Form>
  );
}

function Split({ view, visit, close, save }: Doing): JSX.Element {
  const texts = useTexts();
  const [services, set_services] = useState<string[]>([]);
  const [party, set_party] = useState(1);
  const open = open_steps(visit);
  return (
    <Form title="ui.host.do.split" close={close}>
      <Chips title={texts.t('ui.host.split_off')}>{open.map((step) => <Chip key={step.service} on={services.includes(step.service)} press={() => set_services(toggled(services, step.service))}>{step.name ?? step.service}</Chip>)}</Chips>
      <Stepper label={texts.t('ui.host.split_party')} less={texts.t('ui.host.fewer')} more={texts.t('ui.host.more')} value={party} max={Math.max(1, visit.party ?? 1)} set={set_party} />
      <button type="button" class="primary" disabled={view.off || services.length === 0 || services.length === open.length} onClick={() => save({ services, party, print: true })}><T k="ui.host.split_go" /></button>
    </Form>
  );
}

