// Other centres that this agent has a right to: the first free time there, and their own page, where the right there holds.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { clock, day_label, weekday_of } from '../book/state';
import { get } from '../core/api';
import { T, useTexts } from '../core/texts';
import { site_link } from './state';
import type { Contact, Site } from './state';

const AGAIN_MS = 1_500, AGAIN_MAX = 8;

export function Sites({ known, service }: { known: readonly Site[]; service: string }): JSX.Element | null {
  const texts = useTexts();
  const [told, set_told] = useState<{ sites: readonly Site[]; asking: boolean }>({ sites: known, asking: false });
  useEffect(() => {
    let current = true, asked = 0;
    let timer: number | undefined;
    set_told({ sites: known, asking: service !== '' });
    const read = (): void => void get<Contact>(`/contact?service=${encodeURIComponent(service)}`).then((answer) => {
      if (!current) return;
      const asking = answer.ok && answer.data.asking === true && ++asked < AGAIN_MAX;
      if (answer.ok) set_told({ sites: answer.data.sites, asking });
      if (asking) timer = window.setTimeout(read, AGAIN_MS);
    });
    if (service && known.length > 0) read();
    return () => { current = false; window.clearTimeout(timer); };
  }, [service, known.length]);
  if (known.length === 0) return null;
  return (
    <section class="card sites" aria-label={texts.t('ui.contact.sites')}>
      <h2><T k="ui.contact.sites" /></h2>
      <p class="quiet"><T k={service ? 'ui.contact.sites_about' : 'ui.contact.sites_choose'} /></p>
      <ul>
        {told.sites.map((site) => (
          <li key={site.id} data-site={site.id}>
            <a href={site_link(site, service)} target={`skranke-${site.id}`} rel="noreferrer"><T k="ui.contact.open_site" a={{ name: site.name }} /></a>
            {(site.address || site.distance) && <small>{[site.address, site.distance].filter(Boolean).join(' · ')}</small>}
            {service && <p role="status">{site.first_free ? texts.t('ui.contact.first_free', { when: `${texts.t('ui.date.weekday', { day: weekday_of(site.first_free) })} ${day_label(site.first_free)} ${clock(site.first_free)}` })
              : <T k={told.asking ? 'ui.contact.site_asking' : 'ui.contact.site_silent'} />}</p>}
          </li>))}
      </ul>
    </section>
  );
}
