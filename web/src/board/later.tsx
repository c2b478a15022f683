// What no call waits for, in a part of its own: the foot, what is shown while nobody is called, and what stands on the glass of a screen that may not show a board.
import './page';

export { Night } from '../core/night';
export { NotPaired } from '../core/not_paired';
export { Foot } from './foot';
export { Media, playlist, wants_stillness } from './media';
export { Pairing } from '../core/pairing';
