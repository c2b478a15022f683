// Whom no message reached, though their time is to come or they wait in the house: for whoever can get hold of them. No address is known here.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { clock, day_label, weekday_of } from '../book/state';
import { get } from './api';
import { T, useTexts } from './texts';
import type { Key, Texts } from './texts';
import { device_said, spaced } from './words';

export type Kind = 'booked' | 'moved' | 'cancelled' | 'reminder' | 'soon' | 'place_offered';
export interface Lost { kind: Kind; channel: 'sms' | 'email' | 'push'; reason: string; failed_at: string; code?: string; number?: string; start?: string; services: string[]; service_ids?: string[] }
export interface LostList { out_of_reach_count: number; out_of_reach: Lost[] }

const EVERY_MS = 300_000;
export const LOST_SHOWN = 8;   // on a page that shows other things, too

/** Nothing while all could be told, and for those who may not know. */
export function useLost(every_ms = EVERY_MS): LostList | undefined {
  const [data, set_data] = useState<LostList>();
  useEffect(() => {
    let wanted = true;
    const ask = (): void => void get<LostList>('/reports/messages').then((answer) => { if (wanted && answer.ok) set_data(answer.data); });
    ask();
    const timer = window.setInterval(ask, every_ms);
    return () => { wanted = false; window.clearInterval(timer); };
  }, []);
  return data && data.out_of_reach_count > 0 ? data : undefined;
}

/** A reason about one message, else what it says of the channel as a device. */
export function reason_said(texts: Texts, reason: string): string {
  const own = `ui.messages.reason.${reason}`;
  return texts.has(own) ? texts.t(own as Key) : device_said(texts, reason, 'failed', undefined).words.text;
}

/** "Tid mandag 30.11. 10.30 · K7QF-2M · Pas" and what did not arrive, why. */
export function People({ data, max }: { data: LostList; max: number }): JSX.Element {
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
