import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get } from '../core/api';
import { Icon } from '../core/icons';
import type { IconName } from '../core/icons';
import { T, useTexts } from '../core/texts';
import type { Key } from '../core/texts';
import type { Desk, Named, Session } from '../core/types';

/** How each desk is just now; an empty map for roles that may not ask. */
function useDeskStates(): Map<string, Desk['state']> {
  const [states, set_states] = useState(new Map<string, Desk['state']>());
  useEffect(() => {
    void get<Desk[]>('/desks').then((answer) => { if (answer.ok) set_states(new Map(answer.data.map((desk) => [desk.id, desk.state]))); });
  }, []);
  return states;
}

const STATE_WORDS: Record<Desk['state'], Key> = { open: 'ui.desk.state_open', break: 'ui.desk.state_break', closed: 'ui.desk.state_closed' };

export function Landing({ who }: { who: Session }): JSX.Element {
  const texts = useTexts();
  const states = useDeskStates();
  useEffect(() => { document.title = who.site.name; }, []);
  const links = (kind: string, things: readonly Named[] | undefined): Link[] => (things ?? []).map((each) => {
    const state = kind === 'desk' ? states.get(each.id) : undefined;
    return { href: `/${kind}/${encodeURIComponent(each.id)}`, name: each.name, more: state ? texts.t(STATE_WORDS[state]) : each.id };
  });
  return (
    <section class="landing">
      <h1><T k="ui.office.welcome" a={{ site: who.site.name }} /></h1>
      <p class="quiet"><T k="ui.office.lead" /></p>
      <Group title="ui.office.desks" icon="people" links={links('desk', who.desks)} />
      <Group title="ui.office.kiosks" icon="ticket" links={links('kiosk', who.kiosks)} />
      <Group title="ui.office.boards" icon="bell" links={links('board', who.boards)} />
      <Group title="ui.office.more" icon="key" links={[{ href: '/room', name: texts.t('ui.whole.title'), more: texts.t('ui.whole.about') }, { href: '/host', name: texts.t('ui.host.title'), more: texts.t('ui.host.more_about') }, ...(who.roles?.some((role) => role === 'contact_centre' || role === 'admin') ? [{ href: '/contact', name: texts.t('ui.contact.title'), more: texts.t('ui.contact.more_about') }] : []), ...(who.roles?.includes('admin') ? [{ href: '/site', name: texts.t('ui.site.title'), more: texts.t('ui.site.about') }, { href: '/access', name: texts.t('ui.access.title'), more: texts.t('ui.access.about') }] : []), { href: '/reports', name: texts.t('ui.report.title'), more: texts.t('ui.report.about') }, { href: '/admin', name: texts.t('ui.office.admin'), more: texts.t('ui.office.admin_more') }]} />
    </section>
  );
}

interface Link { href: string; name: string; more: string }

function Group({ title, icon, links }: { title: Key; icon: IconName; links: Link[] }): JSX.Element | null {
  if (links.length === 0) return null;
  return (
    <section class="group">
      <h2><T k={title} /></h2>
      <ul>{links.map((link) => <li key={link.href}><a href={link.href}><Icon name={icon} /><span><b>{link.name}</b><small>{link.more}</small></span></a></li>)}</ul>
    </section>
  );
}
