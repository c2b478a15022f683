// How good the told waits were over the last thirty days: a promise that the house keeps an eye on itself.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get } from '../core/api';
import { T, useTexts } from '../core/texts';

interface Told { kinds: { kind: 'walk_in' | 'booked' | 'later_step' | 'on_time'; judged: number; inside: number; beyond: number }[]; judged: number; inside: number; beyond: number; mean_error_min: number; mean_width_min: number }

const EVERY_MS = 300_000;

export function ToldWaits(): JSX.Element | null {
  const texts = useTexts();
  const [told, set_told] = useState<Told>();
  useEffect(() => {
    let wanted = true;
    const ask = (): void => void get<Told>('/reports/estimates').then((answer) => { if (wanted && answer.ok) set_told(answer.data); });
    ask();
    const timer = window.setInterval(ask, EVERY_MS);
    return () => { wanted = false; window.clearInterval(timer); };
  }, []);
  if (!told) return null;
  const percent = (share: number): number => Math.round(share * 100);
  const number = (value: number): string => value.toLocaleString(texts.language, { maximumFractionDigits: 1 });
  return (
    <section class="told" aria-labelledby="told-title">
      <h2 id="told-title"><T k="ui.office.told.title" /></h2>
      {told.judged === 0
        ? <p class="quiet"><T k="ui.office.told.none" /></p>
        : <>
          <p><T k="ui.office.told.inside" a={{ n: told.judged, inside: percent(told.inside), beyond: percent(told.beyond) }} /></p>
          <p class="quiet"><T k="ui.office.told.size" a={{ error: number(told.mean_error_min), width: number(told.mean_width_min) }} />{' '}
            <a href="/api/v1/reports/estimates?format=csv"><T k="ui.office.told.csv" /></a></p>
          <ul class="quiet">{told.kinds.filter((each) => each.judged > 0).map((each) => <li key={each.kind} data-kind={each.kind}><T k={`ui.waits.of.${each.kind}`} />: <T k="ui.waits.kept_short" a={{ n: each.judged, inside: percent(each.inside), beyond: percent(each.beyond) }} /></li>)}</ul>
        </>}
    </section>
  );
}
