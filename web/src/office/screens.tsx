// Screens and sound: lets new screens in by their code, proves that boards can be read, sets loudspeakers and tries them.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { row_size } from '../board/state';
import { call, get, go_to_sign_in } from '../core/api';
import type { Answer } from '../core/api';
import { useFeed } from '../core/feed';
import { Icon } from '../core/icons';
import { Spoken, T, useTexts } from '../core/texts';
import type { Board, DeviceState, Devices, Named, Problem, Session } from '../core/types';
import { problem_said } from '../core/words';
import { MediaPanel } from './media';
import { Pictures } from './pictures';

interface Output { id: string; kind: 'board' | 'speaker' | 'none'; volume: number; volume_now: number; zones: string[]; state?: DeviceState; words?: string }
interface SoundState {
  speech: boolean; second_language: boolean; times: number; making: boolean; clips: number; faults: string[]; outputs: Output[];
  languages: { language: string; wanted: number; ready: number; recorded: number }[];
}

const EVERY_MS = 3_000;
const NEW = '';
const KINDS = ['board', 'kiosk', 'citizen_screen', 'agent'] as const;

export function Screens({ who }: { who: Session }): JSX.Element {
  const texts = useTexts();
  const admin = who.roles?.includes('admin') ?? false;
  useEffect(() => { document.title = texts.t('ui.screens.title'); }, [texts]);
  return (
    <section class="screens">
      <h1><T k="ui.screens.title" /></h1>
      {admin && <Pair who={who} />}
      <CitizenScreens />
      {admin && <Proof boards={who.boards ?? []} />}
      <SoundPanel admin={admin} />
      <Glasses who={who} />
      {(admin || who.roles?.includes('manager')) && <MediaPanel boards={who.boards ?? []} />}
    </section>
  );
}

/** What hangs and stands in the house, as it looks now. */
function Glasses({ who }: { who: Session }): JSX.Element {
  const texts = useTexts();
  const feed = useFeed('devices', texts.language, () => undefined, () => undefined);
  const devices = (feed.topics['devices'] as Devices | undefined)?.devices ?? [];
  return <div class="glasses"><Pictures kind="board" places={who.boards ?? []} devices={devices} /><Pictures kind="kiosk" places={who.kiosks ?? []} devices={devices} /></div>;
}

/** The digits that a screen shows, and which screen it is. */
function Pair({ who }: { who: Session }): JSX.Element {
  const texts = useTexts();
  const [wish, set_wish] = useState({ code: '', kind: 'board', id: who.boards?.[0]?.id ?? NEW, name: '', inches: '55', metres: '6' });
  const [problem, set_problem] = useState<Problem>();
  const [page, set_page] = useState<string>();
  const [agent, set_agent] = useState<string>();
  const [busy, set_busy] = useState(false);
  const places_of = (kind: string): readonly Named[] => (kind === 'board' ? who.boards : kind === 'kiosk' ? who.kiosks : who.desks) ?? [];
  const places = places_of(wish.kind);
  const fresh = wish.kind === 'board' && wish.id === NEW;
  const slug = wish.name.toLowerCase().replace(/æ/g, 'ae').replace(/ø/g, 'oe').replace(/å/g, 'aa').replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 40);
  const code = wish.code.replace(/\D/g, '');
  const box = wish.kind === 'agent';   // says itself what it is called
  const ready = code.length === 6 && (box || (fresh ? slug.length > 0 : wish.id !== NEW));
  const change = (part: Partial<typeof wish>): void => { set_wish({ ...wish, ...part }); set_page(undefined); set_agent(undefined); };
  const let_in = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!ready || busy) return;
    set_busy(true);
    const body = box ? { kind: wish.kind } : { kind: wish.kind, id: fresh ? slug : wish.id, ...(fresh ? { name: wish.name.trim(), screen_inches: Number(wish.inches), farthest_m: Number(wish.metres) } : {}) };
    const answer = await call<{ page?: string; agent?: string }>('POST', `/pairing/${code}`, { body });
    set_busy(false);
    set_problem(answer.ok ? undefined : answer.problem);
    if (answer.ok) { change({ code: '', name: '' }); set_page(answer.data.page); set_agent(answer.data.agent); }
  };
  return (
    <form class="new" data-form="pair" onSubmit={(event) => void let_in(event)}>
      <h2><T k="ui.screens.pair" /></h2>
      <p class="quiet"><T k="ui.screens.pair_text" a={{ address: location.host }} /></p>
      {problem && <p class="problem" role="alert">{problem.reason === 'not_found' ? <T k="ui.screens.code_unknown" /> : <Spoken said={problem_said(texts, problem)} />}</p>}
      <label class="field"><span><T k="ui.screens.code" /></span><input name="code" inputMode="numeric" autoComplete="off" maxLength={7} value={wish.code} onInput={(event) => change({ code: event.currentTarget.value })} /></label>
      <label class="field"><span><T k="ui.screens.kind" /></span>
        <select name="kind" value={wish.kind} onChange={(event) => change({ kind: event.currentTarget.value, id: places_of(event.currentTarget.value)[0]?.id ?? NEW })}>
          {KINDS.map((each) => <option key={each} value={each}>{texts.t(`ui.kind.${each}`)}</option>)}</select></label>
      {!box && <label class="field"><span><T k="ui.screens.place" /></span>
        <select name="id" value={wish.id} onChange={(event) => change({ id: event.currentTarget.value })}>
          {places.map((each: Named) => <option key={each.id} value={each.id}>{each.name}</option>)}
          {wish.kind === 'board' && <option value={NEW}>{texts.t('ui.screens.new_board')}</option>}</select></label>}
      {fresh && <>
        <label class="field"><span><T k="ui.screens.name" /></span><input name="name" maxLength={80} autoComplete="off" value={wish.name} onInput={(event) => change({ name: event.currentTarget.value })} /></label>
        <label class="field"><span><T k="ui.screens.inches" /></span><input name="inches" type="number" min="5" max="300" value={wish.inches} onInput={(event) => change({ inches: event.currentTarget.value })} /></label>
        <label class="field"><span><T k="ui.screens.metres" /></span><input name="metres" type="number" min="0.5" max="100" step="0.5" value={wish.metres} onInput={(event) => change({ metres: event.currentTarget.value })} /></label>
      </>}
      <button type="submit" class="primary" disabled={!ready || busy}><T k="ui.screens.let_in" /></button>
      {page && <p role="status" data-paired={page}><Icon name="check" /> <T k="ui.screens.paired" a={{ page }} /></p>}
      {agent && <p role="status" data-paired={agent}><Icon name="check" /> <T k="ui.screens.paired_agent" a={{ agent }} /></p>}
    </form>
  );
}

