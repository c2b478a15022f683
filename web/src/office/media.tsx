// Pictures and films for the boards: sent in pieces, with days and hours.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { day_label } from '../book/state';
import { call, get } from '../core/api';
import { Spoken, T, useTexts } from '../core/texts';
import type { Named, Problem } from '../core/types';
import { problem_said } from '../core/words';

interface Item { id: string; name: string; type: string; bytes: number; boards: string[]; seconds: number; from?: string; until?: string; hours?: string; complete: boolean }

const PIECE = 512 * 1024;
const TYPES: Record<string, string> = { 'image/png': 'png', 'image/jpeg': 'jpeg', 'image/webp': 'webp', 'video/mp4': 'mp4', 'video/webm': 'webm' };

/** `2026-12-01` as people here write it. */
const day = (date: string | undefined): string => (date ? `${day_label(date)}${date.slice(0, 4)}` : '');

export function MediaPanel({ boards }: { boards: readonly Named[] }): JSX.Element {
  const texts = useTexts();
  const [list, set_list] = useState<Item[]>([]);
  const [problem, set_problem] = useState<Problem>();
  const [sent, set_sent] = useState<number>();
  const [wish, set_wish] = useState({ board: '', from: '', until: '', seconds: '10' });
  const load = (): void => void get<Item[]>('/media').then((answer) => { if (answer.ok) set_list(answer.data); });
  useEffect(load, []);
  const done = (fault?: Problem): void => { set_problem(fault); set_sent(undefined); load(); };
  const send = async (file: File): Promise<void> => {
    const type = TYPES[file.type];
    if (!type) return done({ reason: 'wrong_content', status: 422, field: 'type' });
    const { board, from, until, seconds } = wish;
    const begun = await call<Item>('POST', '/media', { body: { name: file.name.slice(0, 80), type, bytes: file.size, seconds: Number(seconds), boards: board ? [board] : [], ...(from ? { from } : {}), ...(until ? { until } : {}) } });
    if (!begun.ok) return done(begun.problem);
    for (let at = 0; at < file.size; at += PIECE) {
      set_sent(Math.round((at / file.size) * 100));
      const answer = await fetch(`/api/v1/media/${begun.data.id}/data?at=${at}`, { method: 'PUT', body: file.slice(at, at + PIECE), headers: { 'Content-Type': 'application/octet-stream' } }).catch(() => undefined);
      if (!answer?.ok) return done({ reason: answer?.status === 422 ? 'wrong_content' : 'offline', status: answer?.status ?? 0 });
    }
    done();
  };
  const change = (part: Partial<typeof wish>): void => set_wish({ ...wish, ...part });
  return (
    <>
      <h2><T k="ui.screens.media" /></h2>
      <p class="quiet"><T k="ui.screens.media_text" /></p>
      {problem && <p class="problem" role="alert"><Spoken said={problem_said(texts, problem)} /></p>}
      <ul class="rows" data-media-list>{list.map((item) => (
        <li key={item.id} data-row={item.id}>
          <span><b>{item.name}</b> <small>{[item.boards.join(', ') || texts.t('ui.screens.all_boards'), item.from || item.until ? `${day(item.from)} – ${day(item.until)}`.trim() : '', item.hours].filter(Boolean).join(' · ')}</small></span>
          <button type="button" class="line" onClick={() => void call('DELETE', `/media/${item.id}`).then(() => load())}><T k="ui.access.remove" /><span class="sr"> {item.name}</span></button>
        </li>))}</ul>
      <form class="new" data-form="media" onSubmit={(event) => event.preventDefault()}>
        <label class="field"><span><T k="ui.screens.place" /></span><select name="media_board" value={wish.board} onChange={(event) => change({ board: event.currentTarget.value })}>
          <option value="">{texts.t('ui.screens.all_boards')}</option>{boards.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}</select></label>
        <label class="field"><span><T k="ui.screens.from_day" /></span><input type="date" name="media_from" value={wish.from} onInput={(event) => change({ from: event.currentTarget.value })} /></label>
        <label class="field"><span><T k="ui.screens.until_day" /></span><input type="date" name="media_until" value={wish.until} onInput={(event) => change({ until: event.currentTarget.value })} /></label>
        <label class="field"><span><T k="ui.screens.seconds" /></span><input type="number" name="media_seconds" min="3" max="120" value={wish.seconds} onInput={(event) => change({ seconds: event.currentTarget.value })} /></label>
        <label class="field"><span><T k="ui.screens.file" /></span><input type="file" name="media_file" accept={Object.keys(TYPES).join(',')} disabled={sent !== undefined}
          onChange={(event) => { const file = event.currentTarget.files?.[0]; if (file) void send(file); event.currentTarget.value = ''; }} /></label>
        {sent !== undefined && <p role="status">{sent} %</p>}
      </form>
    </>
  );
}
