// What was sent to citizens, what did not arrive and why, and whom nothing reached. No address is known here.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { LOST_SHOWN, People, reason_said, useLost } from '../core/lost';
import type { Kind, Lost } from '../core/lost';
import { Spoken, T, useTexts } from '../core/texts';
import type { Texts } from '../core/texts';
import { problem_said } from '../core/words';
import { useAnswer } from './asked';
import { days_back } from './figures';
import { Periods } from './periods';
import { Csv, Part, Said } from './waits';

interface Tally { sent: number; failed: number; put_off: number }
interface Messages { rows: (Tally & { day: string; kind: Kind; channel: Lost['channel'] })[]; reasons: { reason: string; count: number }[]; out_of_reach_count: number; out_of_reach: Lost[]; total: Tally }

export function MessagesPage({ today }: { today: string }): JSX.Element {
  const texts = useTexts();
  const [days, set_days] = useState(30);
  const period = `from=${days_back(today, days - 1)}&to=${today}`;
  const { data, problem } = useAnswer<Messages>(`/reports/messages?${period}`);
  return (
    <>
      <Periods days={days} set={set_days} />
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

function by_kind(texts: Texts, rows: Messages['rows']): string[][] {
  const sums = new Map<string, Tally>();
  for (const row of rows) {
    const name = `${texts.t(`ui.messages.kind.${row.kind}`)} – ${texts.t(`ui.messages.channel.${row.channel}`)}`;
    const sum = sums.get(name) ?? { sent: 0, failed: 0, put_off: 0 };
    sums.set(name, { sent: sum.sent + row.sent, failed: sum.failed + row.failed, put_off: sum.put_off + row.put_off });
  }
  return [...sums].map(([name, sum]) => [name, String(sum.sent), String(sum.failed), String(sum.put_off)]);
}

/** Beside the devices: nothing while all could be told, and nothing for those who may not know. */
export function OutOfReach(): JSX.Element | null {
  const data = useLost();
  return data ? <Part title="ui.messages.out_of_reach"><People data={data} max={LOST_SHOWN} /></Part> : null;
}
