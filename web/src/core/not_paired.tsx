// What a kiosk or board shows on a screen that nobody has signed in yet: what to do, and where.
import type { JSX } from 'preact';
import { T } from './texts';

export function NotPaired({ page }: { page: string }): JSX.Element {
  return (
    <main class="not-paired">
      <h1><T k="ui.pair.title" /></h1>
      <p><T k="ui.pair.text" /></p>
      <p><a href={`/sign-in?next=${encodeURIComponent(page)}`}><T k="ui.pair.sign_in" /></a></p>
      <p class="page">{page}</p>
    </main>
  );
}
