// Boards and kiosks as they look now: their own pages at the size of their screens, made small. They sound nothing and are not counted as screens.
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../core/icons';
import { Spoken, T, useTexts } from '../core/texts';
import type { Device, Named } from '../core/types';
import { device_said } from '../core/words';

type Kind = 'board' | 'kiosk';

/** Each is a page of its own with a link of its own. */
const PICTURES_MAX = 8;
/** Of a screen that has not said its size. */
const USUAL: Record<Kind, [number, number]> = { board: [1920, 1080], kiosk: [1080, 1920] };
const SIDE_MAX = 8_000;

function size_of(kind: Kind, device: Device | undefined): [number, number] {
  const size: [number, number] = [Number(device?.details?.['width']), Number(device?.details?.['height'])];
  return size.every((side) => side > 0 && side <= SIDE_MAX) ? size : USUAL[kind];
}

export function Pictures({ kind, places, devices }: { kind: Kind; places: readonly Named[]; devices: readonly Device[] }): JSX.Element {
  return (
    <section class="walls" data-pictures={kind}>
      <h2><T k={`ui.whole.${kind}s`} /></h2>
      {places.length === 0 && <p class="quiet"><T k={`ui.whole.no_${kind}s`} /></p>}
      <ul class={kind}>{places.slice(0, PICTURES_MAX).map((place) => (
        <li key={place.id}><Picture kind={kind} place={place} device={devices.find((each) => each.kind === kind && each.id === place.id)} /></li>))}</ul>
      {places.length > PICTURES_MAX && <p class="quiet"><T k="ui.whole.more" a={{ n: places.length - PICTURES_MAX }} /></p>}
    </section>
  );
}

function Picture({ kind, place, device }: { kind: Kind; place: Named; device: Device | undefined }): JSX.Element {
  const texts = useTexts();
  const box = useRef<HTMLDivElement>(null);
  const [width, height] = size_of(kind, device);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => element.style.setProperty('--scale', String(element.clientWidth / width)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [width]);
  const page = `/${kind}/${encodeURIComponent(place.id)}`;
  const trouble = device && device.state !== 'ready' ? device_said(texts, device.reason, device.state, device.words).words : undefined;
  return (
    <>
      <div class="picture" ref={box} data-of={`${kind}:${place.id}`} style={{ aspectRatio: `${width} / ${height}`, '--w': `${width}px`, '--h': `${height}px` }}>
        <iframe src={`${page}?look=1`} title={texts.t('ui.whole.board', { name: place.name })} tabIndex={-1} loading="lazy" />
      </div>
      {trouble && device && <p class={`state ${device.state}`}><Icon name="warning" /><Spoken said={trouble} /></p>}
      <a class="line" href={page}><T k="ui.whole.open_board" a={{ name: place.name }} /></a>
    </>
  );
}
