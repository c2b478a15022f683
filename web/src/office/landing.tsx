import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get } from '../core/api';
import { Icon } from '../core/icons';
import type { IconName } from '../core/icons';
import { T, useTexts } from '../core/texts';
import type { Key } from '../core/texts';
import type { Desk, Device, Devices, Session } from '../core/types';

interface Places { desks: Desk[]; devices: Device[] }

export function usePlaces(): Places {
  const [places, set_places] = useState<Places>({ desks: [], devices: [] });
  useEffect(() => {
    void Promise.all([get<Desk[]>('/desks'), get<Devices>('/devices')]).then(([desks, devices]) => {
      set_places({ desks: desks.ok ? desks.data : [], devices: devices.ok ? devices.data.devices : [] });
    });
  }, []);
  return places;
}

export function Landing({ who }: { who: Session }): JSX.Element {
  const texts = useTexts();
  const { desks, devices } = usePlaces();
  useEffect(() => { document.title = who.site.name; }, []);
  const of = (kind: string): Device[] => devices.filter((device) => device.kind === kind);
  return (
    <section class="landing">
      <h1><T k="ui.office.welcome" a={{ site: who.site.name }} /></h1>
      <p class="quiet"><T k="ui.office.lead" /></p>
      <Group title="ui.office.desks" icon="people" links={desks.map((desk) => ({ href: `/desk/${desk.id}`, name: desk.name, more: texts.t(desk.state === 'open' ? 'ui.desk.state_open' : desk.state === 'break' ? 'ui.desk.state_break' : 'ui.desk.state_closed') }))} />
      <Group title="ui.office.kiosks" icon="ticket" links={of('kiosk').map((device) => ({ href: `/kiosk/${device.id}`, name: device.name, more: device.id }))} />
      <Group title="ui.office.boards" icon="bell" links={of('board').map((device) => ({ href: `/board/${device.id}`, name: device.name, more: device.id }))} />
      <Group title="ui.office.more" icon="key" links={[{ href: '/admin', name: texts.t('ui.office.admin'), more: texts.t('ui.office.admin_more') }]} />
    </section>
  );
}

interface Link { href: string; name: string; more: string }

export function Group({ title, icon, links }: { title: Key; icon: IconName; links: Link[] }): JSX.Element | null {
  if (links.length === 0) return null;
  return (
    <section class="group">
      <h2><T k={title} /></h2>
      <ul>{links.map((link) => <li key={link.href}><a href={link.href}><Icon name={icon} /><span><b>{link.name}</b><small>{link.more}</small></span></a></li>)}</ul>
    </section>
  );
}
