// Sending the citizen on: to a matter, a desk, a colleague or a group of desks; now or later, as a must or as a wish.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Spoken, T, useTexts } from '../core/texts';
import type { Desk, Place, Service } from '../core/types';
import { spaced } from '../core/words';
import type { Destination } from './actions';
import type { View } from './view';
import { Panel } from './panel';
import { useList } from './lists';

const PLACES: readonly Place[] = ['keep', 'front', 'end'];
const LATER_MINUTES = [0, 5, 10, 20, 30, 60];

export function Transfer({ view }: { view: View }): JSX.Element {
  const texts = useTexts();
  const { desk, act, off } = view;
  const services = useList<Service>('/services');
  const desks = useList<Desk>('/desks');
  const [place, set_place] = useState<Place>('keep');
  const [later, set_later] = useState(0);
  const [preferred, set_preferred] = useState(false);
  const blocked = off('transfer') !== undefined;
  const go = (to: Destination): void => act.transfer(to, { place, ...(later > 0 ? { after_minutes: later } : {}), ...(preferred && !('to_service' in to) ? { preferred } : {}) });
  const others = desks?.filter((each) => each.id !== desk.id) ?? [];
  const colleagues = others.filter((each) => each.clerk && each.clerk_id && each.state !== 'closed');
  const pools = [...new Set((desks ?? []).flatMap((each) => each.pools ?? []))].sort();
  return (
    <Panel title={texts.t('ui.desk.transfer_title', { number: spaced(desk.visit?.number ?? '') })} view={view}>
      <fieldset class="places"><legend><T k="ui.desk.place_title" /></legend>
        {PLACES.map((each) => (
          <label key={each}><input type="radio" name="place" checked={place === each} onChange={() => set_place(each)} /><span>{texts.t(`ui.desk.place.${each}`)}</span></label>
        ))}
      </fieldset>
      <div class="pair">
        <label class="field"><span><T k="ui.desk.later" /></span>
          <select name="later" value={String(later)} onChange={(event) => set_later(Number(event.currentTarget.value))}>
            {LATER_MINUTES.map((minutes) => <option key={minutes} value={String(minutes)}>{minutes === 0 ? texts.t('ui.desk.later_now') : texts.t('ui.desk.later_in', { n: minutes })}</option>)}
          </select></label>
        <label class="tick"><input type="checkbox" name="preferred" checked={preferred} onChange={(event) => set_preferred(event.currentTarget.checked)} /><span><T k="ui.desk.preferred" /></span></label>
      </div>
      <h3><T k="ui.desk.to_service" /></h3>
      <ul class="choices">
        {services?.map((service) => (
          <li key={service.id}><button type="button" data-to={service.id} disabled={blocked} onClick={() => go({ to_service: service.id })}>
            <b><Spoken said={texts.name(service.names, service.name)} /></b><small><T k="ui.wait.waiting" a={{ n: service.waiting }} /></small></button></li>
        ))}
      </ul>
      <h3><T k="ui.desk.to_desk" /></h3>
      <ul class="choices">
        {others.map((each) => (
          <li key={each.id}><button type="button" data-to={each.id} disabled={blocked} onClick={() => go({ to_desk: each.id })}>
            <b>{each.name}</b><small><T k={each.state === 'open' ? 'ui.desk.state_open' : each.state === 'break' ? 'ui.desk.state_break' : 'ui.desk.state_closed'} /></small></button></li>
        ))}
      </ul>
      {colleagues.length > 0 && <h3><T k="ui.desk.to_clerk" /></h3>}
      <ul class="choices">
        {colleagues.map((each) => (
          <li key={each.id}><button type="button" data-to={each.clerk_id} disabled={blocked} onClick={() => go({ to_clerk: each.clerk_id! })}>
            <b>{each.clerk}</b><small>{each.name}</small></button></li>
        ))}
      </ul>
      {pools.length > 0 && <h3><T k="ui.desk.to_pool" /></h3>}
      <ul class="choices">
        {pools.map((pool) => <li key={pool}><button type="button" data-to={pool} disabled={blocked} onClick={() => go({ to_pool: pool })}><b>{pool}</b></button></li>)}
      </ul>
    </Panel>
  );
}
