import { offered } from '../core/texts';
import type { Texts } from '../core/texts';

/** A language in the reader's words; one without a name is shown by its code. */
export function language_name(texts: Texts, code: string): string {
  const key = `ui.language.${code}`;
  return texts.has(key) ? texts.t(key) : (offered()[code]?.name ?? code);
}
