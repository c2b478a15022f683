import type { JSX } from 'preact';
import { Icon } from './icons';
import { T } from './texts';
import { wall } from './time';
import type { Alarm } from './types';

/** What staff should look at now, urgent first as it comes. The daemon's sentences are in the language of the page. */
export function Alarms({ alarms }: { alarms: readonly Alarm[] | undefined }): JSX.Element | null {
  if (!alarms) return null;
  return (
    <section class="alarms" aria-live="polite">
      <h2><T k="ui.office.alarms" /></h2>
      {alarms.length === 0 ? <p class="quiet"><T k="ui.office.no_alarms" /></p> : (
        <ul>{alarms.map((alarm) => (
          <li key={alarm.id} class={alarm.severity} data-alarm={alarm.id}><Icon name="warning" /><p><b>{alarm.text}</b> <small>{wall(alarm.since)}</small></p></li>))}</ul>)}
    </section>
  );
}
