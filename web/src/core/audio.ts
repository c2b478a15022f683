// The sound card as a page has it: one context for everything on the page, made when it is first needed.

export type AudioWord = 'running' | 'suspended' | 'failed' | 'off';

const RESUME_MAX_MS = 400;
let made: AudioContext | undefined;
let failed = false;

/** None where there is no sound card. */
export function the_audio(): AudioContext | undefined {
  if (made || failed) return made;
  try {
    made = new AudioContext();
    // A browser that wants a gesture first gets one from whoever mounts the screen.
    for (const gesture of ['pointerdown', 'keydown']) addEventListener(gesture, () => void made?.resume());
  } catch {
    failed = true;
  }
  return made;
}

export function audio_state(volume: number): AudioWord {
  if (volume <= 0) return 'off';
  const context = the_audio();
  if (!context) return 'failed';
  return context.state === 'running' ? 'running' : 'suspended';
}

/** When it can sound now. resume() never settles while a gesture is missing; what cannot sound now is dropped, late it would call nobody. */
export async function running_audio(): Promise<AudioContext | undefined> {
  const context = the_audio();
  if (!context || context.state === 'running') return context;
  await Promise.race([context.resume().catch(() => undefined), new Promise((done) => window.setTimeout(done, RESUME_MAX_MS))]);
  return (context.state as string) === 'running' ? context : undefined;
}
