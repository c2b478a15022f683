import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get } from '../core/api';
import { Icon } from '../core/icons';
import type { IconName } from '../core/icons';
import { T, useTexts } from '../core/texts';
import type { Key, Texts } from '../core/texts';
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
      <Group title="ui.office.boards" icon="globe" links={links('board', who.boards)} />
      <Group title="ui.office.more" icon="key" links={more_links(texts, who.roles ?? [])} />
    </section>
  );
}

/** The other pages, by what a role may open. */
function more_links(texts: Texts, roles: readonly string[]): Link[] {
  const admin = roles.includes('admin');
  const link = (href: string, icon: IconName, name: Key, more: Key): Link => ({ href, icon, name: texts.t(name), more: texts.t(more) });
  return [
    link('/room', 'people', 'ui.whole.title', 'ui.whole.about'), link('/host', 'hand', 'ui.host.title', 'ui.host.more_about'),
    ...(admin || roles.includes('contact_centre') ? [link('/contact', 'phone', 'ui.contact.title', 'ui.contact.more_about')] : []),
    ...(admin ? [link('/site', 'house', 'ui.site.title', 'ui.site.about'), link('/access', 'key', 'ui.access.title', 'ui.access.about')] : []),
    ...(admin || roles.includes('manager') ? [link('/screens', 'ear', 'ui.screens.title', 'ui.screens.about')] : []),
    link('/reports', 'tax', 'ui.report.title', 'ui.report.about'), link('/admin', 'card', 'ui.office.admin', 'ui.office.admin_more'),
  ];
}

interface Link { href: string; name: string; more: string; icon?: IconName }

function Group({ title, icon, links }: { title: Key; icon: IconName; links: Link[] }): JSX.Element | null {
  if (links.length === 0) return null;
  return (
    <section class="group">
      <h2><T k={title} /></h2>
      <ul>{links.map((link) => <li key={link.href}><a href={link.href}><Icon name={link.icon ?? icon} /><span><b>{link.name}</b><small>{link.more}</small></span></a></li>)}</ul>
    </section>
  );
}
