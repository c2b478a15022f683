import { useEffect, useState } from 'preact/hooks';
import { speak, texts_in } from '../core/texts';
import type { Texts } from '../core/texts';

/** The words of a language; until they are here, those that were before, at first the page's `own`. */
export function useSpoken(language: string, own: Texts): Texts {
  const [texts, set_texts] = useState(own);
  useEffect(() => {
    let wanted = true;
    void texts_in(language).then((next) => {
      if (!wanted) return;
      speak(next);
      set_texts(next);
    }).catch(() => undefined);
    return () => { wanted = false; };
  }, [language]);
  return texts;
}
