// Two falling tones, made here so that no file has to load before someone can be called. The chime never depends on speech.

export type AudioWord = 'running' | 'suspended' | 'failed' | 'off';

const TONES_HZ = [784, 587];
const TONE_GAP_S = 0.42;
const TONE_LENGTH_S = 0.7;

export class Chime {
  private context: AudioContext | undefined;
  private failed = false;

  constructor() {
    try {
      this.context = new AudioContext();
      // A browser that wants a gesture first gets one from whoever mounts the screen.
      for (const gesture of ['pointerdown', 'keydown']) addEventListener(gesture, () => void this.context?.resume());
    } catch {
      this.failed = true;
    }
  }

  state(volume: number): AudioWord {
    if (volume <= 0) return 'off';
    if (this.failed || !this.context) return 'failed';
    return this.context.state === 'running' ? 'running' : 'suspended';
  }

  /** `volume` 0–100. A chime that cannot sound now is dropped, never queued: late it would call nobody. */
  async ring(volume: number): Promise<void> {
    const context = this.context;
    if (!context || volume <= 0) return;
    // resume() never settles while a gesture is missing; a chime must not ring minutes later when it does.
    if (context.state !== 'running') {
      await Promise.race([context.resume().catch(() => undefined), new Promise((done) => window.setTimeout(done, 400))]);
      if ((context.state as string) !== 'running') return;
    }
    ring_at(context, context.currentTime + 0.03, volume / 100, context.destination);
  }
}

/** Both tones at a time of the audio clock; what was started, so that it can be stopped. */
export function ring_at(context: AudioContext, at: number, gain: number, to: AudioNode): AudioScheduledSourceNode[] {
  return TONES_HZ.map((hertz, index) => tone(context, hertz, at + index * TONE_GAP_S, gain, to));
}

function tone(context: AudioContext, hertz: number, at: number, gain: number, to: AudioNode): AudioScheduledSourceNode {
  const oscillator = new OscillatorNode(context, { frequency: hertz, type: 'sine' });
  const envelope = new GainNode(context, { gain: 0 });
  // Edges of 12 ms: a hard start or end clicks.
  envelope.gain.setValueAtTime(0, at);
  envelope.gain.linearRampToValueAtTime(0.7 * gain, at + 0.012);
  envelope.gain.exponentialRampToValueAtTime(0.001, at + TONE_LENGTH_S);
  oscillator.connect(envelope).connect(to);
  oscillator.start(at);
  oscillator.stop(at + TONE_LENGTH_S + 0.05);
  return oscillator;
}
