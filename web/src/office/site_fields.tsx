// One field of a form: its label, its box, and what is wrong with it, told to whoever sees it and whoever hears it.
import type { JSX } from 'preact';
import { T, offered, useTexts } from '../core/texts';
import { DAYS, called, faults_at, put, site_languages, things, words_of } from './site_schema';
import type { Facility, Field, Finding, Thing, Value } from './site_things';
import { volumes_read, volumes_said } from './site_rules';

export interface FieldProps { field: Field; thing: Thing; facility: Facility; pointer: string; faults: readonly Finding[]; change: (value: Value | undefined) => void }

export function FieldBox(props: FieldProps): JSX.Element {
  const { field, pointer, faults } = props;
  const many = field.kind === 'many' || field.kind === 'days' || field.kind === 'ticks' || field.kind === 'words' || field.kind === 'lines' || field.kind === 'each';
  const about = faults.length > 0 ? { 'aria-invalid': faults.some((each) => each.severity === 'error'), 'aria-describedby': `${pointer}-fault` } : {};
  const told = faults.length > 0 && <span id={`${pointer}-fault`} class="fault">{faults.map((each) => each.message).join(' ')}</span>;
  const cls = `field${field.wide ? ' wide' : ''}${faults.length > 0 ? ' wrong' : ''}`;
  if (field.kind === 'things') return <Within {...props} field={field} />;
  if (many) return <fieldset class={cls} data-field={pointer}><legend><T k={field.label} /></legend><Boxes {...props} />{told}</fieldset>;
  if (field.kind === 'flag') return <label class={`${cls} flag`} data-field={pointer}><input type="checkbox" name={field.key} checked={(props.thing[field.key] ?? field.usual) === true} onChange={(event) => props.change(event.currentTarget.checked === field.usual ? undefined : event.currentTarget.checked)} {...about} /><span><T k={field.label} /></span>{told}</label>;
  return <label class={cls} data-field={pointer}><span><T k={field.label} /></span><Single {...props} about={about} />{told}</label>;
}

function Single({ field, thing, facility, change, about }: FieldProps & { about: object }): JSX.Element {
  const texts = useTexts();
  const value = thing[field.key];
  const shared = { name: field.key, ...about };
  switch (field.kind) {
    case 'number':
      return <input type="number" min={field.min} max={field.max} step={field.step ?? 1} value={value === undefined ? '' : String(value)} {...(field.usual === undefined ? {} : { placeholder: texts.t('ui.site.usual', { value: String(field.usual) }) })} {...shared} onInput={(event) => change(event.currentTarget.value === '' ? undefined : Number(event.currentTarget.value))} />;
    case 'choice':
      return <select value={String(value ?? field.usual ?? '')} {...shared} onChange={(event) => change(event.currentTarget.value === field.usual ? undefined : event.currentTarget.value)}>
        {value === undefined && field.usual === undefined && !field.options.includes('') && <option value="" />}
        {field.options.map((each) => <option key={each} value={each}>{field.words ? texts.t(`ui.site.o.${field.words}.${each || 'none'}` as never) : each}</option>)}</select>;
    case 'one':
      return <select value={String(value ?? '')} {...shared} onChange={(event) => change(event.currentTarget.value)}>
        <option value="">{texts.t('ui.site.none')}</option>
        {things(facility, field.of).map((each) => <option key={String(each['id'])} value={String(each['id'])}>{called(each, site_languages(facility))}</option>)}</select>;
    case 'list':
      return <input value={Array.isArray(value) ? value.join(', ') : ''} autoComplete="off" {...shared} onChange={(event) => change(event.currentTarget.value.split(',').map((each) => each.trim()).filter(Boolean))} />;
    case 'volumes':
      return <input value={volumes_said(value)} autoComplete="off" {...shared} onChange={(event) => change(volumes_read(event.currentTarget.value))} />;
    case 'time':
    case 'date':
      return <input type={field.kind} value={String(value ?? '').slice(0, field.kind === 'time' ? 5 : 10)} {...shared} onInput={(event) => change(event.currentTarget.value)} />;
    default:
      return <input value={String(value ?? '')} maxLength={300} autoComplete="off" {...shared} onInput={(event) => change(event.currentTarget.value)} />;
  }
}

