import type { Answer } from '../core/api';
import type { Contact } from './state';

/** What every part of the page knows and may do. */
export interface ContactView {
  contact: Contact;
  /** A press is under way. */
  off: boolean;
  run: <R>(method: string, path: string, body: unknown) => Promise<Answer<R>>;
}
