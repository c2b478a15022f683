import type { JSX } from 'preact';
import { Icon } from '../core/icons';
import type { IconName } from '../core/icons';
import { Spoken, T, offered, useTexts } from '../core/texts';
import type { Kiosk, Service } from '../core/types';
import { device_said, shut_said, wait_said } from '../core/words';
import { layout } from './state';
import type { KioskEvent, KioskState } from './state';

/** Pictures for common services by parts of their id; the name always stands beside. */
const PICTURES: [RegExp, IconName][] = [
  [/pas|passport/, 'pass'], [/k(oe|ø|o)rekort|driv|licen/, 'car'], [/mitid|e-?id|digital-?id/, 'key'], [/laege|doctor|doktor/, 'doctor'],
  [/legit|identity|id-?kort|sundhed|health/, 'card'], [/flyt|mov|address|adresse|cpr/, 'house'], [/viel|wedd|bryllup|marri/, 'rings'],
  [/indskud|loan|laan|deposit|bolig/, 'house'], [/skat|tax/, 'tax'], [/eu|ophold|resid|siri/, 'globe'], [/digital|selvbetj|hj(ae|æ)lp|help/, 'phone'],
  [/attest|certif|doc/, 'paper'],
];

export const picture = (service: string): IconName => PICTURES.find(([pattern]) => pattern.test(service))?.[1] ?? 'chat';

interface Props { kiosk: Kiosk; state: KioskState; send: (event: KioskEvent) => void; take: (service: string) => void; now_ms: number }

export function Home({ kiosk, state, send, take, now_ms }: Props): JSX.Element {
  const texts = useTexts();
  const { columns, per_page } = layout(kiosk.services.length, state.aids, kiosk.languages.length);
  const pages = Math.max(1, Math.ceil(kiosk.services.length / per_page));
  const page = Math.min(state.page, pages - 1);
  const shown = kiosk.services.slice(page * per_page, (page + 1) * per_page);
  const open = kiosk.services.filter((service) => service.open);
  const press = (service: string): void => {
    const hint = !state.chosen?.includes(service) && kiosk.services.some((each) => each.id === service && each.open && each.self_service);
    if (hint) return send({ type: 'yourself', service, now: performance.now() });
    return state.chosen ? send({ type: 'matter', service, now: performance.now() }) : take(service);
  };
  const turn = (to: number): void => send({ type: 'page', page: to, now: performance.now() });
  return (
    <>
      <div class="greet">
        <h1 tabIndex={-1}><T k="ui.kiosk.welcome" /></h1>
        <p class="lead">{kiosk.open ? <T k="ui.kiosk.lead" /> : kiosk.closed_because ? <T k="ui.kiosk.closed_because" a={{ why: texts.name(kiosk.closed_because_names, kiosk.closed_because).text }} /> : <T k="ui.kiosk.closed_lead" />}</p>
        {kiosk.services.some((service) => service.mode !== 'walk_in') && (
          <button type="button" class="booked" onClick={() => send({ type: 'code', now: performance.now() })}><Icon name="clock" /><T k="booking.kiosk_title" /></button>
        )}
      </div>
      {kiosk.back && <p class="back" role="status"><Icon name="check" /><T k={`ui.back.${kiosk.back.from}`} /></p>}
      {state.needs.length > 0 && <p class="told" role="status"><Icon name="check" /><T k="ui.kiosk.needs_told" a={{ needs: state.needs.map((need) => texts.t(`ui.kiosk.need.${need}`)).join(', ') }} /></p>}
      <PaperNotice kiosk={kiosk} />
      <div class="ask">
        <h2><T k={open.length === 0 ? 'ui.kiosk.none_open' : state.chosen ? 'ui.kiosk.choose_several' : 'ui.kiosk.choose'} /></h2>
        {open.length > 1 && !state.chosen && <button type="button" class="more" onClick={() => send({ type: 'several', now: performance.now() })}><T k="ui.kiosk.several" /></button>}
      </div>
      <ul class={`services columns-${columns}`} style={{ '--rows': String(Math.ceil(shown.length / columns)) }}>
        {shown.map((service) => <li key={service.id}><Choice service={service} take={press} now_ms={now_ms} brief={columns === 2} chosen={state.chosen} /></li>)}
      </ul>
      {pages > 1 && (
        <div class="pages">
          <button type="button" disabled={page === 0} onClick={() => turn(page - 1)}><Icon name="back" flip /><T k="ui.kiosk.page_back" /></button>
          <p><T k="ui.kiosk.page" a={{ page: page + 1, pages }} /></p>
          <button type="button" disabled={page === pages - 1} onClick={() => turn(page + 1)}><T k="ui.kiosk.page_on" /><Icon name="chevron" flip /></button>
        </div>
      )}
      {state.chosen ? (
        <div class="act">
          <button type="button" onClick={() => send({ type: 'home', now: performance.now() })}><T k="ui.kiosk.cancel" /></button>
          <button type="button" class="primary" disabled={state.chosen.length === 0} onClick={() => send({ type: 'order', now: performance.now() })}><T k="ui.kiosk.several_on" a={{ n: state.chosen.length }} /></button>
        </div>
      ) : <Languages kiosk={kiosk} state={state} send={send} />}
    </>
  );
}

