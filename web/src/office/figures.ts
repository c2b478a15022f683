// Figures on the wire and how they are written; no page, so that it can be tested alone.
export const BY = ['day', 'hour', 'service', 'authority', 'desk', 'channel'] as const;
export type By = (typeof BY)[number];

export interface Times { count: number; mean_s: number; p50_s: number; p90_s: number; max_s: number }
export interface Totals {
  visits: number; persons: number; booked: number; matters: number; served: number; no_show: number; left: number; wait?: Times; within_target?: number;
  service?: Times; whole_visit?: Times; booked_late?: Times; outcomes: Record<string, number>; settled_share?: number;
}
export interface Row extends Totals { key: string; name: string }
export interface Figures { by: By; from: string; to: string; rows: Row[]; total: Totals }

/** Whole minutes, from half of one on; a dash where nothing was counted. */
export const minutes_text = (seconds: number | undefined): string => (seconds === undefined ? '–' : String(Math.round(seconds / 60)));
export const percent_text = (share: number | undefined): string => (share === undefined ? '–' : `${Math.round(share * 100)} %`);
const count_text = (count: number | undefined): string => (count === undefined ? '–' : String(count));

export const MEASURES = [
  { id: 'visits', of: (row: Totals): number | undefined => row.visits, text: count_text },
  { id: 'served', of: (row: Totals): number | undefined => row.served, text: count_text },
  { id: 'wait_p50', of: (row: Totals): number | undefined => row.wait?.p50_s, text: minutes_text },
  { id: 'wait_p90', of: (row: Totals): number | undefined => row.wait?.p90_s, text: minutes_text },
  { id: 'within_target', of: (row: Totals): number | undefined => row.within_target, text: percent_text },
  { id: 'service_mean', of: (row: Totals): number | undefined => row.service?.mean_s, text: minutes_text },
  { id: 'settled', of: (row: Totals): number | undefined => row.settled_share, text: percent_text },
  { id: 'no_show', of: (row: Totals): number | undefined => row.no_show, text: count_text },
  { id: 'left', of: (row: Totals): number | undefined => row.left, text: count_text },
  { id: 'booked', of: (row: Totals): number | undefined => row.booked, text: count_text },
  { id: 'booked_late', of: (row: Totals): number | undefined => row.booked_late?.p90_s, text: minutes_text },
] as const;
export type Measure = (typeof MEASURES)[number]['id'];

/** `2026-11-23` so many days earlier. */
export function days_back(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}

export const path_of = (by: By, from: string, to: string): string => `/reports/visits?by=${by}&from=${from}&to=${to}`;
