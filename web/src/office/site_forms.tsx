// The site as forms: the same draft as the text, changed field by field.
import { Fragment } from 'preact';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { T, useTexts } from '../core/texts';
import { FieldBox } from './site_fields';
import { SECTIONS, called, faults_at, put, site_languages, things } from './site_schema';
import type { Facility, Finding, Section, Thing } from './site_things';

interface Props { facility: Facility; findings: readonly Finding[]; edit: (facility: Facility) => void }

export function SiteForms({ facility, findings, edit }: Props): JSX.Element {
  const texts = useTexts();
  const [chosen, choose] = useState(SECTIONS[1]!.key);
  const section = SECTIONS.find((each) => each.key === chosen)!;
  return (
    <div class="forms">
      <nav aria-label={texts.t('ui.site.sections')}><ul class="periods">{SECTIONS.map((each) => {
        const wrong = faults_at(findings, `/${each.key}`).some((finding) => finding.severity === 'error');
        return <li key={each.key}><button type="button" aria-pressed={each.key === chosen} data-section={each.key} onClick={() => choose(each.key)}><T k={each.title} />{!each.single && ` (${things(facility, each.key).length})`}{wrong && <b class="late"> !<span class="sr"><T k="ui.site.has_errors" /></span></b>}</button></li>;
      })}</ul></nav>
      <h2><T k={section.title} /></h2>
      {section.single
        ? <ThingForm section={section} thing={(facility[section.key] as Thing | undefined) ?? {}} pointer={`/${section.key}`} facility={facility} findings={findings} change={(thing) => edit({ ...facility, [section.key]: thing })} />
        : <ThingList key={section.key} section={section} facility={facility} findings={findings} edit={edit} />}
    </div>
  );
}

function ThingList({ section, facility, findings, edit }: Props & { section: Section }): JSX.Element {
  const texts = useTexts();
  const list = things(facility, section.key);
  const [open, set_open] = useState(-1);
  const write = (next: Thing[]): void => edit(put(facility, section.key, next));
  const add = (): void => { write([...list, section.fresh(facility)]); set_open(list.length); };
  const move = (from: number, to: number): void => {
    const next = [...list];
    next.splice(to, 0, ...next.splice(from, 1));
    write(next);
    set_open((now) => (now === from ? to : now));
  };
  return (
    <>
      {list.length === 0 && <p class="quiet"><T k="ui.site.none_yet" /></p>}
      <ol class="things">{list.map((thing, index) => {
        const pointer = `/${section.key}/${index}`;
        const faults = faults_at(findings, pointer);
        const name = title_of(section, thing, facility, texts.t);
        return (
          <li key={index} data-thing={pointer} class={faults.some((each) => each.severity === 'error') ? 'wrong' : ''}>
            <div class="bar">
              <button type="button" class="line name" aria-expanded={open === index} onClick={() => set_open(open === index ? -1 : index)}>{name || texts.t('ui.site.unnamed')}{thing['id'] !== undefined && <small>{String(thing['id'])}</small>}</button>
              <button type="button" class="line" disabled={index === 0} onClick={() => move(index, index - 1)}>↑<span class="sr"><T k="ui.site.up" a={{ name }} /></span></button>
              <button type="button" class="line" disabled={index === list.length - 1} onClick={() => move(index, index + 1)}>↓<span class="sr"><T k="ui.site.down" a={{ name }} /></span></button>
              <button type="button" class="line danger" onClick={() => { write(list.filter((_, each) => each !== index)); set_open(-1); }}><T k="ui.site.remove" /><span class="sr"> {name}</span></button>
            </div>
            {open !== index && faults.length > 0 && <p class="fault">{faults.map((each) => each.message).join(' ')}</p>}
            {open === index && <ThingForm section={section} thing={thing} pointer={pointer} facility={facility} findings={findings} change={(next) => write(list.map((each, at) => (at === index ? next : each)))} />}
          </li>
        );
      })}</ol>
      <button type="button" class="primary" data-action="add" onClick={add}><T k="ui.site.add" /></button>
    </>
  );
}

function title_of(section: Section, thing: Thing, facility: Facility, t: ReturnType<typeof useTexts>['t']): string {
  if (section.key !== 'opening') return called(thing, site_languages(facility));
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
  const named = Array.isArray(thing['days']) ? (thing['days'] as string[]).map((day) => t('ui.date.weekday', { day: String(days.indexOf(day) + 1) }).slice(0, 3)) : [];
  return `${named.join(', ')} ${String(thing['from'] ?? '').replace(':', '.')}–${String(thing['to'] ?? '').replace(':', '.')}`;
}

interface OneProps { section: Section; thing: Thing; pointer: string; facility: Facility; findings: readonly Finding[]; change: (thing: Thing) => void }

function ThingForm({ section, thing, pointer, facility, findings, change }: OneProps): JSX.Element {
  const known = section.fields.map((field) => `${pointer}/${field.key}`);
  const others = faults_at(findings, pointer).filter((each) => !known.some((at) => each.field === at || each.field?.startsWith(`${at}/`)));
  return (
    <div class="thing">
      {others.length > 0 && <p class="fault wide">{others.map((each) => each.message).join(' ')}</p>}
      {section.fields.map((field) => <Fragment key={field.key}>{field.group && <h3 class="wide"><T k={field.group} /></h3>}<FieldBox field={field} thing={thing} facility={facility} pointer={`${pointer}/${field.key}`} faults={faults_at(findings, `${pointer}/${field.key}`)} change={(value) => change(put(thing, field.key, value))} /></Fragment>)}
    </div>
  );
}
