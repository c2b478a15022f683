// "I have booked": the code by touch, by keyboard or by a code reader that types, and the booking becomes a ticket.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../core/icons';
import { T, useTexts } from '../core/texts';
import { CODE_LENGTH, SIGNS, code_in } from './booking_code';
import { Scan, useCamera } from './scan';
import type { KioskEvent } from './state';

/** `100H TXND` */
const shown = (code: string): string => (code.length > 4 ? `${code.slice(0, 4)} ${code.slice(4)}` : code);

export function Code({ check_in, send }: { check_in: (code: string) => void; send: (event: KioskEvent) => void }): JSX.Element {
  const texts = useTexts();
  const [code, set_code] = useState('');
  const type = (sign: string): void => set_code((before) => code_in(before + sign));
  const ready = code.length === CODE_LENGTH;
  const camera = useCamera();
  const [scanning, set_scanning] = useState(false);
  return (
    <form class="typed" onSubmit={(event) => { event.preventDefault(); if (ready) check_in(code.toLowerCase()); }}>
      <h1 tabIndex={-1}><T k="booking.kiosk_title" /></h1>
      {scanning ? <Scan found={check_in} stop={() => set_scanning(false)} /> : <>
      <p class="lead"><T k="booking.kiosk_lead" /></p>
      {camera && <p class="show"><button type="button" data-scan onClick={() => set_scanning(true)}><Icon name="phone" /><T k="booking.kiosk_scan" /></button></p>}
      <input type="text" inputMode="none" autocomplete="off" spellcheck={false} aria-label={texts.t('booking.code')} value={shown(code)}
        onInput={(event) => set_code(code_in(event.currentTarget.value))} />
      <div class="signs" role="group" aria-label={texts.t('booking.code')}>
        {Array.from(SIGNS).map((sign) => <button type="button" key={sign} disabled={ready} onClick={() => type(sign)}>{sign}</button>)}
      </div>
      <p class="wipe"><button type="button" disabled={code === ''} onClick={() => set_code(code.slice(0, -1))}><Icon name="back" flip /><T k="booking.kiosk_wipe" /></button></p>
      </>}
      <div class={scanning ? 'act one' : 'act'}>
        <button type="button" onClick={() => send({ type: 'home', now: performance.now() })}><T k="ui.kiosk.back" /></button>
        {!scanning && <button type="submit" class="primary" disabled={!ready}><T k="booking.kiosk_here" /></button>}
      </div>
    </form>
  );
}
