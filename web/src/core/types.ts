// Shapes on the wire, as docs/openapi.yaml has them. Times are RFC 3339 with offset, in the site's zone.

export type VisitState = 'expected' | 'waiting' | 'called' | 'serving' | 'parked' | 'done' | 'no_show' | 'left';
export type Outcome = 'settled' | 'needs_documents' | 'referred' | 'back_office' | 'left';
export type Place = 'keep' | 'front' | 'end';
export type Names = Partial<Record<string, string>>;

/** Seconds; an interval with a known hit rate, not a promise. */
export interface Estimate { p10_s: number; p50_s: number; p90_s: number }

export interface Alternative { kind: 'opens' | 'slot' | 'standby' | 'place' | 'booking' | 'host' | 'outside'; at?: string; text: string }

export interface Service {
  id: string; name: string; names?: Names; letter: string; mode: 'walk_in' | 'mixed' | 'booking'; open: boolean;
  authority?: string; authority_name?: string;
  /** How to do it without coming, by language. */
  self_service?: Names;
  reason?: string; reason_text?: string; alternatives?: Alternative[]; waiting: number;
  /** Whether a desk that serves it is open; where not, nobody knows how long it takes. */
  desk_open?: boolean; estimate?: Estimate;
  /** A longer wait is late. */
  target_wait_s?: number;
}

/** Things work again, for a while after. */
export interface Back { from: 'evacuation' | 'paper_roll' | 'restart'; since: string; until: string }

export interface Roll { first: string; last: string; service?: string; service_name?: string; open: boolean; opened_at: string; torn?: string; next?: string; never_called: string[] }
export interface Room {
  mode: 'normal' | 'paper_roll'; mode_since?: string; rolls: Roll[]; evacuation: { active: boolean; since?: string; kind?: string };
  back?: Back; priorities: Named[]; at: string;
}

export interface PrintState { state: 'queued' | 'printing' | 'printed' | 'failed' | 'unknown'; printer?: string; fault?: string }

export interface Visit {
  id: string; token: string; number: string; state: VisitState; service_name?: string;
  steps: { service: string; name?: string; names?: Names; state: string }[];
  position?: number; ahead?: number; estimate?: Estimate; expected_from?: string; expected_to?: string;
  desk?: string; desk_name?: string; desk_names?: Names; created_at: string; language?: string; print?: PrintState;
  parked_until?: string; more_time?: { minutes: number; left: number };
  site?: string; at?: string; merged_into?: string; evacuation?: boolean; back?: Back;
  /** Of a visit that was booked: when for, and how the arrival was. */
  booked_for?: string; arrival?: 'early' | 'on_time' | 'tolerated' | 'late';
}

export interface Kiosk {
  id: string; name: string; site: string; languages: string[]; services: Service[];
  printer?: { id: string; state: DeviceState; words?: string; reason?: string }; paper: boolean; open: boolean; closed_because?: string; closed_because_names?: Names; evacuation?: boolean; back?: Back; at: string;
  /** Numbers come off a paper roll meanwhile. */
  mode?: 'normal' | 'paper_roll';
  /** Nobody is in the house: dark until somebody touches the glass. */
  night?: { opens_at?: string };
}

export interface Call {
  number: string; desk: string; desk_name: string; desk_names?: Names; zone?: string; attempt: number; called_at: string;
  /** Which way the desk is from this board. */
  arrow?: ArrowWord;
}
export type ArrowWord = 'left' | 'right' | 'up' | 'down' | 'up_left' | 'up_right' | 'down_left' | 'down_right';

/** Times count from the moment the frame was made. `clips` only where this screen sounds. */
export interface Announced {
  id: string; in_ms: number; until_ms: number; calls: { number: string; desk: string; attempt: number }[];
  volume?: number; clips?: { url: string; pause_ms: number; length_ms: number }[];
}
/** A picture or film for boards. */
export interface Shown { id: string; url: string; film: boolean; seconds: number; name: string }
export interface Sound { speaker: boolean; volume: number; announcements: Announced[] }

export interface BoardQueue {
  service: string; name: string; names?: Names; waiting: number; open: boolean; reason?: string; estimate?: Estimate;
}

