// Two falling tones, made here so that no file has to load before someone can be called. The chime never depends on speech.

import { running_audio } from './audio';

const TONES_HZ = [784, 587];
const TONE_GAP_S = 0.42;
const TONE_LENGTH_S = 0.7;

/** `volume` 0–100. A chime that cannot sound now is dropped, never queued: late it would call nobody. */
export async function ring(volume: number): Promise<void> {
  const context = volume > 0 ? await running_audio() : undefined;
  if (context) ring_at(context, context.currentTime + 0.03, volume / 100, context.destination);
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
