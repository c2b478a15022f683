// How every page begins: sign in by fragment where there is one, learn who and where we are, load the words, draw.
import { render } from 'preact';
import type { ComponentChildren, JSX } from 'preact';
import { session, use_fragment_token } from './api';
import type { Session } from './types';
import { TextsContext, house_speaks, speak, texts_in } from './texts';
import type { Texts } from './texts';

/** The last part of the path: `/desk/desk-3` → `desk-3`. Unsafe escapes read as they stand. */
export function page_id(): string {
  const raw = location.pathname.split('/')[2] ?? '';
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}

const LANGUAGE_KEY = 'skranke.language';

/** The language a person chose on this device, for staff pages and the phone; storage may be switched off. */
export function remembered_language(): string | undefined {
  try {
    return localStorage.getItem(LANGUAGE_KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember_language(language: string): void {
  try {
    localStorage.setItem(LANGUAGE_KEY, language);
  } catch {
    /* a page without storage forgets, and works */
  }
}

export function Shown({ texts, children }: { texts: Texts; children: ComponentChildren }): JSX.Element {
  return <TextsContext.Provider value={texts}>{children}</TextsContext.Provider>;
}

export interface Begun { session: Session | undefined; texts: Texts }

/** `language` picks the first language once the session is known. A page starts even when the daemon does not answer yet. */
export async function begin(language: (session: Session | undefined) => string, draw: (begun: Begun) => JSX.Element): Promise<void> {
  await use_fragment_token();
  const answer = await session();
  const who = answer.ok ? answer.data : undefined;
  house_speaks(who?.own_texts);
  const texts = await texts_in(language(who));
  speak(texts);
  render(draw({ session: who, texts }), document.body);
}

export const site_language = (who: Session | undefined): string => who?.site.languages[0] ?? 'da';
