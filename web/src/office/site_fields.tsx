// One field of a form: its label, its box, and what is wrong with it, told to whoever sees it and whoever hears it.
import type { JSX } from 'preact';
import { T, offered, useTexts } from '../core/texts';
import { DAYS, called, put, site_languages, things, words_of } from './site_schema';
import type { Facility, Field, Thing, Value } from './site_schema';
import { volumes_read, volumes_said } from './site_rules';
import type { Finding } from './site';

export interface FieldProps { field: Field; thing: Thing; facility: Facility; pointer: string; faults: readonly Finding[]; change: (value: Value | undefined) => void }

export function FieldBox(props: FieldProps): JSX.Element {
  const { field, pointer, faults } = props;
  const many = field.kind === 'many' || field.kind === 'days' || field.kind === 'words';
  const about = faults.length > 0 ? { 'aria-invalid': faults.some((each) => each.severity === 'error'), 'aria-describedby': `${pointer}-fault` } : {};
  const told = faults.length > 0 && <span id={`${pointer}-fault`} class="fault">{faults.map((each) => each.message).join(' ')}</span>;
  const cls = `field${field.wide ? ' wide' : ''}${faults.length > 0 ? ' wrong' : ''}`;
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

function Boxes({ field, thing, facility, change }: FieldProps): JSX.Element | null {
  const texts = useTexts();
  const languages = site_languages(facility);
  if (field.kind === 'words') {
    const words = words_of(thing[field.key], languages);
    const shown = [...languages, ...Object.keys(words).filter((each) => !languages.includes(each))];
    return <>{shown.map((language) => (
      <label key={language} class="word"><span>{offered()[language]?.name ?? language}{!words[language] && <small class="missing"><T k="ui.site.missing" /></small>}</span>
        <input lang={language} dir={offered()[language]?.dir ?? 'ltr'} name={`${field.key}-${language}`} value={words[language] ?? ''} maxLength={200} autoComplete="off" onInput={(event) => change(put(words, language, event.currentTarget.value))} /></label>))}</>;
  }
  const chosen = Array.isArray(thing[field.key]) ? (thing[field.key] as string[]) : [];
  const options: readonly [string, string][] = field.kind === 'days' ? DAYS.map((day, index) => [day, texts.t('ui.date.weekday', { day: String(index + 1) })])
    : field.kind === 'many' ? things(facility, field.of).filter((each) => each !== thing).map((each) => [String(each['id']), called(each, languages)]) : [];
  // In the order of the options, so that ticking one off and on again changes nothing.
  const toggle = (id: string): void => change(options.map(([each]) => each).filter((each) => (each === id ? !chosen.includes(id) : chosen.includes(each))));
  return <div class="ticks">{options.map(([id, name]) => <label key={id}><input type="checkbox" name={`${field.key}-${id}`} checked={chosen.includes(id)} onChange={() => toggle(id)} />{name}</label>)}</div>;
}
