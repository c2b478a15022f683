import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { T, useTexts } from '../core/texts';
import type { Found, Waiting } from '../core/types';
import { spaced } from '../core/words';
import { BookedToday } from './booked';
import type { HostView } from './view';

const TABS = ['waiting', 'parked', 'called', 'missed', 'booked'] as const;
type Tab = (typeof TABS)[number];
type InRoom = Exclude<Tab, 'booked'>;
const ROWS_MAX = 100;

/** By number as the citizen says it, or by eye in the lists. */
export function Find({ view }: { view: HostView }): JSX.Element {
  const texts = useTexts();
  const [typed, type] = useState('');
  const [tab, open] = useState<Tab>('waiting');
  const [several, set_several] = useState<Found[]>();
  const rows: readonly Waiting[] = tab === 'booked' ? [] : tab === 'called' ? [...view.queue.called, ...view.queue.serving] : view.queue[tab];

  async function look(number: string): Promise<void> {
    // What does not look like a ticket's number is a booking code.
    const by = /^\s*[A-Za-z][\s.-]*\d{1,4}\s*$/.test(number) ? 'number' : 'code';
    const answer = await view.run<Found[]>('GET', `/visits?${by}=${encodeURIComponent(number)}`, undefined);
    if (!answer.ok) return;
    set_several(answer.data.length === 1 ? undefined : answer.data);
    if (answer.data.length === 1) view.choose(answer.data[0]);
  }
  const counts: Record<InRoom, number> = { waiting: view.queue.counts.waiting, parked: view.queue.counts.parked, called: view.queue.counts.called + view.queue.counts.serving, missed: view.queue.missed.length };
  return (
    <section class="find" aria-label={texts.t('ui.host.find')}>
      <form onSubmit={(event) => { event.preventDefault(); void look(typed); }}>
        <label class="field"><span><T k="ui.host.find" /></span>
          <span class="row"><input name="number" value={typed} required maxLength={24} autoComplete="off" autoCapitalize="characters" placeholder="A 12" onInput={(event) => type(event.currentTarget.value)} />
            <button type="submit" class="line" disabled={view.off || typed === ''}><T k="ui.host.look" /></button></span></label>
      </form>
      {several && several.length === 0 && <p class="quiet" role="status"><T k="ui.host.not_found" /></p>}
      {several && several.length > 1 && <Rows rows={several} look={(row) => view.choose(row as Found)} />}
      <div class="tabs" role="group" aria-label={texts.t('ui.host.lists')}>
        {TABS.map((each) => <button key={each} type="button" aria-pressed={tab === each} onClick={() => open(each)}>{texts.t(`ui.host.tab.${each}`)}{each !== 'booked' && <>{' '}<b>{counts[each]}</b></>}</button>)}
      </div>
      {tab === 'booked' ? <BookedToday now={view.now} /> : <Rows rows={rows.slice(0, ROWS_MAX)} look={(row) => void look(row.number)} />}
    </section>
  );
}

function Rows({ rows, look }: { rows: readonly Waiting[]; look: (row: Waiting) => void }): JSX.Element {
  if (rows.length === 0) return <p class="quiet"><T k="ui.host.nobody" /></p>;
  return (
    <ul class="rows">
      {rows.map((row) => (
        <li key={row.visit}><button type="button" data-visit={row.visit} onClick={() => look(row)}>
          <b class="n">{spaced(row.number)}</b><span class="about">{row.service_name}<small>{row.priority_name ?? ''}</small></span>
          <span class="waited"><T k="ui.desk.minutes" a={{ n: Math.floor(row.waited_s / 60) }} /></span></button></li>
      ))}
    </ul>
  );
}
