// The contact centre's page: what it knows, as pure functions.
import { days_later } from '../book/state';

export interface ContactService {
  id: string; name: string; authority: string; authority_name?: string; minutes: number; bookable: boolean; telephone: boolean; self_service?: string;
  /** Why this caller may not decide on times for it. */
  refused?: 'authority_decides' | 'not_your_authority';
}
export interface Hours { date: string; open: { from: string; to: string }[]; reason?: string }
/** Another centre that this agent may look into; `url` is its own page for contact centres. */
export interface Site { id: string; name: string; address?: string; distance?: string; url: string; first_free?: string }
export interface Contact { site: string; open: boolean; hours: Hours[]; languages: string[]; services: ContactService[]; sites: Site[]; asking?: boolean; first_free?: string; at: string }

/** What is asked for goes along behind the #, which is sent to no server. */
export const site_link = (site: Site, service: string): string => (service ? `${site.url}#service=${encodeURIComponent(service)}` : site.url);
export const service_linked = (hash: string): string => /^#service=([a-z0-9-]{1,64})$/.exec(hash)?.[1] ?? '';


/** What may be offered on the telephone; all else is told apart, so that nobody promises what another authority decides. */
export function parted(services: readonly ContactService[]): { offered: ContactService[]; elsewhere: ContactService[] } {
  const useful = services.filter((each) => each.bookable || each.telephone);
  return { offered: useful.filter((each) => !each.refused), elsewhere: useful.filter((each) => each.refused) };
}

export interface Wish { service: string; party: number; language: string; needs: string[]; contact: string }
export const nothing = (language: string, service = ''): Wish => ({ service, party: 1, language, needs: [], contact: '' });

/** The fields that a booking and a wish to be rung have in common. */
export function body_of(wish: Wish): Record<string, unknown> {
  return { services: [wish.service], party: wish.party, language: wish.language, ...(wish.needs.length > 0 ? { needs: wish.needs } : {}) };
}

/** The week to show first: the one in which the first free time lies. */
export const first_day = (at: string, first_free: string | undefined): string => (first_free ?? at).slice(0, 10);
export const next_week = (from: string): string => days_later(from, 7);
/** Never into the past. */
export const week_before = (from: string, today: string): string => (days_later(from, -7) < today ? today : days_later(from, -7));
