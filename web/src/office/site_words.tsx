// The words of the house: any sentence of the program said differently, in any language; what is missing is marked, and shows what stands there instead.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get } from '../core/api';
import { T, offered, useTexts } from '../core/texts';
import { is_pattern } from '../core/format';
import { put, site_languages } from './site_schema';
import type { Facility, Thing } from './site_things';

const SHOWN_MAX = 60;

export interface Row { key: string; own: string; built_in: string; fallback: string }
interface Known { language: string; catalogue: Record<string, string> }

/** Every sentence with what stands for it in this language: the house's, the program's, else what would be said instead. Pure. */
export function rows_of(danish: Record<string, string>, english: Record<string, string>, catalogue: Record<string, string>, own: Record<string, string>): Row[] {
  return Object.keys(danish).filter((key) => !key.startsWith('meta.')).map((key) => ({ key, own: own[key] ?? '', built_in: catalogue[key] ?? '', fallback: danish[key] ?? english[key] ?? '' }));
}

export type Which = 'all' | 'missing' | 'own';

export function chosen_rows(rows: readonly Row[], which: Which, wanted: string): Row[] {
  const words = wanted.trim().toLowerCase();
  return rows.filter((row) => (which === 'all' || (which === 'own' ? row.own !== '' : row.own === '' && row.built_in === ''))
    && (words === '' || [row.key, row.own, row.built_in, row.fallback].some((text) => text.toLowerCase().includes(words))));
}

/** What citizens meet; the rest is for staff, who work in Danish or English. */
const FOR_CITIZENS = /^(ui\.(wait|when|date|reason|print|kiosk|board|phone|back)|ticket|booking|alternative|board|message|voice)\./;

export function SiteWords({ facility, edit }: { facility: Facility; edit: (facility: Facility) => void }): JSX.Element {
  const texts = useTexts();
  const languages = [...site_languages(facility), ...Object.keys(offered())].filter((each, index, all) => all.indexOf(each) === index && offered()[each]);
  const [language, set_language] = useState(languages[0] ?? 'da');
  const [which, set_which] = useState<Which>('all');
  const [wanted, set_wanted] = useState('');
  const [known, set_known] = useState<Record<string, Known>>({});
  useEffect(() => {
    for (const each of ['da', 'en', language]) {
      if (known[each]) continue;
      void get<Known>(`/texts/${each}?all=true`).then((answer) => { if (answer.ok) set_known((before) => ({ ...before, [each]: answer.data })); });
    }
  }, [language]);
  const all = (facility['texts'] as Record<string, Thing> | undefined) ?? {};
  const own = (all[language] ?? {}) as Record<string, string>;
  const complete = language === 'da' || language === 'en';
  const ready = known['da'] && known['en'] && known[language];
  const rows = ready ? rows_of(known['da']!.catalogue, known['en']!.catalogue, known[language]!.catalogue, own).filter((row) => complete || FOR_CITIZENS.test(row.key) || row.own) : [];
  const shown = chosen_rows(rows, which, wanted);
  const missing = chosen_rows(rows, 'missing', '').length;
  const write = (key: string, text: string): void => edit(put(facility, 'texts', put(all, language, put(own, key, text))));
  return (
    <div class="words">
      <p class="quiet"><T k="ui.site.words_lead" /></p>
      <div class="choose">
        <label class="field"><span><T k="ui.site.f.language" /></span><select name="words-language" value={language} onChange={(event) => set_language(event.currentTarget.value)}>{languages.map((each) => <option key={each} value={each}>{offered()[each]!.name}</option>)}</select></label>
        <label class="field"><span><T k="ui.site.search" /></span><input type="search" name="words-search" value={wanted} autoComplete="off" onInput={(event) => set_wanted(event.currentTarget.value)} /></label>
        <div class="periods" role="group" aria-label={texts.t('ui.site.show_which')}>{(['all', 'missing', 'own'] as const).map((each) => <button key={each} type="button" aria-pressed={which === each} data-which={each} onClick={() => set_which(each)}><T k={`ui.site.which.${each}`} /></button>)}</div>
      </div>
      <p role="status" class="quiet">{ready ? <><T k="ui.site.words_count" a={{ n: shown.length }} /> <T k="ui.site.words_missing" a={{ n: missing }} /></> : <T k="ui.office.loading" />}</p>
      <ol class="things">{shown.slice(0, SHOWN_MAX).map((row) => <WordRow key={`${language}${row.key}`} row={row} language={language} write={write} />)}</ol>
      {shown.length > SHOWN_MAX && <p class="quiet"><T k="ui.site.words_more" a={{ n: shown.length - SHOWN_MAX }} /></p>}
    </div>
  );
}

function WordRow({ row, language, write }: { row: Row; language: string; write: (key: string, text: string) => void }): JSX.Element {
  const dir = offered()[language]?.dir ?? 'ltr';
  const missing = !row.own && !row.built_in;
  const broken = row.own !== '' && !is_pattern(row.own);
  const id = `word-${row.key}`;
  return (
    <li data-word={row.key} class={broken ? 'wrong' : missing ? 'missing' : row.own ? 'own' : ''}>
      <label for={id}><code>{row.key}</code>{missing && <b class="missing"><T k="ui.site.missing" /></b>}{row.own && <b class="own"><T k="ui.site.own" /></b>}</label>
      {row.built_in ? <p lang={language} dir={dir}>{row.built_in}</p> : <p class="quiet"><T k="ui.site.instead" /> <span lang="da" dir="ltr">{row.fallback}</span></p>}
      <input id={id} lang={language} dir={dir} value={row.own} maxLength={1000} autoComplete="off" aria-invalid={broken} aria-describedby={broken ? `${id}-fault` : undefined} onInput={(event) => write(row.key, event.currentTarget.value)} />
      {broken && <span id={`${id}-fault`} class="fault"><T k="ui.site.braces" /></span>}
    </li>
  );
}
