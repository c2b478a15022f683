import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Fit } from '../core/fit';
import { T, useTexts } from '../core/texts';
import type { Visit } from '../core/types';
import { shut_said, spaced, wait_said } from '../core/words';
import { Chip, Chips, Stepper, toggled } from './chips';
import { language_name } from './names';
import { NEEDS, PARTY_MAX } from './view';
import type { HostView } from './view';

interface Wish { services: string[]; language: string; party: number; needs: string[]; priority: string; print: boolean; number: string }

const nothing = (language: string): Wish => ({ services: [], language, party: 1, needs: [], priority: '', print: true, number: '' });

/** A ticket for somebody who stands here: services, then one press. All else is there for those who need it. */
export function Register({ view }: { view: HostView }): JSX.Element {
  const texts = useTexts();
  const home = view.languages[0] ?? 'da';
  const [wish, set] = useState(nothing(home));
  const [given, set_given] = useState<Visit>();
  const change = (part: Partial<Wish>): void => set({ ...wish, ...part });
  const on_paper = view.room.mode === 'paper_roll';
  const stopped = view.room.evacuation.active;

  async function take(): Promise<void> {
    const body = {
      services: wish.services, language: wish.language, party: wish.party, channel: 'host', standby: true, print: wish.print && !wish.number,
      ...(wish.needs.length > 0 ? { needs: wish.needs } : {}), ...(wish.priority ? { priority: wish.priority } : {}), ...(wish.number ? { number: wish.number } : {}),
    };
    const answer = await view.run<Visit>('POST', '/visits', body);
    if (!answer.ok) return;
    set_given(answer.data);
    set(nothing(home));
  }

  if (given) return <Given visit={given} view={view} done={() => set_given(undefined)} />;
  return (
    <section class="register" aria-label={texts.t('ui.host.new')}>
      <h2><T k="ui.host.new" /></h2>
      <ul class="services">
        {view.services.map((service) => {
          const order = wish.services.indexOf(service.id);
          const shut = !service.open && service.reason !== 'booking_required';
          return (
            <li key={service.id}>
              <button type="button" aria-pressed={order >= 0} data-service={service.id} disabled={shut} onClick={() => change({ services: toggled(wish.services, service.id).slice(0, 8) })}>
                <b>{texts.name(service.names, service.name).text}</b>
                <small>{shut ? shut_said(texts, service.reason, service.alternatives, service.reason_text, view.now).text : wait_said(texts, service.estimate, service.waiting).text}</small>
                {order >= 0 && wish.services.length > 1 && <span class="order">{order + 1}</span>}
              </button>
            </li>
          );
        })}
      </ul>
      <div class="options">
        <Stepper label={texts.t('ui.host.party')} less={texts.t('ui.host.fewer')} more={texts.t('ui.host.more')} value={wish.party} max={PARTY_MAX} set={(party) => change({ party })} />
        <Chips title={texts.t('ui.host.language')}>
          {view.languages.map((code) => <Chip key={code} on={wish.language === code} press={() => change({ language: code })}>{language_name(texts, code)}</Chip>)}
        </Chips>
        {view.room.priorities.length > 0 && (
          <Chips title={texts.t('ui.host.priority')}>
            {view.room.priorities.map((each) => <Chip key={each.id} on={wish.priority === each.id} press={() => change({ priority: wish.priority === each.id ? '' : each.id })}>{each.name}</Chip>)}
          </Chips>
        )}
        <Chips title={texts.t('ui.host.needs')}>
          {NEEDS.map((need) => <Chip key={need} on={wish.needs.includes(need)} press={() => change({ needs: toggled(wish.needs, need) })}>{texts.t(`ui.host.need.${need}`)}</Chip>)}
        </Chips>
        {on_paper && (
          <label class="field"><span><T k="ui.host.roll_number" /></span>
            <input name="roll" value={wish.number} maxLength={16} autoComplete="off" autoCapitalize="characters" onInput={(event) => change({ number: event.currentTarget.value })} /></label>
        )}
      </div>
      <div class="go">
        <Chip on={wish.print && !wish.number} off={wish.number !== ''} press={() => change({ print: !wish.print })}><T k="ui.host.print" /></Chip>
        <a class="book" href={`/book${wish.services[0] ? `?service=${encodeURIComponent(wish.services[0])}` : ''}`}><T k="ui.host.book" /></a>
        <button type="button" class="primary" disabled={view.off || stopped || wish.services.length === 0} onClick={() => void take()}><T k={wish.number ? 'ui.host.register' : 'ui.host.take'} /></button>
      </div>
    </section>
  );
}

function Given({ visit, view, done }: { visit: Visit; view: HostView; done: () => void }): JSX.Element {
  const find = async (): Promise<void> => {
    const answer = await view.run<never[]>('GET', `/visits?number=${encodeURIComponent(visit.number)}`, undefined);
    if (answer.ok) view.choose((answer.data as never[])[0]);
    done();
  };
  return (
    <section class="register given" role="status">
      <h2><T k="ui.host.given" /></h2>
      <Fit class="number">{spaced(visit.number)}</Fit>
      <p>{visit.steps.map((step) => step.name ?? step.service).join(' · ')}</p>
      <div class="go">
        <button type="button" class="line" onClick={() => void find()}><T k="ui.host.change" /></button>
        <button type="button" class="primary" onClick={done}><T k="ui.host.next_citizen" /></button>
      </div>
    </section>
  );
}