export interface Board {
  board: string; seq: number; at: string; site: string; languages: string[]; evacuation: boolean; back?: Back;
  calls: Call[]; queues: BoardQueue[]; notices: { title: string; text: string; titles?: Names; texts?: Names }[]; chime?: { volume: number };
  /** Diagonal of the 16:9 screen in inches, and metres to the farthest seat: they decide how large a row must be. */
  screen?: { inches: number; farthest_m: number };
  /** Present while the board is to be dark. */
  night?: { opens_at?: string };
  /** Absent from a daemon without a voice: then every board chimes for itself. */
  sound?: Sound;
  media?: Shown[];
}

export interface Alarm { id: string; kind: string; severity: 'warning' | 'urgent'; since: string; text: string; minutes: number }

/** One visit as staff see it in a list. */
export interface Waiting {
  visit: string; number: string; state: VisitState; service: string; service_name: string; services?: string[];
  waited_s: number; waiting_since: string; language?: string; channel?: string; party?: number; priority?: string;
  priority_name?: string; booked_for?: string; attempt?: number; desk?: string; parked_until?: string; place?: number;
  print?: PrintState;
  /** For staff only: how to call and serve. */
  needs?: { need: string; text: string }[];
  /** Nobody stands in the room: a desk rings, within this window. */
  callback?: { from: string; until: string; tries: number };
  tied_clerk?: string; pool?: string; parked_place?: string; standby?: boolean;
  also?: string[];
}
export type Need = 'hearing' | 'sight' | 'standing' | 'wheelchair' | 'interpreter' | 'companion';

/** One visit as hosts see it. */
export interface Found extends Waiting { steps: { service: string; name?: string; state: string }[]; day: string; created_at: string; merged_into?: string; merged_visit?: string }

export interface Queue {
  at: string; waiting: Waiting[]; parked: Waiting[]; called: Waiting[]; serving: Waiting[]; missed: Waiting[];
  counts: { waiting: number; parked: number; called: number; serving: number };
}

/** What is left of a visit after its current step. */
export interface NextStep { step: number; service: string; service_name: string; ready: boolean; here: boolean }
export interface HelpCall { kind: 'help' | 'emergency'; to?: string; since: string; answered_by?: string }

export interface Current extends Waiting {
  called_at: string; started_at?: string; serving_s?: number; expected_s?: number; recalls_left?: number;
  recall_after?: string; next_steps?: NextStep[]; why?: { code: string; text?: string; runner_up?: string };
}

export interface Desk {
  id: string; desk?: string; name: string; names?: Names; zone?: string; services: string[];
  state: 'closed' | 'open' | 'break'; reason?: string; since?: string; clerk?: string; visit?: Current; waiting: number;
  next?: Waiting; queue: Waiting[]; parked: Waiting[]; missed: Waiting[]; undo?: { action: string; until: string };
  served_today?: number; mean_service_s?: number; target_wait_s?: number;
  languages?: string[]; skills?: string[]; auto_next?: boolean; rest_s?: number; clerk_id?: string; pools?: string[];
  reason_name?: string; idle_reason?: string; help?: HelpCall; break_reasons?: Named[];
  /** Words to and from this desk, newest first. */
  messages?: { id: number; at: string; from?: string; from_desk?: string; to_desk?: string; text: string }[];
  calls_for_help?: (HelpCall & { desk: string; desk_name: string })[];
}

export type DeviceState = 'ready' | 'warning' | 'failed' | 'absent';
export interface Device {
  id: string; kind: string; name: string; state: DeviceState; since?: string; words?: string; advice?: string;
  /** What is wrong now; empty or absent while ready. */
  reason?: string;
  last_fault?: { reason: string; at: string; words?: string };
  details?: Record<string, string>;
}
export interface Devices { at: string; devices: Device[] }

export interface Session {
  signed_in: boolean; roles?: string[]; name?: string; business_day?: string;
  site: { id: string; name: string; time_zone: string; languages: string[] }; build: string; version?: string;
  /** Languages in which the house has sentences of its own. */
  own_texts?: string[];
  /** What there is to open; only for those who are signed in. */
  kiosks?: Named[]; desks?: Named[]; boards?: Named[]; printers?: Named[];
}
export interface Named { id: string; name: string }

/** RFC 9457; `reason` is the last part of `type`. Pages add two reasons of their own: `offline` and `unreadable`. */
export interface Problem {
  reason: string; status: number; detail?: string; field?: string; alternatives?: Alternative[];
}
