// A screen that nobody has let in yet: six digits, large, until an administrator types them. Works in any browser, also a television's.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call } from './api';
import { box_name } from './feed';
import type { Refusal } from './refused';
import type { Texts } from './texts';

const ASK_EVERY_MS = 3_000;
const AGAIN_AFTER_MS = 30_000;

interface Asked { code: string; claim: string; until: string }

/** `spoken`: every language that the sentence is shown in. */
export function Pairing({ spoken, page, refusal }: { spoken: readonly Texts[]; page: string; refusal?: Refusal }): JSX.Element {
  const [asked, set_asked] = useState<Asked>();
  const [lost, set_lost] = useState(false);
  useEffect(() => {
    let ended = false;
    let timer = 0;
    let mine: Asked | undefined;
    const box = box_name();
    const later = (wait_ms: number): void => { if (!ended) timer = window.setTimeout(() => void turn(), wait_ms); };
    const turn = async (): Promise<void> => {
      if (!mine) {
        const answer = await call<Asked>('POST', '/pairing', { attempts: 1 });
        set_lost(!answer.ok);
        if (!answer.ok) return later(AGAIN_AFTER_MS / (answer.problem.status === 0 ? 10 : 1));
        mine = answer.data;
        set_asked(mine);
        return later(ASK_EVERY_MS);
      }
      const answer = await call<{ paired: boolean; page?: string }>('POST', '/pairing/claim', { body: { claim: mine.claim, ...(box ? { box } : {}) }, attempts: 1 });
      set_lost(!answer.ok && answer.problem.status === 0);
      if (answer.ok && answer.data.paired && answer.data.page) return location.replace(answer.data.page);
      if (!answer.ok && answer.problem.status === 404) mine = undefined;   // ten minutes are over, or the daemon was started anew: another code
      later(ASK_EVERY_MS);
    };
    void turn();
    return () => { ended = true; window.clearTimeout(timer); };
  }, []);
  return (
    <main class={refusal ? 'pairing not-paired' : 'pairing'} data-refusal={refusal} data-pairing={asked ? 'code' : 'asking'}>
      {spoken.map((texts) => <h1 key={texts.language} lang={texts.language}>{texts.t('ui.pair.code_title')}</h1>)}
      <p class="code" aria-live="polite">{lost || !asked ? '– – –' : `${asked.code.slice(0, 3)} ${asked.code.slice(3)}`}</p>
      {spoken.map((texts) => <p key={texts.language} lang={texts.language}>{texts.t(lost ? 'ui.pair.code_lost' : 'ui.pair.code_text', { address: location.host })}</p>)}
      <p class="small"><a href={`/sign-in?next=${encodeURIComponent(page)}`}>{spoken[0]?.t('ui.pair.sign_in')}</a></p>
    </main>
  );
}
