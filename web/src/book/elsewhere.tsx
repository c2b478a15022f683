// Other centres with an earlier time; where none is known, nothing.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get } from '../core/api';
import { T, useTexts } from '../core/texts';
import { clock, day_label, weekday_of } from './state';

interface Earlier { name: string; address?: string; distance?: string; url: string; start: string }

/** The daemon asks the others meanwhile; so often and so long is it asked again. */
const AGAIN_MS = 2_000;
const TIMES_ASKED = 4;

export function Elsewhere({ service }: { service: string }): JSX.Element | null {
  const texts = useTexts();
  const [sites, set_sites] = useState<Earlier[]>([]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let current = true;
    const ask = async (left: number): Promise<void> => {
      const answer = await get<{ sites: Earlier[]; asking: boolean }>(`/elsewhere?service=${encodeURIComponent(service)}`);
      if (!current || !answer.ok) return;   // a hint, no more: without it everything works
      set_sites(answer.data.sites);
      if (answer.data.asking && left > 1) timer = setTimeout(() => void ask(left - 1), AGAIN_MS);
    };
    set_sites([]);
    void ask(TIMES_ASKED);
    return () => { current = false; clearTimeout(timer); };
  }, [service]);
  return (
    <div aria-live="polite">
      {sites.length > 0 && (
        <section class="elsewhere" aria-labelledby="elsewhere">
          <h2 id="elsewhere"><T k="booking.elsewhere" /></h2>
          <ul>{sites.map((each) => (
            <li key={each.url}>
              <a href={each.url} rel="noreferrer"><T k="booking.elsewhere_at" a={{ site: each.name, date: `${texts.t('ui.date.weekday', { day: weekday_of(each.start) })} ${day_label(each.start)}`, time: clock(each.start) }} /></a>
              {(each.address || each.distance) && <small>{[each.address, each.distance].filter(Boolean).join(' · ')}</small>}
            </li>))}</ul>
        </section>
      )}
    </div>
  );
}
