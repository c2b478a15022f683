// The catalogue in a page: look-up with fallback per string, and elements that carry the language they are really in.
import { createContext } from 'preact';
import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { get } from './api';
import { format, is_pattern } from './format';
import type { Args } from './format';
import type { Names } from './types';

type Danish = typeof import('../../../catalogues/da.json');
type Paths<T, Prefix extends string> = {
  [K in keyof T & string]: T[K] extends string ? `${Prefix}${K}` : Paths<T[K], `${Prefix}${K}.`>;
}[keyof T & string];
/** Every key that the source catalogue has: a misspelt key does not compile. */
export type Key = Paths<Omit<Danish, 'meta' | 'ticket'>, ''>;

export interface Catalogue { meta: { language: string; dir: 'ltr' | 'rtl'; name: string }; [section: string]: unknown }
export interface Said { text: string; language: string; dir: 'ltr' | 'rtl' }
export interface LanguageEntry { name: string; dir: 'ltr' | 'rtl'; href: string }

/** Languages of one page, most wanted first; the last resort is the key itself, which a test shows never to happen. */
export class Texts {
  readonly language: string;
  readonly dir: 'ltr' | 'rtl';

  constructor(private readonly chain: readonly Catalogue[]) {
    this.language = chain[0]?.meta.language ?? 'en';
    this.dir = chain[0]?.meta.dir ?? 'ltr';
  }

  has(key: string): key is Key {
    return this.chain.some((catalogue) => find(catalogue, key) !== undefined);
  }

  say(key: Key, args?: Args): Said {
    for (const catalogue of this.chain) {
      const pattern = find(catalogue, key);
      if (pattern === undefined) continue;
      const { language, dir } = catalogue.meta;
      return { text: format(pattern, args, language, dir === 'rtl'), language, dir };
    }
    return { text: key, language: 'en', dir: 'ltr' };
  }

  t = (key: Key, args?: Args): string => this.say(key, args).text;

  /** A name the facility gives per language: asked, then English, then Danish, then the plain one. */
  name(names: Names | undefined, plain: string): Said {
    for (const language of [this.language, 'en', 'da']) {
      const text = names?.[language];
      if (text) return { text, language, dir: language === this.language ? this.dir : 'ltr' };
    }
    return { text: plain, language: this.language, dir: this.dir };
  }
}

function find(catalogue: Catalogue, key: string): string | undefined {
  let at: unknown = catalogue;
  for (const part of key.split('.')) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  return typeof at === 'string' ? at : undefined;
}

export const TextsContext = createContext(new Texts([]));
export const useTexts = (): Texts => useContext(TextsContext);

/** Text that marks itself when it had to fall back to another language. */
export function Spoken({ said }: { said: Said }): JSX.Element {
  const texts = useTexts();
  if (said.language === texts.language) return <>{said.text}</>;
  return <span lang={said.language} dir={said.dir}>{said.text}</span>;
}

export function T({ k, a }: { k: Key; a?: Args | undefined }): JSX.Element {
  return <Spoken said={useTexts().say(k, a)} />;
}

/** The languages that the build offers, from the shell's meta element. */
export function offered(): Record<string, LanguageEntry> {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="catalogues"]');
  return meta ? (JSON.parse(meta.content) as Record<string, LanguageEntry>) : {};
}

let house_languages: readonly string[] = [];
/** In which languages the house has sentences of its own; to be told before the first catalogue is asked for. */
export const house_speaks = (languages: readonly string[] | undefined): void => { house_languages = languages ?? []; };

/** The house's own sentences; none where they cannot be had: the program's stand then. */
async function own_words(language: string): Promise<Record<string, string>> {
  if (!house_languages.includes(language)) return {};
  const answer = await get<{ texts: Record<string, string> }>(`/texts/${language}`);
  return answer.ok ? answer.data.texts : {};
}

/** A catalogue with sentences of the house in it, by their dotted keys; what is no pattern is left out. Pure. */
export function with_own(catalogue: Catalogue, own: Record<string, string>): Catalogue {
  const made = JSON.parse(JSON.stringify(catalogue)) as Catalogue;
  for (const [key, text] of Object.entries(own)) {
    const parts = key.split('.');
    const last = parts.pop()!;
    if (!is_pattern(text) || parts.includes('__proto__') || parts[0] === 'meta') continue;
    let at = made as Record<string, unknown>;
    for (const part of parts) at = (typeof at[part] === 'object' && at[part] !== null ? at[part] : (at[part] = {})) as Record<string, unknown>;
    at[last] = text;
  }
  return made;
}

const loaded = new Map<string, Promise<Catalogue>>();

function load(language: string): Promise<Catalogue> {
  const have = loaded.get(language);
  if (have) return have;
  const href = offered()[language]?.href;
  if (!href) return Promise.reject(new Error(`no catalogue ${language}`));
  const own = own_words(language);
  const coming = fetch(href).then(async (answer) => {
    if (!answer.ok) throw new Error(`catalogue ${language}: ${answer.status}`);
    return with_own((await answer.json()) as Catalogue, await own);
  });
  coming.catch(() => loaded.delete(language));
  loaded.set(language, coming);
  return coming;
}

/** A language with its fallbacks behind it. */
export async function texts_in(language: string): Promise<Texts> {
  const all = offered();
  const wanted = [language, 'da', 'en'].filter((each, index, list) => all[each] && list.indexOf(each) === index);
  return new Texts(await Promise.all(wanted.map(load)));
}

/** Makes a language the page's own. */
export function speak(texts: Texts): void {
  document.documentElement.lang = texts.language;
  document.documentElement.dir = texts.dir;
}
