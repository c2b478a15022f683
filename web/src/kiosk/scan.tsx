// The camera of the box reads the QR code of a booking: only while somebody wants it to, and the glass says so. A picture is looked at and forgotten.
import type { JSX, RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Part } from '../core/part';
import { T } from '../core/texts';
import { CODE_LENGTH, code_in } from './booking_code';

const LOOK_EVERY_MS = 150;
/** Wide enough for a code on a phone at arm's length. */
const LOOK_WIDTH = 640;

const QR = new Part(() => import('./qr'));

type Read = (picture: HTMLVideoElement) => Promise<string | undefined>;
/** Where a browser reads codes itself. */
interface Detector { detect(picture: HTMLVideoElement): Promise<{ rawValue: string }[]> }
interface Detectors { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> }

async function reader(): Promise<Read> {
  const own = (globalThis as { BarcodeDetector?: Detectors }).BarcodeDetector;
  if (own && (await own.getSupportedFormats()).includes('qr_code')) {
    const detector = new own({ formats: ['qr_code'] });
    return async (picture) => (await detector.detect(picture))[0]?.rawValue;
  }
  const { decodeQR } = await QR.fetch();
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  return async (picture) => {
    if (!pen || picture.videoWidth === 0) return undefined;
    canvas.width = Math.min(LOOK_WIDTH, picture.videoWidth);
    canvas.height = Math.round((canvas.width * picture.videoHeight) / picture.videoWidth);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const { width, height, data } = pen.getImageData(0, 0, canvas.width, canvas.height);
    try {
      return decodeQR({ width, height, data });
    } catch {
      return undefined;   // no code in it
    }
  };
}

/** The code of a booking, alone or in its address; anything else that a code may hold is not ours. */
export function booking_in(read: string): string | undefined {
  const ours = /\/book\//i.test(read) || read.replace(/[\s-]/g, '').length === CODE_LENGTH;
  const code = ours ? code_in(read) : '';
  return code.length === CODE_LENGTH ? code.toLowerCase() : undefined;
}

/** Whether this box has a camera that the page may use. */
export function useCamera(): boolean {
  const [there, set_there] = useState(false);
  useEffect(() => { void navigator.mediaDevices?.enumerateDevices().then((all) => set_there(all.some((each) => each.kind === 'videoinput'))).catch(() => undefined); }, []);
  return there;
}

const switch_off = (stream: MediaStream | undefined): void => stream?.getTracks().forEach((track) => track.stop());

/** Looks until there is a code of a booking; off when it is left, whatever the way. */
function useScan(found: (code: string) => void): { picture: RefObject<HTMLVideoElement | null>; state: 'asking' | 'on' | 'failed'; other: boolean } {
  const picture = useRef<HTMLVideoElement>(null);
  const [state, set_state] = useState<'asking' | 'on' | 'failed'>('asking');
  const [other, set_other] = useState(false);
  useEffect(() => {
    let ended = false;
    let stream: MediaStream | undefined;
    const fail = (): void => { switch_off(stream); if (!ended) set_state('failed'); };
    const look = async (): Promise<void> => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, height: { ideal: 720 } }, audio: false });
      const video = picture.current;
      if (ended || !video) return switch_off(stream);
      stream.getTracks().forEach((track) => track.addEventListener('ended', fail));   // pulled out
      video.srcObject = stream;
      await video.play();
      set_state('on');
      const read = await reader();
      while (!ended) {
        const text = await read(video);
        const code = text && booking_in(text);
        if (code && !ended) return found(code);
        if (text) set_other(true);
        await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
      }
    };
    look().catch(fail);
    return () => { ended = true; switch_off(stream); };
  }, []);
  return { picture, state, other };
}

export function Scan({ found, stop }: { found: (code: string) => void; stop: () => void }): JSX.Element {
  const { picture, state, other } = useScan(found);
  const off = useRef<HTMLButtonElement>(null);
  useEffect(() => off.current?.focus(), []);
  return (
    <div class="scan" data-camera={state}>
      {state === 'failed'
        ? <p class="lead" role="alert"><T k="booking.kiosk_scan_none" /></p>
        : <><video ref={picture} muted playsInline aria-hidden="true" />
          <p class="camera" role="status">{state === 'on' && <span class="lamp" aria-hidden="true" />}<span>{state === 'on' && <><T k="booking.kiosk_scan_on" /> </>}<T k={other ? 'booking.kiosk_scan_other' : 'booking.kiosk_scan_text'} /></span></p></>}
      <button ref={off} type="button" onClick={stop}><T k={state === 'failed' ? 'ui.kiosk.back' : 'booking.kiosk_scan_stop'} /></button>
    </div>
  );
}
