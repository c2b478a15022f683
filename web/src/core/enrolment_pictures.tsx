// What the camera sees now and what was taken, with the lines a document's portrait is measured by. Small pictures, asked for while
// they are looked at, forgotten when they are not.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { T, useTexts } from './texts';

const AGAIN_AFTER_MS = 2_000;

/** A picture of the daemon's as something an image can show; undefined = there is none. The caller gives it back. */
async function picture_at(path: string, heard?: (say: string) => void): Promise<string | undefined> {
  const answer = await fetch(`/api/v1${path}`, { credentials: 'same-origin', cache: 'no-store' }).catch(() => undefined);
  if (answer?.ok) heard?.(answer.headers.get('Skranke-Say') ?? '');
  return answer?.ok ? URL.createObjectURL(await answer.blob()) : undefined;
}

/** The live picture, one after the other as fast as they come; `heard` is told what is to be said of it. */
export function useLive(path: string, every_ms: number, heard?: (say: string) => void): { image: { current: HTMLImageElement | null }; lost: boolean } {
  const image = useRef<HTMLImageElement>(null);
  const [lost, set_lost] = useState(false);
  const hears = useRef(heard);
  hears.current = heard;
  useEffect(() => {
    let current = true;
    let shown = '';
    const show = async (): Promise<void> => {
      while (current) {
        const next = await picture_at(path, (say) => { if (current) hears.current?.(say); });
        if (next && current && image.current) {
          image.current.src = next;
          if (shown) URL.revokeObjectURL(shown);
          shown = next;
        } else if (next) {
          URL.revokeObjectURL(next);
        }
        if (!current) break;
        set_lost(!next);
        await new Promise((done) => window.setTimeout(done, next ? every_ms : AGAIN_AFTER_MS));
      }
      if (shown) URL.revokeObjectURL(shown);
    };
    void show();
    return () => { current = false; };
  }, [path, every_ms]);
  return { image, lost };
}

/** Head box and eye line. Of a portrait cut for the document: crown at 9 % of its height, 73.5 % from there to the chin, eyes half-way;
 *  between the thin lines a head may end. Live the whole is a little smaller, so that the cut has room. */
function Lines({ cut }: { cut: boolean }): JSX.Element {
  return cut ? (
    <svg viewBox="0 0 350 450" aria-hidden="true">
      <ellipse cx="175" cy="206" rx="118" ry="165" /><path d="M60 206H290M175 20V430" />
      <path class="limit" d="M95 71H255M95 356H255" />
    </svg>
  ) : (
    <svg viewBox="0 0 240 320" aria-hidden="true">
      <ellipse cx="120" cy="150" rx="78" ry="108" /><path d="M42 150H198M120 24V290" />
    </svg>
  );
}

export function Live({ path, every_ms, small, heard }: { path: string; every_ms: number; small: boolean; heard?: (say: string) => void }): JSX.Element {
  const texts = useTexts();
  const { image, lost } = useLive(`${path}/preview${heard ? '?judge=true' : ''}`, every_ms, heard);
  return (
    <div class={small ? 'preview live small' : 'preview live'} data-lost={lost ? 'yes' : 'no'}>
      <img ref={image} alt={texts.t('ui.enrol.preview')} width="240" height="320" />
      <Lines cut={false} />
      <span class="badge"><T k="ui.enrol.live" /></span>
      {lost && <p role="alert"><T k="ui.enrol.no_picture" /></p>}
    </div>
  );
}

/** A picture that stays as it is, while it is looked at. */
export function usePicture(path: string): { shown: string | undefined; missing: boolean } {
  // With the path it is of: the one before is never shown, not for a moment, as the next.
  const [held, hold] = useState<{ path: string; url: string | undefined }>();
  const [missing, set_missing] = useState(false);
  useEffect(() => {
    let current = true;
    let mine: string | undefined;
    void picture_at(path).then((next) => {
      mine = next;
      if (!current) { if (next) URL.revokeObjectURL(next); return; }
      set_missing(!next);
      hold({ path, url: next });
    });
    return () => { current = false; if (mine) URL.revokeObjectURL(mine); };
  }, [path]);
  return { shown: held?.path === path ? held.url : undefined, missing };
}

/** A capture once more. `lines`: of a portrait. */
export function Taken({ path, capture, words, lines }: { path: string; capture: number; words: string; lines?: boolean }): JSX.Element {
  const { shown, missing } = usePicture(`${path}/captures/${capture}`);
  return (
    <figure class={lines ? 'preview taken portrait' : 'preview taken'} data-capture={capture} data-shown={shown ? 'yes' : 'no'}>
      {shown && <img src={shown} alt={words} />}
      {shown && lines && <Lines cut />}
      {missing && <p role="status"><T k="ui.enrol.not_shown" /></p>}
      <figcaption class="badge">{words}</figcaption>
    </figure>
  );
}
