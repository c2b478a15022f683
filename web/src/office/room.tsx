// The room as a whole, for those who run it: out of the house and in again, tickets off a roll and back. Each asks once before it is done.
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { call } from '../core/api';
import { RoomBar } from '../core/room';
import { Spoken, T, useTexts } from '../core/texts';
import type { Key } from '../core/texts';
import { wall } from '../core/time';
import type { Problem, Roll, Room } from '../core/types';
import { problem_said, spaced } from '../core/words';

type Asked = 'none' | 'evacuate' | 'return' | 'paper' | 'normal';

export function RoomPanel({ room, stale }: { room: Room; stale: boolean }): JSX.Element {
  const texts = useTexts();
  const [asked, ask] = useState<Asked>('none');
  const [problem, set_problem] = useState<Problem>();
  const [busy, set_busy] = useState(false);
  const put = async (path: string, body: unknown): Promise<void> => {
    set_busy(true);
    set_problem(undefined);
    const answer = await call<Room>('PUT', path, { body });
    set_busy(false);
    if (answer.ok) ask('none');
    else set_problem(answer.problem);
  };
  const off = busy || stale;
  const paper = room.mode === 'paper_roll';
  return (
    <section class="house" aria-label={texts.t('ui.room.title')}>
      <h2><T k="ui.room.title" /></h2>
      <RoomBar room={room} />
      {asked === 'none' && (
        <div class="switches">
          {room.evacuation.active
            ? <button type="button" class="primary" disabled={off} onClick={() => ask('return')}><T k="ui.room.end_evacuation" /></button>
            : <button type="button" class="danger" disabled={off} onClick={() => ask('evacuate')}><T k="ui.room.evacuate" /></button>}
          <button type="button" class="plain" disabled={off} onClick={() => ask(paper ? 'normal' : 'paper')}><T k={paper ? 'ui.room.end_paper' : 'ui.room.paper'} /></button>
          {paper && <button type="button" class="plain" disabled={off} onClick={() => ask('paper')}><T k="ui.room.another_roll" /></button>}
        </div>
      )}
      {asked === 'evacuate' && (
        <Ask title="ui.room.evacuate_ask" text="ui.room.evacuate_text" close={() => ask('none')}>
          {(['alarm', 'fire', 'drill'] as const).map((kind) => <button key={kind} type="button" class="danger" disabled={off} onClick={() => void put('/room/evacuation', { active: true, kind })}>{texts.t(`ui.room.kind.${kind}`)}</button>)}
        </Ask>
      )}
      {asked === 'return' && (
        <Ask title="ui.room.end_evacuation" text="ui.room.end_evacuation_text" close={() => ask('none')}>
          <button type="button" class="primary" disabled={off} onClick={() => void put('/room/evacuation', { active: false })}><T k="ui.room.end_evacuation_yes" /></button>
        </Ask>
      )}
      {asked === 'paper' && <PaperForm off={off} close={() => ask('none')} put={(body) => void put('/room/mode', { mode: 'paper_roll', ...body })} />}
      {asked === 'normal' && <NormalForm off={off} rolls={room.rolls.filter((roll) => roll.open)} close={() => ask('none')} put={(torn) => void put('/room/mode', { mode: 'normal', torn })} />}
      {problem && <p class="problem" role="alert"><Spoken said={problem_said(texts, problem)} /></p>}
      {room.rolls.length > 0 && <Rolls rolls={room.rolls} />}
    </section>
  );
}

function Ask({ title, text, close, children }: { title: Key; text: Key; close: () => void; children: ComponentChildren }): JSX.Element {
  return (
    <div class="ask" role="group" aria-labelledby="ask-title">
      <h3 id="ask-title"><T k={title} /></h3><p><T k={text} /></p>
      <div class="switches">{children}<button type="button" class="plain" onClick={close}><T k="ui.desk.cancel" /></button></div>
    </div>
  );
}

function PaperForm({ off, close, put }: { off: boolean; close: () => void; put: (body: Record<string, string>) => void }): JSX.Element {
  const [first, set_first] = useState('');
  return (
    <Ask title="ui.room.paper" text="ui.room.paper_text" close={close}>
      <label class="field"><span><T k="ui.room.first" /></span><input name="first" value={first} maxLength={16} autoComplete="off" placeholder="P 1" onInput={(event) => set_first(event.currentTarget.value)} /></label>
      <button type="button" class="primary" disabled={off} onClick={() => put(first.trim() ? { first: first.trim() } : {})}><T k="ui.room.paper_yes" /></button>
    </Ask>
  );
}

function NormalForm({ off, rolls, close, put }: { off: boolean; rolls: readonly Roll[]; close: () => void; put: (torn: string[]) => void }): JSX.Element {
  const [torn, set] = useState<Record<string, string>>({});
  return (
    <Ask title="ui.room.end_paper" text="ui.room.end_paper_text" close={close}>
      {rolls.map((roll) => (
        <label key={roll.first} class="field"><span><T k="ui.room.torn" a={{ first: spaced(roll.first) }} /></span>
          <input name={`torn-${roll.first}`} value={torn[roll.first] ?? ''} maxLength={16} autoComplete="off" onInput={(event) => set({ ...torn, [roll.first]: event.currentTarget.value })} /></label>
      ))}
      <button type="button" class="primary" disabled={off} onClick={() => put(Object.values(torn).map((each) => each.trim()).filter(Boolean))}><T k="ui.room.end_paper_yes" /></button>
    </Ask>
  );
}

const MISSING_MAX = 40;

function Rolls({ rolls }: { rolls: readonly Roll[] }): JSX.Element {
  return (
    <ul class="rolls">
      {rolls.map((roll) => (
        <li key={roll.first}>
          <b>{spaced(roll.first)}–{spaced(roll.last)}</b> {roll.service_name && <span>{roll.service_name}</span>} <span class="quiet">{wall(roll.opened_at)} · <T k={roll.open ? 'ui.room.roll_up' : 'ui.room.roll_away'} /></span>
          {roll.never_called.length > 0 && <p><T k="ui.room.never_called" a={{ n: roll.never_called.length }} /> {roll.never_called.slice(0, MISSING_MAX).map(spaced).join(', ')}{roll.never_called.length > MISSING_MAX ? ' …' : ''}</p>}
        </li>
      ))}
    </ul>
  );
}
