// A visit by telephone: the number, for the desk that has it and for no longer than it has it. It is kept nowhere but in this part of the page.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get } from '../core/api';
import { Spoken, T, useTexts } from '../core/texts';
import type { Current, Problem } from '../core/types';
import { problem_said } from '../core/words';

export function RingUp({ desk, visit }: { desk: string; visit: Current }): JSX.Element {
  const texts = useTexts();
  const [phone, set_phone] = useState<string>();
  const [problem, set_problem] = useState<Problem>();
  useEffect(() => {
    let current = true;
    set_phone(undefined);
    void get<{ visit: string; phone: string }>(`/desks/${encodeURIComponent(desk)}/callback`).then((answer) => {
      if (!current) return;
      set_problem(answer.ok ? undefined : answer.problem);
      if (answer.ok && answer.data.visit === visit.visit) set_phone(answer.data.phone);
    });
    return () => { current = false; };
  }, [desk, visit.visit, visit.callback?.tries]);
  return (
    <div class="ring-up" role="status">
      <p><T k="ui.desk.ring_up" /> {phone ? <a href={`tel:${phone}`}><bdi>{phone}</bdi></a> : !problem && '…'}</p>
      {problem && <p class="quiet"><Spoken said={problem_said(texts, problem)} /></p>}
      {visit.state === 'called' && <p class="quiet"><T k={(visit.callback?.tries ?? 0) === 0 ? 'ui.desk.ring_first' : 'ui.desk.ring_last'} /></p>}
    </div>
  );
}
