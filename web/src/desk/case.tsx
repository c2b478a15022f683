import type { JSX } from 'preact';
import { Icon } from '../core/icons';
import { Spoken, T, useTexts } from '../core/texts';
import type { Key } from '../core/texts';
import type { Feed } from '../core/feed_state';
import type { Current } from '../core/types';
import { device_said, problem_said, spaced } from '../core/words';
import type { View } from './view';
import { Enrolment } from './enrolment';
import { Panels } from './panels';
import { OUTCOMES } from './state';

export function Case({ view, link }: { view: View; link: Feed['link'] }): JSX.Element {
  const texts = useTexts();
  const { desk, state } = view;
  return (
    <section class="case" aria-label={texts.t('ui.desk.case')}>
      <div class="card">
        <Messages view={view} />
        {state.panel.name !== 'none' ? <Panels view={view} /> : desk.visit ? <Visit view={view} visit={desk.visit} /> : <Nobody view={view} link={link} />}
      </div>
    </section>
  );
}

function Messages({ view }: { view: View }): JSX.Element {
  const texts = useTexts();
  const { state, send } = view;
  return (
    <div class="messages" aria-live="polite">
      {state.problem && (
        <p class="problem" role="alert"><Icon name="warning" /><span><Spoken said={problem_said(texts, state.problem)} /></span>
          <button type="button" onClick={() => send({ type: 'dismiss' })}><T k="ui.desk.dismiss" /></button></p>
      )}
      {state.said && <p class="said"><Icon name="check" /><span>{state.said}</span><button type="button" onClick={() => send({ type: 'dismiss' })}><T k="ui.desk.dismiss" /></button></p>}
    </div>
  );
}

function Nobody({ view, link }: { view: View; link: Feed['link'] }): JSX.Element {
  const { desk, keys } = view;
  const open = desk.state === 'open';
  const hint: Key = link !== 'live' ? 'ui.desk.offline_hint' : !open ? 'ui.desk.open_hint' : desk.waiting === 0 ? 'ui.desk.empty_hint' : keys ? 'ui.desk.call_hint' : 'ui.desk.call_hint_plain';
  return (
    <div class="big">
      <h2>{open ? <T k="ui.desk.nobody_here" /> : <T k={desk.state === 'break' ? 'ui.desk.on_break' : 'ui.desk.is_closed'} />}</h2>
      <p><T k={hint} /></p>
      <Parked view={view} />
    </div>
  );
}

function Parked({ view }: { view: View }): JSX.Element | null {
  const { desk, send } = view;
  if (desk.parked.length === 0) return null;
  return <p><button type="button" class="line" onClick={() => send({ type: 'tab', tab: 'parked' })}><T k="ui.desk.some_parked" a={{ n: desk.parked.length }} /></button></p>;
}

function Visit({ view, visit }: { view: View; visit: Current }): JSX.Element {
  const { state, send } = view;
  const texts = useTexts();
  return (
    <div class="visit">
      <Enrolment key={visit.visit} view={view} visit={visit} />
      <Why visit={visit} />
      <Steps view={view} visit={visit} />
      <fieldset class="outcomes">
        <legend><T k="ui.desk.outcome_title" /></legend>
        {OUTCOMES.map((outcome) => (
          <label key={outcome}>
            <input type="radio" name="outcome" value={outcome} checked={state.outcome === outcome} onChange={() => send({ type: 'outcome', outcome })} />
            <span><b>{texts.t(`ui.outcome.${outcome}`)}</b><small>{texts.t(`ui.outcome_more.${outcome}`)}</small></span>
          </label>
        ))}
      </fieldset>
      <Paper view={view} visit={visit} />
    </div>
  );
}

/** Why this one: the clerk can answer the question that the waiting room asks. */
function Why({ visit }: { visit: Current }): JSX.Element | null {
  const texts = useTexts();
  if (!visit.why) return null;
  const key = `why.${visit.why.code}`;
  const runner_up = visit.why.runner_up ? spaced(visit.why.runner_up) : '';
  const text = visit.why.text || (texts.has(key) ? texts.t(key, { minutes: Math.round(visit.waited_s / 60), number: spaced(visit.number), runner_up }) : visit.why.code);
  return (
    <div class="why"><h3><T k="ui.desk.why_title" a={{ number: spaced(visit.number) }} /></h3><p>{text}</p>
      {runner_up && <p class="quiet"><T k="ui.desk.runner_up" a={{ number: runner_up }} /></p>}</div>
  );
}

function Steps({ view, visit }: { view: View; visit: Current }): JSX.Element | null {
  const texts = useTexts();
  const left = visit.next_steps ?? [];
  if (left.length === 0) return null;
  return (
    <section class="next-steps" aria-label={texts.t('ui.desk.next_steps')}>
      <h3><T k="ui.desk.next_steps" /></h3>
      <ul class="choices row">
        {left.map((each) => (
          <li key={each.step}><button type="button" data-step={each.step} disabled={!each.here || view.off('go_on') !== undefined} onClick={() => view.act.go_on(view.state.outcome, each.step)}>
            <b>{each.service_name}</b><small>{texts.t(each.here ? 'ui.desk.step_here' : each.ready ? 'ui.desk.step_elsewhere' : 'ui.desk.step_later')}</small></button></li>
        ))}
      </ul>
    </section>
  );
}

function Paper({ view, visit }: { view: View; visit: Current }): JSX.Element | null {
  const texts = useTexts();
  if (!visit.print) return null;
  const { state, fault } = visit.print;
  const said = state === 'failed' && fault ? device_said(texts, fault, 'failed', undefined).words : texts.say(`ui.print.${state}`);
  return (
    <p class={state === 'failed' || state === 'unknown' ? 'print trouble' : 'print'}>
      <Icon name="ticket" /><span><Spoken said={said} /></span>
      <button type="button" disabled={view.off('new') !== undefined} onClick={() => view.act.reprint(visit.visit)}><T k="ui.desk.reprint" /></button>
    </p>
  );
}