/** Nothing is hidden: a service that cannot be taken stays visible with why and when. */
function Choice({ service, take, now_ms, brief, chosen }: { service: Service; take: (service: string) => void; now_ms: number; brief: boolean; chosen?: readonly string[] | undefined }): JSX.Element {
  const texts = useTexts();
  const name = texts.name(service.names, service.name);
  if (!service.open) {
    const why = shut_said(texts, service.reason, service.alternatives, service.reason_text, now_ms);
    const words = <><Icon name="clock" /><span class="words"><b><Spoken said={name} /></b><span class="wait"><Spoken said={why} /></span></span></>;
    // Where something else can be done, asking tells what, and the centre learns that somebody asked.
    return service.alternatives?.length && !chosen
      ? <button type="button" class="choice shut" data-service={service.id} onClick={() => take(service.id)}>{words}<Icon name="chevron" width={5} flip /></button>
      : <div class="choice shut">{words}</div>;
  }
  const wait = service.desk_open === false ? texts.say('ui.reason.no_desk') : wait_said(texts, service.estimate, service.waiting);
  const picked = chosen?.includes(service.id);
  return (
    <button type="button" class="choice" data-service={service.id} aria-pressed={picked} onClick={() => take(service.id)}>
      <Icon name={picked ? 'check' : picture(service.id)} />
      <span class="words">
        <b><Spoken said={name} /></b>
        <span class="wait">{!brief && service.waiting > 0 && <><T k="ui.wait.waiting" a={{ n: service.waiting }} /> · </>}<Spoken said={wait} /></span>
      </span>
      {chosen ? <span /> : <Icon name="chevron" width={5} flip />}
    </button>
  );
}

/** A kiosk whose printer is out says so before the tap, not after. */
function PaperNotice({ kiosk }: { kiosk: Kiosk }): JSX.Element | null {
  const texts = useTexts();
  const { printer } = kiosk;
  if (!printer || (kiosk.paper && printer.state !== 'failed' && printer.state !== 'absent')) return null;
  // The daemon's words for the fault are in the site's language; citizens are told in their own, what is wrong where there is a word for it.
  const fault = printer.reason ? device_said(texts, printer.reason, printer.state, undefined).words : undefined;
  const said = fault?.language === texts.language ? fault : texts.say('ui.kiosk.paper_out');
  return (
    <div class="notice" role="status">
      <Icon name="warning" /><p><b><Spoken said={said} /></b><T k="ui.kiosk.no_paper" /></p>
    </div>
  );
}

function Languages({ kiosk, state, send }: { kiosk: Kiosk; state: KioskState; send: (event: KioskEvent) => void }): JSX.Element | null {
  const texts = useTexts();
  const all = offered();
  const list = kiosk.languages.filter((language) => all[language]);
  if (list.length < 2) return null;
  return (
    <div class="languages" role="group" aria-label={texts.t('ui.kiosk.language')}>
      {list.map((language) => (
        <button key={language} type="button" lang={language} dir={all[language]!.dir} aria-pressed={language === state.language}
          onClick={() => send({ type: 'language', language, now: performance.now() })}>{all[language]!.name}</button>
      ))}
    </div>
  );
}
