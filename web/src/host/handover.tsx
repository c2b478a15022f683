// What the contact centre did while nobody was here. It stands at the top until somebody says that it is read; then it is gone for all.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get } from '../core/api';
import type { Answer } from '../core/api';
import { T, useTexts } from '../core/texts';
import { wall } from '../core/time';
import { spaced } from '../core/words';
import { day_label, weekday_of } from '../book/state';

interface Entry { at: string; done: 'booked' | 'moved' | 'cancelled' | 'call_back'; by: string; services: string[]; start?: string; code?: string; number?: string; seen: boolean }
interface Told { count: number; unseen: number; entries: Entry[]; at: string }

const EVERY_MS = 300_000;

export function Handover({ off, run }: { off: boolean; run: <R>(method: string, path: string, body: unknown) => Promise<Answer<R>> }): JSX.Element | null {
  const texts = useTexts();
  const [told, set_told] = useState<Told>();
  const [asked, ask_again] = useState(0);
  useEffect(() => {
    let current = true;
    const read = (): void => void get<Told>('/reports/handover').then((answer) => { if (current && answer.ok) set_told(answer.data); });
    read();
    const timer = setInterval(read, EVERY_MS);
    return () => { current = false; clearInterval(timer); };
  }, [asked, texts]);
  if (!told || told.unseen === 0) return null;
  const when = (stamp: string): string => `${texts.t('ui.date.weekday', { day: weekday_of(stamp) })} ${day_label(stamp)} ${wall(stamp)}`;
  const seen = async (): Promise<void> => {
    await run('POST', '/reports/handover/seen', { until: told.at });
    ask_again(asked + 1);   // also when somebody else was quicker
  };
  return (
    <section class="handover" aria-label={texts.t('ui.host.handover', { n: told.unseen })}><details open>
      <summary><T k="ui.host.handover" a={{ n: told.unseen }} /></summary>
      <ul>
        {told.entries.filter((entry) => !entry.seen).map((entry) => (
          <li key={`${entry.at}${entry.code ?? entry.number}`}>
            <span class="at">{when(entry.at)}</span> <b><T k={`ui.host.handover_done.${entry.done}`} /></b> {entry.services.join(' + ')}
            {entry.start && entry.done !== 'cancelled' && <> · {when(entry.start)}</>} · {entry.number ? spaced(entry.number) : entry.code} <small>{entry.by}</small>
          </li>
        ))}
      </ul>
      <button type="button" class="line" disabled={off} onClick={() => void seen()}><T k="ui.host.handover_seen" /></button>
    </details></section>
  );
}
