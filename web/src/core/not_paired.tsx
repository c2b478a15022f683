// What a screen shows that may not show what it is meant to: what to do, and where.
import type { JSX } from 'preact';
import type { Refusal } from './refused';
import { T } from './texts';
import type { Key } from './texts';

const WORDS: Record<Refusal, [Key, Key]> = {
  signed_out: ['ui.pair.title', 'ui.pair.text'],
  forbidden: ['ui.pair.forbidden', 'ui.pair.forbidden_text'],
  unknown: ['ui.pair.unknown', 'ui.pair.unknown_text'],
};

export function NotPaired({ page, refusal }: { page: string; refusal: Refusal }): JSX.Element {
  const [title, text] = WORDS[refusal];
  return (
    <main class="not-paired" data-refusal={refusal}>
      <h1><T k={title} /></h1>
      <p><T k={text} /></p>
      {refusal !== 'unknown' && <p><a href={`/sign-in?next=${encodeURIComponent(page)}`}><T k="ui.pair.sign_in" /></a></p>}
      <p class="page">{page}</p>
    </main>
  );
}
