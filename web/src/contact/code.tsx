import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { clock, day_label, weekday_of } from '../book/state';
import type { Booking } from '../book/state';
import { T, useTexts } from '../core/texts';
import { Times } from './times';
import type { ContactView } from './view';

/** Find a booking by its code, move it or cancel it. */
export function ByCode({ view }: { view: ContactView }): JSX.Element {
  const texts = useTexts();
  const [typed, type] = useState('');
  const [found, set_found] = useState<Booking>();
  const [moving, set_moving] = useState(false);
  const [start, choose] = useState<string>();
  const [lost, set_lost] = useState(0);
  const [said, say] = useState<'moved' | 'cancelled'>();
  const path = `/bookings/${encodeURIComponent(found?.code ?? typed.trim())}`;
  const show = (booking: Booking | undefined, about?: 'moved' | 'cancelled'): void => { set_found(booking); set_moving(false); choose(undefined); say(about); };
  async function look(): Promise<void> {
    const answer = await view.run<Booking>('GET', `/bookings/${encodeURIComponent(typed.trim())}`, undefined);
    show(answer.ok ? answer.data : undefined);
  }
  async function move(): Promise<void> {
    const answer = await view.run<Booking>('PATCH', path, { start });
    if (answer.ok) return show(answer.data, 'moved');
    choose(undefined);
    set_lost(lost + 1);
  }
  async function cancel(): Promise<void> {
    const answer = await view.run<Booking>('DELETE', path, {});
    if (answer.ok) show(answer.data, 'cancelled');
  }
  const open = found?.state === 'booked';
  return (
    <section class="card code" aria-label={texts.t('ui.contact.by_code')}>
      <h2><T k="ui.contact.by_code" /></h2>
      <form onSubmit={(event) => { event.preventDefault(); void look(); }}>
        <label class="field"><span><T k="ui.contact.code" /></span>
          <span class="row"><input name="code" value={typed} required maxLength={24} autoComplete="off" autoCapitalize="characters" onInput={(event) => type(event.currentTarget.value)} />
            <button type="submit" class="line" disabled={view.off || typed.trim() === ''}><T k="ui.host.look" /></button></span></label>
      </form>
      {found && (
        <div class="found" role="status">
          <p><b>{found.services.map((part) => part.name).join(' + ')}</b></p>
          <p>{texts.t('ui.date.weekday', { day: weekday_of(found.start) })} {day_label(found.start)} {clock(found.start)} · {found.code_shown} · <T k={`ui.desk.booking_state.${found.state}`} /></p>
          {said && <p class="done"><T k={`ui.contact.${said}`} /></p>}
          {open && !moving && (
            <div class="go">
              <button type="button" class="second" disabled={view.off} onClick={() => set_moving(true)}><T k="ui.contact.move" /></button>
              <button type="button" class="line" disabled={view.off} onClick={() => void cancel()}><T k="ui.contact.cancel" /></button>
            </div>
          )}
          {open && moving && (
            <>
              <Times service={found.services[0]!.service} party={found.party} instead_of={found.code} chosen={start} choose={choose} again={lost} />
              <div class="go"><button type="button" class="primary" disabled={view.off || !start} onClick={() => void move()}><T k="ui.contact.move_here" /></button></div>
            </>
          )}
        </div>
      )}
    </section>
  );
}