interface Seen { kind: string; id: string; name: string; state: DeviceState; words: string }

/** The citizens' own screens at desks that enrol, those that were let in or show something now. */
function CitizenScreens(): JSX.Element | null {
  const [screens, set_screens] = useState<readonly Seen[]>([]);
  useEffect(() => {
    let wanted = true;
    const ask = (): void => void get<{ devices: Seen[] }>('/devices').then((answer) => { if (wanted && answer.ok) set_screens(answer.data.devices.filter((each) => each.kind === 'citizen_screen')); });
    ask();
    const timer = window.setInterval(ask, EVERY_MS);
    return () => { wanted = false; window.clearInterval(timer); };
  }, []);
  if (screens.length === 0) return null;
  return (
    <>
      <h2><T k="ui.screens.citizen" /></h2>
      <ul class="rows" data-citizen-screens>{screens.map((each) => (
        <li key={each.id} data-screen={each.id}><span><b>{each.name}</b> <span class={`state ${each.state}`}><Icon name={each.state === 'ready' ? 'check' : 'warning'} />{each.words}</span></span></li>))}</ul>
    </>
  );
}

/** Whether each board can be read from its farthest seat, in numbers. */
function Proof({ boards }: { boards: readonly Named[] }): JSX.Element {
  const texts = useTexts();
  const [seen, set_seen] = useState<readonly { name: string; board: Board }[]>([]);
  useEffect(() => {
    void Promise.all(boards.map((each) => get<Board>(`/boards/${encodeURIComponent(each.id)}`).then((answer) => (answer.ok ? { name: each.name, board: answer.data } : undefined))))
      .then((all) => set_seen(all.flatMap((each) => each ?? [])));
  }, [boards]);
  const number = (value: number, digits: number): string => value.toLocaleString(texts.language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return (
    <>
      <h2><T k="ui.screens.proof" /></h2>
      <p class="quiet"><T k="ui.screens.proof_text" /></p>
      <div class="table" role="region" tabIndex={0} aria-label={texts.t('ui.screens.proof')}>
        <table data-proof>
          <thead><tr>{(['place', 'inches', 'metres', 'rows', 'cap', 'angle'] as const).map((key) => <th key={key} scope="col"><T k={`ui.screens.${key}`} /></th>)}</tr></thead>
          <tbody>{seen.map(({ name, board }) => {
            const { count, cap_mm, degrees } = row_size(board.screen);
            const well = degrees >= 0.698;
            return (
              <tr key={board.board} class={well ? 'ready' : 'warning'} data-board={board.board}>
                <th scope="row">{name}</th><td>{board.screen?.inches}</td><td>{board.screen?.farthest_m}</td><td>{count}</td><td>{number(cap_mm, 0)} mm</td>
                <td><span class={well ? 'state ready' : 'state warning'}><Icon name={well ? 'check' : 'warning'} /><b>{number(degrees, 2)}°</b></span>{!well && <small><T k="ui.screens.too_far" /></small>}</td>
              </tr>
            );
          })}</tbody>
        </table>
      </div>
    </>
  );
}

function SoundPanel({ admin }: { admin: boolean }): JSX.Element {
  const texts = useTexts();
  const [sound, set_sound] = useState<SoundState>();
  const [problem, set_problem] = useState<Problem>();
  const take = (answer: Answer<SoundState>): void => {
    if (answer.ok) { set_sound(answer.data); set_problem(undefined); } else if (answer.problem.status === 401) go_to_sign_in();
    else set_problem(answer.problem);
  };
  useEffect(() => {
    let wanted = true;
    const ask = (): void => void get<SoundState>('/sound').then((answer) => { if (wanted) take(answer); });
    ask();
    const timer = window.setInterval(ask, EVERY_MS);
    return () => { wanted = false; window.clearInterval(timer); };
  }, []);
  const change = (body: object): Promise<void> => call<SoundState>('PATCH', '/sound', { body }).then(take);
  return (
    <>
      <h2><T k="ui.screens.sound" /></h2>
      {problem && <p class="problem" role="alert"><Spoken said={problem_said(texts, problem)} /></p>}
      {sound && <>
        <fieldset class="by" disabled={!admin}>
          <legend><T k="ui.screens.sound" /></legend>
          <label><input type="checkbox" name="speech" checked={sound.speech} onChange={(event) => void change({ speech: event.currentTarget.checked })} /><T k="ui.screens.speech" /></label>
          <label><input type="checkbox" name="second_language" checked={sound.second_language} onChange={(event) => void change({ second_language: event.currentTarget.checked })} /><T k="ui.screens.second_language" /></label>
          <label><input type="checkbox" name="twice" checked={sound.times > 1} onChange={(event) => void change({ times: event.currentTarget.checked ? 2 : 1 })} /><T k="ui.screens.twice" /></label>
        </fieldset>
        <ul class="rows" data-outputs>{sound.outputs.map((output) => <Loudspeaker key={output.id} output={output} admin={admin} change={change} test={() => void call<SoundState>('POST', `/sound/${encodeURIComponent(output.id)}/test`).then(take)} />)}</ul>
        <h2><T k="ui.screens.voices" /></h2>
        <ul class="rows" data-voices>{sound.languages.map((each) => (
          <li key={each.language} data-voice={each.language}><span><b lang={each.language}>{each.language}</b> <small><T k={each.ready < each.wanted ? 'ui.screens.voice_partly' : 'ui.screens.voice_ready'} a={{ ready: each.ready, wanted: each.wanted, recorded: each.recorded }} /></small></span></li>))}</ul>
        {sound.faults.map((fault) => <p key={fault} class="problem" lang="en">{fault}</p>)}
      </>}
    </>
  );
}

function Loudspeaker({ output, admin, change, test }: { output: Output; admin: boolean; change: (body: object) => Promise<void>; test: () => void }): JSX.Element {
  const texts = useTexts();
  const silent = output.kind === 'none';
  // While a hand is on the slider it stays where it is put: the page asks anew every few seconds and would draw it back.
  const [held, set_held] = useState<number>();
  const shown = held ?? output.volume;
  return (
    <li data-output={output.id}>
      <span><b>{output.id}</b> <small>{texts.t('ui.screens.zones', { zones: output.zones.join(', ') })}</small>
        {output.words && <span class={`state ${output.state}`}><Icon name={output.state === 'ready' ? 'check' : 'warning'} />{output.words}</span>}</span>
      {!silent && <span class="sure">
        <label class="field"><span class="sr">{texts.t('ui.screens.volume', { name: output.id })}</span>
          <input type="range" name={`volume-${output.id}`} min="0" max="100" step="5" value={shown} disabled={!admin}
            onInput={(event) => set_held(Number(event.currentTarget.value))}
            onChange={(event) => void change({ outputs: [{ id: output.id, volume: Number(event.currentTarget.value) }] }).then(() => set_held(undefined))} /></label>
        <b>{shown} %</b>
        <button type="button" class="line" onClick={test}><T k="ui.screens.test" /><span class="sr"> {output.id}</span></button></span>}
    </li>
  );
}
