// Whom of those that this desk serves no message reached: they may not come when they are called.
import type { JSX } from 'preact';
import { People, reason_said, useLost } from '../core/lost';
import type { Lost } from '../core/lost';
import { Icon } from '../core/icons';
import { T, useTexts } from '../core/texts';
import type { Desk } from '../core/types';
import { Panel } from './panel';
import type { View } from './view';

const EVERY_MS = 120_000;

/** Of the services of this desk; a list that does not say which services is for everybody. */
export function useUntold(desk: Desk | undefined): readonly Lost[] {
  const list = useLost(EVERY_MS);
  return (list?.out_of_reach ?? []).filter((each) => !each.service_ids || each.service_ids.some((id) => desk?.services.includes(id)));
}

export const untold_of = (view: View, key: string | undefined): Lost | undefined => view.untold.find((each) => key !== undefined && (each.number === key || each.code === key));

/** Beside a number or a booking. */
export function Untold({ view, of }: { view: View; of: string }): JSX.Element | null {
  const texts = useTexts();
  const lost = untold_of(view, of);
  if (!lost) return null;
  return <p class="untold" data-untold={of}><Icon name="warning" /><span><T k="ui.desk.untold_one" a={{ what: texts.t(`ui.messages.kind.${lost.kind}`), why: reason_said(texts, lost.reason) }} /></span></p>;
}

export function UntoldButton({ view }: { view: View }): JSX.Element | null {
  if (view.untold.length === 0) return null;
  return <button type="button" class="untold" data-action="untold" onClick={() => view.send({ type: 'panel', panel: { name: 'untold' } })}><Icon name="warning" /><span><T k="ui.desk.untold" a={{ n: view.untold.length }} /></span></button>;
}

export function UntoldPanel({ view }: { view: View }): JSX.Element {
  const texts = useTexts();
  return <Panel title={texts.t('ui.messages.out_of_reach')} view={view}><People data={{ out_of_reach_count: view.untold.length, out_of_reach: [...view.untold] }} max={view.untold.length} /></Panel>;
}
