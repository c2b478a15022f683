// Who did it themselves, where a hint at the kiosk or on the web said how; nothing where nobody did.
import type { JSX } from 'preact';
import { T, useTexts } from '../core/texts';
import { useAnswer } from './asked';
import { Csv, Part, Said } from './waits';

interface Hints { services: { service: string; name: string; kiosk: number; web: number }[]; total: { kiosk: number; web: number } }

export function Hints({ from, to }: { from: string; to: string }): JSX.Element | null {
  const texts = useTexts();
  const period = `from=${from}&to=${to}`;
  const { data } = useAnswer<Hints>(`/reports/self-service?${period}`);
  if (!data || data.services.length === 0) return null;
  const row = (name: string, { web, kiosk }: { web: number; kiosk: number }): string[] => [name, String(web), String(kiosk), String(web + kiosk)];
  return (
    <Part title="ui.report.hints">
      <p class="quiet"><T k="ui.report.hints_about" /></p>
      <Said name={texts.t('ui.report.hints')} head={[texts.t('ui.report.by.service'), texts.t('ui.report.hints_web'), texts.t('ui.report.hints_kiosk'), texts.t('ui.report.hints_all')]}
        rows={[...data.services.map((each) => row(each.name, each)), row(texts.t('ui.report.hints_all'), data.total)]} />
      <Csv href={`/api/v1/reports/self-service?${period}&format=csv`} />
    </Part>
  );
}
