import type { Answer } from '../core/api';
import type { Found, Named, Queue, Room, Service } from '../core/types';

/** What every part of the page knows and may do. */
export interface HostView {
  queue: Queue; room: Room; services: readonly Service[]; desks: readonly Named[]; languages: readonly string[];
  now: number;
  /** Nothing can be pressed: a press is under way, or the link is gone. */
  off: boolean;
  run: <R>(method: string, path: string, body: unknown) => Promise<Answer<R>>;
  chosen: Found | undefined;
  choose: (visit: Found | undefined) => void;
}

export const NEEDS = ['hearing', 'sight', 'standing', 'wheelchair', 'interpreter', 'companion'] as const;
export const MOVE_REASONS = ['wrong_service', 'wrong_desk', 'language', 'accessibility', 'own_wish', 'staff_decision', 'other'] as const;
export const CANCEL_REASONS = ['left_the_room', 'duplicate', 'own_wish', 'settled_elsewhere', 'technical', 'other'] as const;
export const PARTY_MAX = 50;
