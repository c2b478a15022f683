// The way to a desk. A direction in the room is the same in every language: it is not mirrored where writing runs from right to left.
import type { JSX } from 'preact';
import { BOARD_PATHS, Drawn } from '../core/drawn';
import type { ArrowWord } from '../core/types';

export function Arrow({ to }: { to: ArrowWord | undefined }): JSX.Element {
  return to ? <span class={`way ${to}`}><Drawn path={BOARD_PATHS.arrow} width={7} /></span> : <Drawn path={BOARD_PATHS.arrow} width={7} flip />;
}
