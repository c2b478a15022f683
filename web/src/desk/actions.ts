// What the buttons do: calls to the daemon, one action at a time. The desk's new state arrives over the live link as well;
// the answer is only read for what to say.
import { call, go_to_sign_in } from '../core/api';
import type { Answer } from '../core/api';
import type { Desk, Outcome, Place, Visit } from '../core/types';
import type { DeskEvent } from './state';

type Send = (event: DeskEvent) => void;
type Step = () => Promise<Answer<unknown>>;

export type Destination = { to_service: string } | { to_desk: string } | { to_clerk: string } | { to_pool: string };
export interface TransferHow { place: Place; after_minutes?: number; preferred?: boolean }

export interface Actions {
  open: (services?: string[]) => void;
  close: () => void;
  pause: (reason: string) => void;
  next: () => void;
  named: (visit: string) => void;
  /** By what stands on somebody's ticket, also one off the paper roll that the system has never seen. */
  number: (typed: string, service: string | undefined) => void;
  /** Whether the next visit is called by itself, and how long after the one before. */
  calling: (auto_next: boolean, rest_s: number) => void;
  /** Open, but calls nobody by itself; an empty reason ends that. */
  idle: (reason: string) => void;
  check_in: (code: string, print: boolean, said: (visit: Visit) => string) => void;
  start: () => void;
  recall: () => void;
  no_show: () => void;
  finish: (outcome: Outcome, also: { next?: boolean; call?: string }) => void;
  /** Finishes the step and goes on with another of the same visit, at this desk. */
  go_on: (outcome: Outcome, step?: number) => void;
  add: (service: string) => void;
  help: (kind: 'help' | 'emergency') => void;
  help_over: () => void;
  answer: (desk: string) => void;
  /** A few words to another desk, or to the supervisor. */
  write: (text: string, to: string | undefined, said: string) => void;
  park: (minutes: number) => void;
  transfer: (to: Destination, how: TransferHow) => void;
  undo: () => void;
  give_back: (visit: string) => void;
  leave: (visit: string) => void;
  reprint: (visit: string) => void;
  create: (service: string, language: string, print: boolean, said: (visit: Visit) => string) => void;
}

/**
 * `current` gives the desk as last heard; `shown` takes the answer's desk, so that the page does not wait for the live link.
 * Steps run in order and stop at the first refusal, which is shown.
 */
export function actions_for(id: string, current: () => Desk | undefined, send: Send, nobody: () => string): Actions {
  const at = `/desks/${encodeURIComponent(id)}`;
  const post = (verb: string, body: unknown = {}): Step => () => call('POST', `${at}/${verb}`, { body });
  let running = false;

  async function run(action: string, steps: Step[], say?: (last: Answer<unknown>) => string | undefined): Promise<void> {
    if (running) return;
    running = true;
    send({ type: 'begin', action });
    let last: Answer<unknown> = { ok: true, status: 200, data: undefined };
    for (const step of steps) {
      last = await step();
      if (!last.ok) break;
    }
    running = false;
    if (!last.ok && last.problem.status === 401) return go_to_sign_in();
    const said = last.ok ? (say?.(last) ?? (last.status === 204 && action.endsWith('next') ? nobody() : undefined)) : undefined;
    send(last.ok ? { type: 'done', ...(said === undefined ? {} : { said }) } : { type: 'refused', problem: last.problem });
  }

  /** A clerk who finishes without having pressed start has still served. */
  const ending = (...steps: Step[]): Step[] => (current()?.visit?.state === 'called' ? [post('start'), ...steps] : steps);

  return {
    open: (services) => void run('open', [() => call('PUT', `${at}/session`, { body: services ? { services } : {} })]),
    close: () => void run('close', [() => call('DELETE', `${at}/session`)]),
    pause: (reason) => void run('break', [() => call('PATCH', `${at}/session`, { body: { state: 'break', reason } })]),
    next: () => void run('next', [post('next')]),
    named: (visit) => void run('named', [post('call', { visit })]),
    number: (typed, service) => void run('named', [post('call', { number: typed, ...(service ? { service } : {}) })]),
    calling: (auto_next, rest_s) => void run('calling', [() => {
      const desk = current();
      return call('PUT', `${at}/session`, { body: { services: desk?.services ?? [], languages: desk?.languages ?? [], skills: desk?.skills ?? [], auto_next, ...(auto_next ? { rest_s } : {}) } });
    }]),
    idle: (reason) => void run('calling', [() => call('PATCH', `${at}/session`, { body: { state: 'open', idle_reason: reason } })]),
    check_in: (code, print, said) => void run('check_in', [
      () => call('POST', `/bookings/${encodeURIComponent(code)}/check-in`, { body: { channel: 'host', print } }),
    ], (last) => (last.ok ? said(last.data as Visit) : undefined)),
    start: () => void run('start', [post('start')]),
    recall: () => void run('recall', [post('recall')]),
    no_show: () => void run('no_show', [post('no-show')]),
    finish: (outcome, also) => void run(also.next ? 'finish_next' : 'finish', [
      ...ending(post('finish', { outcome })), ...(also.next ? [post('next')] : []), ...(also.call ? [post('call', { visit: also.call })] : []),
    ]),
    go_on: (outcome, step) => void run('go_on', ending(post('finish', { outcome, continue: true, ...(step === undefined ? {} : { step }) }))),
    add: (service) => void run('add', [post('services', { add: [service] })]),
    help: (kind) => void run('help', [post('help', { kind })]),
    help_over: () => void run('help_over', [() => call('DELETE', `${at}/help`)]),
    answer: (desk) => void run('answer', [() => call('PATCH', `/desks/${encodeURIComponent(desk)}/help`, { body: {} })]),
    write: (text, to, said) => void run('write', [() => call('POST', '/messages', { body: { text, from: id, ...(to ? { to } : {}) } })], () => said),
    park: (minutes) => void run('park', [post('park', { minutes })]),
    transfer: (to, how) => void run('transfer', [post('transfer', { ...to, ...how })]),
    undo: () => void run('undo', [post('undo')]),
    give_back: (visit) => void run('return', [() => call('POST', `/queue/${encodeURIComponent(visit)}/return`, { body: {} })]),
    leave: (visit) => void run('leave', [() => call('POST', `/queue/${encodeURIComponent(visit)}/leave`, { body: {} })]),
    reprint: (visit) => void run('reprint', [() => call('POST', `/queue/${encodeURIComponent(visit)}/reprint`, { body: {} })]),
    create: (service, language, print, said) => void run('new', [
      () => call('POST', '/visits', { body: { services: [service], language, channel: 'host', print } }),
    ], (last) => (last.ok ? said(last.data as Visit) : undefined)),
  };
}
