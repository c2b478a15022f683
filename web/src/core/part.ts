// Parts of a page that its first picture does not need: fetched behind it, asked for again until they are here, then held for as long as the page stands.
// A page that has been open for a moment has everything, so that a cut network takes nothing away from it.
import { useEffect, useState } from 'preact/hooks';

const AGAIN_MS = 3_000;

export class Part<T> {
  here: T | undefined;
  /** It could not be had at least once; it is still being asked for. */
  failed = false;
  private asked: Promise<T> | undefined;

  constructor(private readonly load: () => Promise<T>, private readonly again_ms = AGAIN_MS) {}

  fetch(): Promise<T> { return (this.asked ??= this.until_here()); }

  private async until_here(): Promise<T> {
    for (;;) {
      try {
        return (this.here = await this.load());
      } catch {
        this.failed = true;
        await new Promise((done) => setTimeout(done, this.again_ms));
      }
    }
  }
}

/** The part, once it is here: the page is drawn again then. */
export function usePart<T>(part: Part<T>): T | undefined {
  const [, draw] = useState(0);
  useEffect(() => {
    let ended = false;
    if (!part.here) void part.fetch().then(() => { if (!ended) draw((count) => count + 1); });
    return () => { ended = true; };
  }, []);
  return part.here;
}
