import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { clock, contact_of, day_label, weekday_of } from '../book/state';
import type { Booking } from '../book/state';
import { T, useTexts } from '../core/texts';
import { wall } from '../core/time';
import { Chip, Chips, Stepper, toggled } from '../host/chips';
import { language_name } from '../host/names';
import { NEEDS, PARTY_MAX } from '../host/view';
import { body_of, nothing, parted, service_linked } from './state';
import type { ContactService, Wish } from './state';
import { Sites } from './sites';
import { Times } from './times';
import type { ContactView } from './view';

interface Rung { number: string; callback: { from: string; until: string } }
type Result = { booked: Booking } | { rung: Rung };

/** What it is about, who it is for, then a time or a call. One form, top to bottom, for somebody with a telephone at the ear. */
export function Take({ view }: { view: ContactView }): JSX.Element {
  const texts = useTexts();
  const home = view.contact.languages[0] ?? 'da';
  const [wish, set] = useState(() => nothing(home, service_linked(location.hash)));
  const [result, set_result] = useState<Result>();
  const change = (part: Partial<Wish>): void => set({ ...wish, ...part });
  const { offered, elsewhere } = parted(view.contact.services);
  const service = offered.find((each) => each.id === wish.service);
  if (result) return <Told result={result} today={view.contact.at.slice(0, 10)} done={() => { set_result(undefined); set(nothing(home)); }} />;
  return (
    <section class="card take" aria-label={texts.t('ui.contact.new')}>
      <h2><T k="ui.contact.new" /></h2>
      <ul class="services">
        {offered.map((each) => (
          <li key={each.id}><button type="button" aria-pressed={wish.service === each.id} data-service={each.id} onClick={() => change({ service: wish.service === each.id ? '' : each.id })}>
            <b>{each.name}</b><small>{each.authority_name ?? each.authority}</small></button></li>
        ))}
      </ul>
      {elsewhere.length > 0 && (
        <details class="elsewhere"><summary><T k="ui.contact.elsewhere" a={{ n: elsewhere.length }} /></summary>
          <ul>{elsewhere.map((each) => <li key={each.id}>{each.name} – <T k={`ui.contact.${each.refused === 'authority_decides' ? 'authority_decides' : 'not_yours'}`} a={{ authority: each.authority_name ?? each.authority }} /></li>)}</ul>
        </details>
      )}
      {service && <Form key={service.id} view={view} service={service} wish={wish} change={change} done={set_result} />}
      <Sites known={view.contact.sites} service={service?.id ?? ''} />
    </section>
  );
}

function Form({ view, service, wish, change, done }: { view: ContactView; service: ContactService; wish: Wish; change: (part: Partial<Wish>) => void; done: (result: Result) => void }): JSX.Element {
  const texts = useTexts();
  const [start, choose] = useState<string>();
  const [lost, set_lost] = useState(0);
  const contact = contact_of(wish.contact);
  async function book(): Promise<void> {
    const answer = await view.run<Booking>('POST', '/bookings', { ...body_of(wish), start, ...(contact ? { contact } : {}) });
    if (answer.ok) return done({ booked: answer.data });
    choose(undefined);
    set_lost(lost + 1);
  }
  async function ring(): Promise<void> {
    const answer = await view.run<Rung>('POST', '/visits', { ...body_of(wish), callback: true, contact: { phone: wish.contact.trim() } });
    if (answer.ok) done({ rung: answer.data });
  }
  return (
    <div class="form">
      {service.self_service && <p class="hint"><b><T k="ui.contact.self_service" /></b> {service.self_service}</p>}
      <div class="options">
        <Stepper label={texts.t('ui.host.party')} less={texts.t('ui.host.fewer')} more={texts.t('ui.host.more')} value={wish.party} max={PARTY_MAX} set={(party) => { choose(undefined); change({ party }); }} />
        <Chips title={texts.t('ui.host.language')}>
          {view.contact.languages.map((code) => <Chip key={code} on={wish.language === code} press={() => change({ language: code })}>{language_name(texts, code)}</Chip>)}
        </Chips>
        <Chips title={texts.t('ui.host.needs')}>
          {NEEDS.map((need) => <Chip key={need} on={wish.needs.includes(need)} press={() => change({ needs: toggled(wish.needs, need) })}>{texts.t(`ui.host.need.${need}`)}</Chip>)}
        </Chips>
        <label class="field"><span><T k="ui.contact.contact" /></span>
          <input name="contact" value={wish.contact} maxLength={200} autoComplete="off" onInput={(event) => change({ contact: event.currentTarget.value })} /></label>
      </div>
      {service.telephone && (
        <div class="ring">
          <button type="button" class="second" disabled={view.off || !contact?.phone} onClick={() => void ring()}><T k="ui.contact.ring" /></button>
          <p><T k={view.contact.open ? 'ui.contact.ring_about' : 'ui.contact.ring_closed'} /></p>
        </div>
      )}
      {service.bookable && <Times service={service.id} party={wish.party} chosen={start} choose={choose} again={lost} />}
      {service.bookable && (
        <div class="go"><button type="button" class="primary" disabled={view.off || !start} onClick={() => void book()}>
          {start ? texts.t('ui.contact.book_at', { when: `${texts.t('ui.date.weekday', { day: weekday_of(start) })} ${day_label(start)} ${clock(start)}` }) : texts.t('ui.contact.choose_time')}</button></div>
      )}
    </div>
  );
}

/** What the citizen is told, in large letters to read aloud. */
function Told({ result, today, done }: { result: Result; today: string; done: () => void }): JSX.Element {
  const texts = useTexts();
  const booked = 'booked' in result ? result.booked : undefined;
  const rung = 'rung' in result ? result.rung : undefined;
  const later = rung !== undefined && rung.callback.from.slice(0, 10) !== today;
  return (
    <section class="card told" role="status">
      <h2><T k={booked ? 'ui.contact.booked' : 'ui.contact.rung'} /></h2>
      {booked && <><p class="code">{booked.code_shown}</p>
        <p>{booked.services.map((part) => part.name).join(' + ')} · {texts.t('ui.date.weekday', { day: weekday_of(booked.start) })} {day_label(booked.start)} {clock(booked.start)}</p></>}
      {rung && <p class="code">{later && `${texts.t('ui.date.weekday', { day: weekday_of(rung.callback.from) })} ${day_label(rung.callback.from)} `}{wall(rung.callback.from)}–{wall(rung.callback.until)}</p>}
      {rung && <p><T k={later ? 'ui.contact.rung_later' : 'ui.contact.rung_about'} /></p>}
      <div class="go"><button type="button" class="primary" onClick={done}><T k="ui.contact.next" /></button></div>
    </section>
  );
}
