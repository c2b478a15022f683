// The citizen's own screen at a desk that enrols: a screen let in by its six digits, or a second window of the clerk's browser, turned to
// the other side. One thing to do at a time, in the language of the visit, with nothing to press. Without anybody it shows nothing of
// anybody, and without the daemon too.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Pairing } from '../core/pairing';
import { useLive, usePicture } from '../core/enrolment_pictures';
import { useFeed, useReloadWhenIdle } from '../core/feed';
import { Hands } from '../core/hands';
import { Icon } from '../core/icons';
import { Shown, begin, page_id, site_language } from '../core/start';
import { Spoken, T, speak, texts_in, useTexts } from '../core/texts';
import type { Texts } from '../core/texts';
import { citizen_path, instruction, useSeen } from './state';
import type { Seen } from './state';

/** The clerk's own picture comes ten times a second; this one leaves the camera time for it. */
const PREVIEW_EVERY_MS = 200;

function Mirror({ path }: { path: string }): JSX.Element {
  const texts = useTexts();
  const { image, lost } = useLive(`${path}/preview`, PREVIEW_EVERY_MS);
  return (
    <div class="picture live" data-lost={lost ? 'yes' : 'no'}>
      <img ref={image} alt={texts.t('ui.enrol_citizen.you')} hidden={lost} />
      <svg viewBox="0 0 240 320" aria-hidden="true"><ellipse cx="120" cy="150" rx="78" ry="108" /></svg>
    </div>
  );
}

function Picture({ path, words, kind }: { path: string; words: string; kind: 'portrait' | 'signature' }): JSX.Element {
  const { shown } = usePicture(path);
  return <div class={`picture ${kind}`} data-shown={shown ? 'yes' : 'no'}>{shown && <img src={shown} alt={words} />}</div>;
}

/** What was taken, for its owner to say whether it is right: portrait and signature as pictures, fingers as a drawing. */
function Review({ seen, path }: { seen: Seen; path: string }): JSX.Element {
  const texts = useTexts();
  const parts = seen.parts ?? [];
  const fingers = parts.flatMap((each) => each.position ?? []);
  return (
    <div class="review">
      {seen.pictures && parts.filter((each) => each.modality !== 'finger').map((each) => (
        <Picture key={each.capture} path={`${path}/captures/${each.capture}`} kind={each.modality === 'face' ? 'portrait' : 'signature'} words={texts.t(each.modality === 'face' ? 'ui.enrol_citizen.picture' : 'ui.enrol_citizen.signature')} />
      ))}
      {fingers.length > 0 && <Hands wanted="" done={fingers} label="" />}
    </div>
  );
}

function Steps({ of }: { of: NonNullable<Seen['progress']> }): JSX.Element {
  return (
    <p class="steps"><span>{of.done} / {of.of}</span>
      {Array.from({ length: of.of }, (_, at) => <i key={at} class={at < of.done ? 'done' : at === of.done ? 'now' : ''} aria-hidden="true" />)}</p>
  );
}

function Page({ seen, stale, path }: { seen: Seen | undefined; stale: boolean; path: string }): JSX.Element {
  const said = instruction(seen, stale);
  const running = said.kind !== 'stale' && said.kind !== 'idle' && seen?.progress !== undefined;
  return (
    <main class="enrol" data-kind={said.kind} data-state={running ? seen.state : 'none'}>
      {running && seen.progress && <Steps of={seen.progress} />}
      <h1 aria-live="polite">{said.kind === 'good' && <Icon name="check" />}<T k={said.key} /></h1>
      {running && seen.state === 'face' && seen.pictures && (seen.capture !== undefined && said.kind === 'good' ? <Picture key={seen.capture} path={`${path}/captures/${seen.capture}`} kind="portrait" words="" /> : <Mirror path={path} />)}
      {running && (seen.state === 'fingers' || seen.lay) && <Hands wanted={seen.lay ?? seen.needs?.[0]?.position ?? ''} done={(seen.parts ?? []).flatMap((each) => each.position ?? [])} label="" />}
      {running && seen.state === 'review' && !seen.lay && <Review seen={seen} path={path} />}
    </main>
  );
}

/** Nobody is there, or the desk is not heard of: in every language of the house, since nobody's is known. */
function Everybody({ spoken, stale }: { spoken: readonly Texts[]; stale: boolean }): JSX.Element {
  return (
    <main class="enrol" data-kind={stale ? 'stale' : 'idle'} data-state="none">
      {spoken.map((texts, at) => {
        const words = <Shown texts={texts}><Spoken said={texts.say(stale ? 'ui.enrol_citizen.stale' : 'ui.enrol_citizen.idle')} /></Shown>;
        const spoken_in = { key: texts.language, class: 'greeting', lang: texts.language, dir: texts.dir };
        return at === 0 ? <h1 {...spoken_in}>{words}</h1> : <p {...spoken_in}>{words}</p>;
      })}
    </main>
  );
}

function Citizen({ desk, own, languages }: { desk: string; own: Texts; languages: readonly string[] }): JSX.Element {
  const [texts, set_texts] = useState(own);
  const [spoken, set_spoken] = useState<readonly Texts[]>([own]);
  const path = citizen_path(desk);
  const { seen, stale, refused } = useSeen(path);
  // The live link is here to tell that this screen draws; what it shows is asked for.
  const feed = useFeed(`citizen:${desk}`, own.language, () => ({ page: `enrol/${desk}` }), () => undefined);
  useReloadWhenIdle(feed, !seen || seen.state === 'idle');
  const language = seen?.language ?? languages[0] ?? own.language;
  useEffect(() => { void Promise.all(languages.map((each) => texts_in(each))).then(set_spoken); }, []);
  useEffect(() => {
    let current = true;
    void texts_in(language).then((loaded) => { if (current) { speak(loaded); set_texts(loaded); } });
    return () => { current = false; };
  }, [language]);
  if (refused) return <Pairing spoken={spoken} page={`/enrol/${encodeURIComponent(desk)}`} refusal="signed_out" />;
  if (stale || !seen || (seen.state === 'idle' && !seen.language)) return <Everybody spoken={spoken} stale={stale} />;
  return <Shown texts={texts}><Page seen={seen} stale={stale} path={path} /></Shown>;
}

void begin(site_language, ({ session: who, texts }) => <Citizen desk={page_id()} own={texts} languages={who?.site.languages ?? [texts.language]} />);
