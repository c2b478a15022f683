// The frame of a panel: its title, a way out, and the first thing to type or press in focus.
import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { T } from '../core/texts';
import type { View } from './view';

export function Panel({ title, view, children }: { title: string; view: View; children: ComponentChildren }): JSX.Element {
  const box = useRef<HTMLElement>(null);
  // Before the next key arrives: who presses F3 and types goes on typing.
  useLayoutEffect(() => {
    (box.current?.querySelector<HTMLElement>('input, .choices button:not(:disabled), .primary:not(:disabled)') ?? box.current)?.focus();
  }, []);
  return (
    <section class="panel" aria-label={title} ref={box} tabIndex={-1}>
      <div class="panel-head"><h2>{title}</h2>
        <button type="button" onClick={() => view.send({ type: 'panel', panel: { name: 'none' } })}><T k="ui.desk.cancel" /> <kbd>Esc</kbd></button></div>
      {children}
    </section>
  );
}
