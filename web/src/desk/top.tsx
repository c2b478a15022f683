import type { JSX } from 'preact';
import { T, useTexts } from '../core/texts';
import { wall, wall_parts } from '../core/time';
import type { Feed } from '../core/feed_state';
import type { View } from './view';

interface Props { view: View; link: Feed['link']; heard: string | undefined; name: string | undefined; offset: number; switch_language: () => void }

export function Top({ view, link, heard, name, offset, switch_language }: Props): JSX.Element {
  const texts = useTexts();
  const { desk, keys, now } = view;
  const clerk = name ?? desk.clerk;
  return (
    <>
      <header class="top">
        <h1>{texts.name(desk.names, desk.name).text}</h1>
        {clerk && <p class="who">{clerk}</p>}
        <div class="right">
          {desk.served_today !== undefined && <p class="today"><T k="ui.desk.today" a={{ n: desk.served_today, minutes: Math.round((desk.mean_service_s ?? 0) / 60) }} /></p>}
          {desk.state === 'open' && <button type="button" class={desk.idle_reason ? 'mark' : 'quiet'} data-action="calling" onClick={() => view.press('calling')}>
            <T k={desk.idle_reason ? 'ui.desk.calling_idle' : desk.auto_next ? 'ui.desk.calling_self' : 'ui.desk.calling'} /></button>}
          {desk.state !== 'closed' && <button type="button" class={desk.help ? 'danger' : 'quiet'} data-action="help" onClick={() => view.press('help')}><T k="ui.desk.help" /></button>}
          <DeskSwitch view={view} />
          <button type="button" class="quiet" data-action="keys" onClick={() => view.send({ type: 'panel', panel: { name: 'keys' } })}><T k={keys ? 'ui.desk.keys_on' : 'ui.desk.keys_off'} /></button>
          <button type="button" class="quiet" lang={texts.language === 'da' ? 'en' : 'da'} onClick={switch_language}>{texts.language === 'da' ? 'English' : 'Dansk'}</button>
          <p class={`link ${link}`} role="status"><span class="dot" aria-hidden="true" /><T k={link === 'live' ? 'ui.desk.connected' : link === 'connecting' ? 'ui.desk.connecting' : 'ui.desk.disconnected'} /></p>
          <p class="clock">{wall_parts(now, offset).clock}</p>
        </div>
      </header>
      {(link === 'stale' || link === 'lost') && (
        <p class="offline" role="alert"><T k="ui.desk.offline" a={{ clock: heard ? wall(heard) : '–' }} /></p>
      )}
    </>
  );
}

/** Open, on a break, closed: what the desk is now, and the way to change it. */
function DeskSwitch({ view }: { view: View }): JSX.Element {
  const { desk, act, off, press } = view;
  const offline = off('new') !== undefined;
  if (desk.state === 'open') {
    return (
      <p class="switch">
        <span class="state open"><T k="ui.desk.state_open" /></span>
        <button type="button" disabled={off('break') !== undefined} onClick={() => press('break')}><T k="ui.desk.pause" /></button>
        <button type="button" disabled={offline || desk.visit !== undefined} onClick={act.close}><T k="ui.desk.close" /></button>
      </p>
    );
  }
  return (
    <p class="switch">
      <span class={`state ${desk.state}`}><T k={desk.state === 'break' ? 'ui.desk.state_break' : 'ui.desk.state_closed'} /></span>
      {desk.state === 'break' && <button type="button" disabled={offline} onClick={act.close}><T k="ui.desk.close" /></button>}
    </p>
  );
}
