// Pictures and films while nobody is being called: in the place of the large field, never over a call, never while anything is wrong.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Shown } from '../core/types';

const FILM_MAX_MS = 300_000;

/** What is shown: films are left out for those who asked for stillness. Pure. */
export function playlist(media: readonly Shown[] | undefined, still: boolean): readonly Shown[] {
  return (media ?? []).filter((each) => !(still && each.film));
}

export const wants_stillness = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** `failed`: how many in a row could not be shown; when none can, the large field comes back. */
export function Media({ list, give_up }: { list: readonly Shown[]; give_up: () => void }): JSX.Element | null {
  const [turn, set_turn] = useState(0);
  const [failed, set_failed] = useState(0);
  const item = list[turn % list.length];
  const next = (): void => set_turn((value) => value + 1);
  useEffect(() => {
    if (!item) return;
    const timer = window.setTimeout(next, item.film ? FILM_MAX_MS : item.seconds * 1000);
    return () => window.clearTimeout(timer);
  }, [turn, item?.id]);
  useEffect(() => { if (failed >= list.length) give_up(); }, [failed]);
  if (!item) return null;
  const broken = (): void => { set_failed((value) => value + 1); next(); };
  const well = (): void => set_failed(0);
  return (
    <section class="hero media" data-media={item.id}>
      {item.film
        ? <video key={`${item.id}${turn}`} src={item.url} autoplay muted playsInline onEnded={next} onError={broken} onPlaying={well} aria-label={item.name} />
        : <img key={item.id} src={item.url} alt={item.name} onError={broken} onLoad={well} />}
    </section>
  );
}