function Boxes(props: FieldProps): JSX.Element | null {
  const texts = useTexts();
  const { field, thing, facility, change } = props;
  const languages = site_languages(facility);
  if (field.kind === 'each') return <Each {...props} field={field} />;
  if (field.kind === 'words' || field.kind === 'lines') {
    const words = words_of(thing[field.key], languages);
    // What nobody has said in any language lacks in none.
    const lacks = field.key === 'name' || Object.keys(words).length > 0;
    const shown = [...languages, ...Object.keys(words).filter((each) => !languages.includes(each))];
    return <>{shown.map((language) => (
      <label key={language} class="word"><span>{offered()[language]?.name ?? language}{lacks && !words[language] && <small class="missing"><T k="ui.site.missing" /></small>}</span>
        {field.kind === 'lines'
          ? <textarea lang={language} dir={offered()[language]?.dir ?? 'ltr'} name={`${field.key}-${language}`} value={words[language] ?? ''} maxLength={1000} rows={3} onInput={(event) => change(put(words, language, event.currentTarget.value))} />
          : <input lang={language} dir={offered()[language]?.dir ?? 'ltr'} name={`${field.key}-${language}`} value={words[language] ?? ''} maxLength={200} autoComplete="off" onInput={(event) => change(put(words, language, event.currentTarget.value))} />}</label>))}</>;
  }
  const chosen = Array.isArray(thing[field.key]) ? (thing[field.key] as string[]) : [];
  const options: readonly [string, string][] = field.kind === 'days' ? DAYS.map((day, index) => [day, texts.t('ui.date.weekday', { day: String(index + 1) })])
    : field.kind === 'ticks' ? field.options.map((each) => [each, texts.t(`ui.site.o.${field.words}.${each}` as never)])
    : field.kind === 'many' ? things(facility, field.of).filter((each) => each !== thing).map((each) => [String(each['id']), called(each, languages)]) : [];
  // In the order of the options, so that ticking one off and on again changes nothing.
  const toggle = (id: string): void => change(options.map(([each]) => each).filter((each) => (each === id ? !chosen.includes(id) : chosen.includes(each))));
  return <div class="ticks">{options.map(([id, name]) => <label key={id}><input type="checkbox" name={`${field.key}-${id}`} checked={chosen.includes(id)} onChange={() => toggle(id)} />{name}</label>)}</div>;
}

/** One choice for each day or desk; what nothing is chosen for is not written. */
function Each({ field, thing, facility, change }: FieldProps & { field: Field & { kind: 'each' } }): JSX.Element {
  const texts = useTexts();
  const held = thing[field.key];
  const table = held && typeof held === 'object' && !Array.isArray(held) ? held : {};
  const rows: readonly [string, string][] = field.of === 'days' ? DAYS.map((day, index) => [day, texts.t('ui.date.weekday', { day: String(index + 1) })]) : things(facility, field.of).map((each) => [String(each['id']), called(each, site_languages(facility))]);
  return <>{rows.map(([key, name]) => (
    <label key={key} class="word"><span>{name}</span>
      <select name={`${field.key}-${key}`} value={String(table[key] ?? '')} onChange={(event) => change(put(table, key, event.currentTarget.value))}>
        {field.options.map((each) => <option key={each} value={each}>{texts.t(`ui.site.o.${field.words}.${each || 'none'}` as never)}</option>)}</select></label>))}</>;
}

/** Things within a thing: each a box of fields, with what is wrong at its own field. */
function Within({ field, thing, facility, pointer, faults, change }: FieldProps & { field: Field & { kind: 'things' } }): JSX.Element {
  const texts = useTexts();
  const list = things(thing, field.key);
  const write = (next: Thing[]): void => change(next);
  const at = (index: number, key: string): string => `${pointer}/${index}/${key}`;
  const known = list.flatMap((_, index) => field.fields.map((each) => at(index, each.key)));
  const others = faults.filter((each) => !known.some((place) => each.field === place || each.field?.startsWith(`${place}/`)));
  return (
    <fieldset class={`field wide within${others.length > 0 ? ' wrong' : ''}`} data-field={pointer}>
      <legend><T k={field.label} /></legend>
      {list.map((each, index) => (
        <div key={index} class="thing" role="group" aria-label={`${texts.t(field.label)} ${index + 1}`} data-within={`${pointer}/${index}`}>
          {field.fields.map((one) => <FieldBox key={one.key} field={one} thing={each} facility={facility} pointer={at(index, one.key)} faults={faults_at(faults, at(index, one.key))} change={(value) => write(list.map((old, nth) => (nth === index ? put(old, one.key, value) : old)))} />)}
          <p class="wide"><button type="button" class="line danger" onClick={() => write(list.filter((_, nth) => nth !== index))}><T k="ui.site.remove" /><span class="sr"> {texts.t(field.label)} {index + 1}</span></button></p>
        </div>))}
      {others.length > 0 && <span class="fault">{others.map((each) => each.message).join(' ')}</span>}
      <p><button type="button" class="line" data-add={field.key} disabled={list.length >= field.max} onClick={() => write([...list, field.fresh])}><T k="ui.site.add" /><span class="sr"> {texts.t(field.label)}</span></button></p>
    </fieldset>
  );
}
