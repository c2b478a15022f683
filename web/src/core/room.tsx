// What holds for the room as a whole, on pages for staff: an evacuation, a paper roll, and that things work again.
import type { JSX } from 'preact';
import { Icon } from './icons';
import { T } from './texts';
import { wall } from './time';
import type { Room } from './types';
import { spaced } from './words';

export function RoomBar({ room }: { room: Room }): JSX.Element | null {
  if (room.evacuation.active) {
    return <p class="room evacuated" role="alert"><Icon name="warning" /><b><T k="ui.room.evacuated" a={{ clock: wall(room.evacuation.since ?? room.at) }} /></b></p>;
  }
  if (room.mode === 'paper_roll') {
    const next = room.rolls.filter((roll) => roll.open && roll.next).map((roll) => spaced(roll.next!)).join(' · ');
    return <p class="room paper" role="status"><Icon name="ticket" /><b><T k="ui.room.on_paper" a={{ next }} /></b></p>;
  }
  if (room.back) return <p class="room back" role="status"><Icon name="check" /><b><T k={`ui.back.${room.back.from}`} /></b></p>;
  return null;
}
