// How the ticket looks: what stands on it, in which order, how large; beside it the very picture that the printer would draw.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { T, offered, useTexts } from '../core/texts';
import { called, put, site_languages, things } from './site_schema';
import type { Facility, Thing } from './site_things';

export const PARTS = ['site', 'number', 'service', 'wait', 'where', 'code', 'footer'] as const;
const PREVIEW_AFTER_MS = 400;

interface Props { facility: Facility; draft: string; sound: boolean; edit: (facility: Facility) => void }

/** The parts on the ticket, then those left out. */
export function parts_of(layout: Thing): { on: string[]; off: string[] } {
  const on = Array.isArray(layout['parts']) ? (layout['parts'] as string[]) : [...PARTS];
  return { on, off: PARTS.filter((part) => !on.includes(part)) };
}

export function SiteTicket({ facility, draft, sound, edit }: Props): JSX.Element {
  const texts = useTexts();
  const layout = (facility['ticket'] as Thing | undefined) ?? {};
  const { on, off } = parts_of(layout);
  const set = (key: string, value: string[] | number): void => edit(put(facility, 'ticket', put(layout, key, value)));
  const move = (from: number, to: number): void => {
    const next = [...on];
    next.splice(to, 0, ...next.splice(from, 1));
    set('parts', next);
  };
  const word = (part: string): string => texts.t(`ui.site.part.${part}` as never);
  return (
    <div class="ticket-edit">
      <div>
        <h2><T k="ui.site.parts" /></h2>
        <ol class="things">{on.map((part, index) => (
          <li key={part} data-part={part}><div class="bar"><label class="name"><input type="checkbox" checked disabled={part === 'number'} onChange={() => set('parts', on.filter((each) => each !== part))} />{word(part)}</label>
            <button type="button" class="line" disabled={index === 0} onClick={() => move(index, index - 1)}>↑<span class="sr"><T k="ui.site.up" a={{ name: word(part) }} /></span></button>
            <button type="button" class="line" disabled={index === on.length - 1} onClick={() => move(index, index + 1)}>↓<span class="sr"><T k="ui.site.down" a={{ name: word(part) }} /></span></button></div></li>))}
          {off.map((part) => <li key={part} data-part={part} class="off"><div class="bar"><label class="name"><input type="checkbox" checked={false} onChange={() => set('parts', [...on, part])} />{word(part)}</label></div></li>)}</ol>
        <Size label="ui.site.number_percent" name="number_percent" min={40} max={100} value={Number(layout['number_percent'] ?? 100)} set={(value) => set('number_percent', value)} />
        <Size label="ui.site.text_percent" name="text_percent" min={80} max={150} value={Number(layout['text_percent'] ?? 100)} set={(value) => set('text_percent', value)} />
        <p class="quiet"><T k="ui.site.ticket_words" /></p>
      </div>
      <Preview facility={facility} draft={draft} sound={sound} />
    </div>
  );
}

function Size({ label, name, min, max, value, set }: { label: 'ui.site.number_percent' | 'ui.site.text_percent'; name: string; min: number; max: number; value: number; set: (value: number) => void }): JSX.Element {
  return <label class="field"><span><T k={label} a={{ n: value }} /></span><input type="range" name={name} min={min} max={max} step="5" value={value} onInput={(event) => set(Number(event.currentTarget.value))} /></label>;
}

function Preview({ facility, draft, sound }: { facility: Facility; draft: string; sound: boolean }): JSX.Element {
  const texts = useTexts();
  const languages = site_languages(facility).filter((each) => offered()[each]);
  const services = things(facility, 'service');
  const [wish, set_wish] = useState({ language: languages[0] ?? 'da', service: String(services[0]?.['id'] ?? ''), width: String(things(facility, 'printer')[0]?.['width_mm'] ?? 80) });
  const [picture, set_picture] = useState<string>();
  useEffect(() => {
    if (!sound) return undefined;
    let wanted = true;
    const query = new URLSearchParams({ language: wish.language, service: wish.service, width_mm: wish.width });
    const timer = window.setTimeout(() => void fetch(`/api/v1/facility/ticket-preview?${query.toString()}`, { method: 'PUT', body: draft, headers: { 'Content-Type': draft.startsWith('{') ? 'application/json' : 'application/toml' }, credentials: 'same-origin' })
      .then((answer) => (answer.ok ? answer.blob() : undefined)).then((bytes) => { if (wanted && bytes) set_picture(URL.createObjectURL(bytes)); }, () => undefined), PREVIEW_AFTER_MS);
    return () => { wanted = false; window.clearTimeout(timer); };
  }, [draft, sound, wish]);
  useEffect(() => () => { if (picture) URL.revokeObjectURL(picture); }, [picture]);
  const choose = (part: Partial<typeof wish>): void => set_wish({ ...wish, ...part });
  return (
    <div class="paper-side">
      <h2><T k="ui.site.preview" /></h2>
      <div class="choose">
        <label class="field"><span><T k="ui.site.f.language" /></span><select name="language" value={wish.language} onChange={(event) => choose({ language: event.currentTarget.value })}>{languages.map((each) => <option key={each} value={each}>{offered()[each]?.name ?? each}</option>)}</select></label>
        <label class="field"><span><T k="ui.site.f.service" /></span><select name="service" value={wish.service} onChange={(event) => choose({ service: event.currentTarget.value })}>{services.map((each) => <option key={String(each['id'])} value={String(each['id'])}>{called(each, languages)}</option>)}</select></label>
        <label class="field"><span><T k="ui.site.f.width_mm" /></span><select name="width" value={wish.width} onChange={(event) => choose({ width: event.currentTarget.value })}>{['58', '80', ...(['58', '80'].includes(wish.width) ? [] : [wish.width])].map((each) => <option key={each} value={each}>{each} mm</option>)}</select></label>
      </div>
      {!sound && <p class="problem" role="status"><T k="ui.site.preview_waits" /></p>}
      {picture && <img class="slip" src={picture} data-width={wish.width} alt={texts.t('ui.site.preview_alt')} />}
    </div>
  );
}
