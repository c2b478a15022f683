// What a board sounds with: a part of its own, since no picture waits for it.
export { audio_state } from '../core/audio';
export { ring } from '../core/chime';
export { Speaker } from './speaker';
