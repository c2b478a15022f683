// What was sent to citizens, what did not arrive and why, and whom nothing reached. No address is known here.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { clock, day_label, weekday_of } from '../book/state';
import { get } from '../core/api';
import { Spoken, T, useTexts } from '../core/texts';
import type { Key, Texts } from '../core/texts';
import { device_said, problem_said, spaced } from '../core/words';
import { useAnswer } from './asked';
import { days_back } from './figures';
import { Csv, Part, Said } from './waits';

type Kind = 'booked' | 'moved' | 'cancelled' | 'reminder' | 'soon' | 'place_offered';
interface Tally { sent: number; failed: number; put_off: number }
interface Lost { kind: Kind; channel: 'sms' | 'email' | 'push'; reason: string; failed_at: string; code?: string; number?: string; start?: string; services: string[] }
interface Messages { rows: (Tally & { day: string; kind: Kind; channel: Lost['channel'] })[]; reasons: { reason: string; count: number }[]; out_of_reach_count: number; out_of_reach: Lost[]; total: Tally }

const EVERY_MS = 300_000;
const SHOWN_MAX = 8;   // on a page that shows other things, too

export function MessagesPage({ today }: { today: string }): JSX.Element {
  const texts = useTexts();
  const [days, set_days] = useState(30);
  const period = `from=${days_back(today, days - 1)}&to=${today}`;
  const { data, problem } = useAnswer<Messages>(`/reports/messages?${period}`);
  return (
    <>
      <p class="periods">
        {([[1, 'today'], [7, 'week'], [30, 'month'], [365, 'year']] as const).map(([n, name]) => (
          <button key={name} type="button" aria-pressed={days === n} onClick={() => set_days(n)}><T k={`ui.report.period.${name}`} /></button>))}
      </p>
      {problem && <p class="problem" role="alert"><Spoken said={problem_said(texts, problem)} /></p>}
      {!problem && !data && <p class="quiet" role="status"><T k="ui.report.folding" /></p>}
      {data && <Told data={data} csv={`/api/v1/reports/messages?${period}&format=csv`} />}
    </>
  );
}

function Told({ data, csv }: { data: Messages; csv: string }): JSX.Element {
  const texts = useTexts();
  const people = <Part title="ui.messages.out_of_reach"><People data={data} max={data.out_of_reach.length} /></Part>;
  if (data.rows.length === 0) return <><p class="quiet" role="status"><T k="ui.messages.empty" /></p>{people}</>;
  return (
    <>
      <dl class="totals">
        {(['sent', 'failed', 'put_off'] as const).map((each) => <div key={each} data-total={each}><dt><T k={`ui.messages.${each}`} /></dt><dd>{data.total[each]}</dd></div>)}
        <div data-total="out_of_reach"><dt><T k="ui.messages.out_of_reach" /></dt><dd>{data.out_of_reach_count}</dd></div>
      </dl>
      {people}
      {data.reasons.length > 0 && (
        <Part title="ui.messages.why"><p class="quiet"><T k="ui.messages.why_about" /></p>
          <Said name={texts.t('ui.messages.why')} head={[texts.t('ui.messages.reason_title'), texts.t('ui.messages.times')]}
            rows={[...data.reasons].sort((a, b) => b.count - a.count).map((each) => [reason_said(texts, each.reason), String(each.count)])} /></Part>)}
      <Part title="ui.messages.by_kind">
        <Said name={texts.t('ui.messages.by_kind')} head={[texts.t('ui.messages.kind_title'), texts.t('ui.messages.sent'), texts.t('ui.messages.failed'), texts.t('ui.messages.put_off')]} rows={by_kind(texts, data.rows)} />
        <Csv href={csv} />
      </Part>
    </>
  );
}

/** A reason about one message, else what it says of the channel as a device. */
function reason_said(texts: Texts, reason: string): string {
  const own = `ui.messages.reason.${reason}`;
  return texts.has(own) ? texts.t(own as Key) : device_said(texts, reason, 'failed', undefined).words.text;
}

function by_kind(texts: Texts, rows: Messages['rows']): string[][] {
  const sums = new Map<string, Tally>();
  for (const row of rows) {
    const name = `${texts.t(`ui.messages.kind.${row.kind}`)} – ${texts.t(`ui.messages.channel.${row.channel}`)}`;
    const sum = sums.get(name) ?? { sent: 0, failed: 0, put_off: 0 };
    sums.set(name, { sent: sum.sent + row.sent, failed: sum.failed + row.failed, put_off: sum.put_off + row.put_off });
  }
  return [...sums].map(([name, sum]) => [name, String(sum.sent), String(sum.failed), String(sum.put_off)]);
}

/** "Tid mandag 30.11. 10.30 · K7QF-2M · Pas" and what did not arrive, why. */
function People({ data, max }: { data: Messages; max: number }): JSX.Element {
  const texts = useTexts();
  const shown = data.out_of_reach.slice(0, max);
  const who = (each: Lost): string => {
    if (each.number || !each.start) return spaced(each.number ?? '');
    const when = `${texts.t('ui.date.weekday', { day: weekday_of(each.start) })} ${day_label(each.start)} ${clock(each.start)}`;
    return texts.t(each.code ? 'ui.messages.booking' : 'ui.messages.offer', { when });
  };
  if (data.out_of_reach_count === 0) return <p class="good"><T k="ui.messages.nobody" /></p>;
  return (
    <>
      <p class="quiet"><T k="ui.messages.out_of_reach_about" /></p>
      <ul class="lost">
        {shown.map((each) => (
          <li key={`${each.code ?? each.number}${each.failed_at}`} data-lost={each.code ?? each.number}><b>{who(each)}</b>{each.code && <> · <code>{each.code}</code></>} · {each.services.join(' + ')}
            <small>{texts.t(`ui.messages.kind.${each.kind}`)} – {texts.t(`ui.messages.channel.${each.channel}`)}: {reason_said(texts, each.reason)}</small></li>))}
      </ul>
      {data.out_of_reach_count > shown.length && <p class="quiet"><T k="ui.messages.more" a={{ n: data.out_of_reach_count - shown.length }} />{' '}<a href="/reports?show=messages"><T k="ui.plan.tab_messages" /></a></p>}
    </>
  );
}

/** Beside the devices: nothing while all could be told, and nothing for those who may not see reports. */
export function OutOfReach(): JSX.Element | null {
  const [data, set_data] = useState<Messages>();
  useEffect(() => {
    let wanted = true;
    const ask = (): void => void get<Messages>('/reports/messages').then((answer) => { if (wanted && answer.ok) set_data(answer.data); });
    ask();
    const timer = window.setInterval(ask, EVERY_MS);
    return () => { wanted = false; window.clearInterval(timer); };
  }, []);
  if (!data || data.out_of_reach_count === 0) return null;
  return <Part title="ui.messages.out_of_reach"><People data={data} max={SHOWN_MAX} /></Part>;
}
