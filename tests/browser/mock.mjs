// A stand-in for the daemon: the calls that pages use, in the shapes of docs/openapi.yaml, with a little living state.
// It exists so that pages can be shown every trouble on purpose; the real daemon has its own tests. No rule here is authority.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json', '.svg': 'image/svg+xml' };
export const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; require-trusted-types-for 'script'";
/** The pages, by the first part of their address, and the script of each. */
export const SHELLS = { kiosk: 'kiosk', desk: 'desk', board: 'board', enrol: 'enrol', t: 'phone', book: 'book', 'sign-in': 'office', admin: 'office', host: 'host', contact: 'contact', reports: 'office', site: 'office', access: 'office', room: 'office', screens: 'office', devices: 'office', '': 'office' };

const two = (n) => String(n).padStart(2, '0');
/** RFC 3339 at +01:00, the site's zone in winter. */
export function stamp(ms) {
  const d = new Date(ms + 3_600_000);
  return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}T${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}+01:00`;
}

const SERVICES = [
  ['pas', 'Pas', 'Passport', 'A', 12], ['koerekort', 'Kørekort', 'Driving licence', 'C', 9], ['mitid', 'MitID', 'MitID', 'J', 8], ['laege', 'Lægeskift', 'Change of doctor', 'K', 5],
  ['legitimation', 'Legitimationskort', 'Identity card', 'P', 8], ['flytning', 'Flytning', 'Moving house', 'T', 7], ['vielse', 'Vielse og attester', 'Weddings and certificates', 'Y', 15],
  ['indskud', 'Indskudslån', 'Housing deposit loan', 'K', 14], ['selvbetjening', 'Hjælp til digital selvbetjening', 'Help with digital self-service', 'J', 10],
  ['eu-ophold', 'EU-opholdsdokument og registrering', 'EU residence document and registration', 'C', 20], ['skattekort', 'Skattekort til nytilkomne', 'Tax card for newcomers', 'J', 6], ['samtale', 'Samtale om ydelser', 'Talk about benefits', 'K', 25],
];

/** A site as the check of a text tells it. */
const SITE = {
  site: { id: 'nord', name: 'Nord', languages: ['da', 'en', 'de'], time_zone: 'Europe/Copenhagen' }, authority: [{ id: 'kommune', name: { da: 'Nordhavn Kommune', en: 'Municipality of Nordhavn' } }],
  service: [{ id: 'pas', name: { da: 'Pas', en: 'Passport' }, authority: 'kommune', letter: 'A', expected_minutes: 12, mode: 'mixed', odd_key: 7 }, { id: 'mitid', name: { da: 'MitID', en: 'MitID', de: 'MitID' }, authority: 'kommune', letter: 'J', expected_minutes: 8, mode: 'walk_in' }],
  opening: [{ days: ['mon', 'tue', 'wed'], from: '09:00', to: '15:00' }], desk: [{ id: 'desk-1', name: { da: 'Skranke 1', en: 'Desk 1' }, zone: 'hall', services: ['pas', 'mitid'] }],
  printer: [{ id: 'front', kind: 'preview', width_mm: 80 }], board: [{ id: 'hall', zones: ['hall'] }], kiosk: [{ id: 'hall', printer: 'front' }], rules: { policy: 'fifo' },
};

const QR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#fff"/><path d="M1 1h3v3H1zM5 1h3v3H5zM1 5h3v3H1zM5 5h1v1H5zM7 7h1v1H7z"/></svg>';

/** WAV of one channel, 8 kHz, 16 bits, 800 samples of nothing. */
const SILENCE = (() => {
  const wave = Buffer.alloc(44 + 1600);
  wave.write('RIFF', 0); wave.writeUInt32LE(36 + 1600, 4); wave.write('WAVEfmt ', 8); wave.writeUInt32LE(16, 16); wave.writeUInt16LE(1, 20); wave.writeUInt16LE(1, 22);
  wave.writeUInt32LE(8000, 24); wave.writeUInt32LE(16000, 28); wave.writeUInt16LE(2, 32); wave.writeUInt16LE(16, 34); wave.write('data', 36); wave.writeUInt32LE(1600, 40);
  return wave;
})();

export class Mock {
  constructor({ dist, services = 6, now = () => Date.now() }) {
    this.dist = dist;
    this.now = now;
    this.build = 'mock-1';
    this.seq = 1;
    this.sockets = new Set();
    this.alive = [];
    this.posts = [];
    this.puts = [];
    this.answers = new Map();
    this.signed_in = true;
    this.silent = false;
    this.faults = [];
    this.serial = 0;
    this.visits = new Map();
    this.counters = {};
    this.calls = [];
    this.evacuation = false;
    this.room = { mode: 'normal', rolls: [], evacuation: { active: false }, priorities: [{ id: 'mobility', name: 'Svært ved at vente' }] };
    this.back = undefined;
    this.paper = { state: 'ready', fault: undefined, delay_ms: 400 };
    this.has_printer = true;
    this.languages = ['da', 'en'];
    this.citizen = { state: 'idle' };   // what the citizen's screen at a desk that enrols is told
    this.services = SERVICES.slice(0, services).map(([id, da, en, letter, minutes]) => ({ id, names: { da, en }, letter, minutes, open: true }));
    this.desks = ['1', '2', '3', '4', '5', '12'].map((n) => ({ id: `desk-${n}`, name: `Skranke ${n}`, names: { da: `Skranke ${n}`, en: `Desk ${n}` }, state: 'closed', services: this.services.map((s) => s.id), since: stamp(this.now()), served: 0, served_s: 0 }));
    this.notices = [{ titles: { da: 'Gå gerne en tur imens', en: 'Feel free to go for a walk' }, texts: { da: 'Scan koden på din billet, og følg din plads på mobilen.', en: 'Scan the code on your ticket and follow your place on your phone.' }, title: 'Gå gerne en tur imens', text: 'Scan koden på din billet, og følg din plads på mobilen.' }];
  }

  // ---- state ----
  take(service_id, { language = 'da', print = true, channel = 'kiosk', waited_s = 0, extra = {} } = {}) {
    const service = this.services.find((s) => s.id === service_id);
    this.counters[service.letter] = (this.counters[service.letter] ?? 0) + 1;
    const id = `v${++this.serial}`;
    const visit = { id, token: `tok${createHash('sha256').update(id).digest('hex').slice(0, 18)}`, number: `${service.letter}${this.counters[service.letter]}`, service, state: 'waiting', since: this.now() - waited_s * 1000, language, channel, attempt: 0, print: print && this.has_printer ? { state: 'queued', printer: 'front' } : undefined, ...extra };
    this.visits.set(id, visit);
    if (visit.print) this.run_print(visit);
    this.changed();
    return visit;
  }

  run_print(visit) {
    visit.print = { state: 'printing', printer: 'front' };
    setTimeout(() => {
      visit.print = this.paper.state === 'ready' ? { state: 'printed', printer: 'front' } : { state: 'failed', printer: 'front', fault: this.paper.fault };
      this.changed();
    }, this.paper.delay_ms).unref();
  }

  in_state(...states) { return [...this.visits.values()].filter((v) => states.includes(v.state)).sort((a, b) => (b.front ?? 0) - (a.front ?? 0) || a.since - b.since); }
  desk(id) { return this.desks.find((d) => d.id === id); }

  call(desk, visit, why) {
    Object.assign(visit, { state: 'called', desk: desk.id, attempt: 1, called_at: this.now(), last_call: this.now(), started_at: undefined, why });
    desk.visit = visit.id;
    this.note(desk, 'call', visit, { state: 'waiting' });
    this.announce(desk, visit);
  }

  announce(desk, visit) {
    this.calls = [{ number: visit.number, desk: desk.id, desk_name: desk.names.da, desk_names: desk.names, zone: 'hall', attempt: visit.attempt, called_at: stamp(this.now()) }, ...this.calls.filter((c) => c.number !== visit.number)].slice(0, 12);
    this.changed();
  }

  note(desk, action, visit, back) { desk.undo = { action, until: this.now() + 10_000, visit: visit.id, back, desk_visit: action === 'call' ? undefined : visit.id }; }

  // ---- shapes ----
  estimate(ahead, service) { const s = ahead * service.minutes * 60 / 2; return { p10_s: Math.round(s * 0.8), p50_s: Math.round(s), p90_s: Math.round(s * 1.4) }; }
  queue_of(service) { return this.in_state('waiting').filter((v) => v.service.id === service.id); }

  service_shape(s, lang) {
    const waiting = this.queue_of(s).length;
    return { id: s.id, name: s.names[lang] ?? s.names.da, names: s.names, letter: s.letter, authority: 'kommune', mode: s.mode ?? 'walk_in', open: s.open, ...(s.self_service ? { self_service: s.self_service } : {}), ...(s.open ? {} : { reason: s.reason ?? 'closed', reason_text: 'Lukket', alternatives: s.alternatives ?? [] }), waiting, desk_open: !this.no_desk, target_wait_s: 1200, estimate: this.estimate(waiting, s) };
  }

  staff_shape(v) {
    return { visit: v.id, number: v.number, state: v.state, service: v.service.id, service_name: v.service.names.da, services: [v.service.id], waited_s: Math.round(((v.called_at ?? this.now()) - v.since) / 1000), waiting_since: stamp(v.since), language: v.language, channel: v.channel, party: v.party ?? 1, ...(v.booked_for ? { booked_for: v.booked_for } : {}), ...(v.callback ? { callback: v.callback } : {}), ...(v.priority ? { priority: v.priority, priority_name: v.priority_name } : {}), attempt: v.attempt, ...(v.desk ? { desk: v.desk } : {}), ...(v.state === 'parked' ? { parked_until: stamp(v.parked_until) } : {}), ...(v.print ? { print: v.print } : {}), ...(v.needs ? { needs: v.needs } : {}) };
  }

  desk_shape(d) {
    const visit = d.visit && this.visits.get(d.visit);
    const queue = this.in_state('waiting').filter((v) => d.services.includes(v.service.id));
    const undo = d.undo && d.undo.until > this.now() ? { action: d.undo.action, until: stamp(d.undo.until) } : undefined;
    return {
      id: d.id, desk: d.id, name: d.name, zone: 'hall', services: d.services, state: d.state, ...(d.reason ? { reason: d.reason } : {}), since: d.since, clerk: 'Medarbejder 7', clerk_id: `person-${d.id}`, pools: d.pools ?? [], ...(d.auto_next ? { auto_next: true, rest_s: d.rest_s } : {}), ...(d.idle ? { idle_reason: d.idle } : {}),
      ...(visit ? { visit: { ...this.staff_shape(visit), called_at: stamp(visit.called_at), ...(visit.started_at ? { started_at: stamp(visit.started_at) } : {}), expected_s: visit.service.minutes * 60, next_steps: visit.next_steps ?? [], recalls_left: Math.max(0, 4 - visit.attempt), recall_after: stamp(visit.last_call + (this.recall_after_ms ?? 20_000)), why: visit.why ?? { code: 'longest_wait', text: '' } } } : {}),
      waiting: queue.length, ...(queue[0] ? { next: this.staff_shape(queue[0]) } : {}), queue: queue.map((v) => this.staff_shape(v)), parked: this.in_state('parked').map((v) => this.staff_shape(v)), missed: this.in_state('no_show').map((v) => this.staff_shape(v)),
      calls_for_help: this.desks.filter((other) => other !== d && other.help).map((other) => ({ desk: other.id, desk_name: other.name, ...other.help })), break_reasons: this.break_reasons ?? [], messages: (this.messages ?? []).filter((m) => m.from_desk === d.id || m.to_desk === d.id),
      ...(d.help ? { help: d.help } : {}), ...(undo ? { undo } : {}), served_today: d.served, mean_service_s: d.served ? Math.round(d.served_s / d.served) : 0, target_wait_s: 1200,
    };
  }

  visit_shape(v, lang) {
    const ahead = v.state === 'waiting' ? this.queue_of(v.service).indexOf(v) : 0;
    const estimate = this.estimate(ahead, v.service);
    const desk = v.desk && this.desk(v.desk);
    return { id: v.id, token: v.token, number: v.number, state: v.state, service_name: v.service.names[lang] ?? v.service.names.da, steps: (v.steps?.length > 1 ? v.steps : [v.service]).map((each) => ({ service: each.id, name: each.names[lang] ?? each.names.da, state: v.state })), ...(v.state === 'waiting' ? { position: ahead + 1, ahead, estimate, expected_from: stamp(this.now() + estimate.p10_s * 1000), expected_to: stamp(this.now() + estimate.p90_s * 1000) } : {}), ...(desk && ['called', 'serving'].includes(v.state) ? { desk: desk.id, desk_name: desk.names[lang] ?? desk.name, attempt: v.attempt } : {}), created_at: stamp(v.since), language: v.language, ...(v.print ? { print: v.print } : {}), ...(v.state === 'parked' ? { parked_until: stamp(v.parked_until ?? this.now()) } : {}), ...(v.more_left && ['waiting', 'called', 'parked'].includes(v.state) ? { more_time: { minutes: 10, left: v.more_left } } : {}), site: 'Borgerservice Nordhavn', at: stamp(this.now()) };
  }

  kiosk_shape(id) {
    return { id, name: 'Hallen', site: 'Borgerservice Nordhavn', languages: this.languages, services: this.services.map((s) => this.service_shape(s, 'da')), ...(this.has_printer ? { printer: { id: 'front', state: this.paper.state, words: '', ...(this.paper.fault ? { reason: this.paper.fault } : {}) } } : {}), paper: this.has_printer, open: !this.closed_because, ...(this.closed_because ? { closed_because: this.closed_because, ...(this.closed_because_names ? { closed_because_names: this.closed_because_names } : {}) } : {}), evacuation: this.evacuation, mode: this.room.mode, ...(this.night ? { night: this.night } : {}), ...(this.back ? { back: this.back } : {}), at: stamp(this.now()) };
  }

  board_shape(id) {
    return { board: id, seq: this.seq, at: stamp(this.now()), site: 'Borgerservice Nordhavn', languages: this.languages, evacuation: this.evacuation, ...(this.back ? { back: this.back } : {}), calls: this.calls, queues: this.services.map((s) => ({ service: s.id, name: s.names.da, names: s.names, waiting: this.queue_of(s).length, open: s.open, estimate: this.estimate(this.queue_of(s).length, s) })), notices: this.notices, ...(this.night ? { night: this.night } : {}), screen: { inches: 55, farthest_m: 6 }, chime: { volume: 60 } };
  }

  devices_shape() {
    const bad = this.paper.state !== 'ready';
    return { at: stamp(this.now()), devices: [
      { id: 'front', kind: 'printer', name: 'Printer i hallen', state: this.paper.state, since: stamp(this.now() - 900_000), ...(bad ? { reason: this.paper.fault, last_fault: { reason: this.paper.fault, at: stamp(this.now()) } } : {}), words: bad ? 'out of order' : 'ready', details: this.printer_details ?? {} },
      { id: 'preview', kind: 'printer', name: 'Prøveprinter', state: 'ready', since: stamp(this.now() - 900_000), words: 'ready' },
      { id: 'hall', kind: 'kiosk', name: 'Stander i hallen', state: this.glass ? 'ready' : 'absent', since: stamp(this.now() - 900_000), words: 'ready', details: this.glass ?? {} },
      { id: 'hall', kind: 'board', name: 'Tavle i hallen', state: 'warning', reason: 'mute', since: stamp(this.now() - 60_000), words: 'no sound' },
      { id: 'journal', kind: 'journal', name: 'Journal', state: 'ready', since: stamp(this.now() - 900_000), words: 'ready' },
      ...(this.boxes ?? []),
    ] };
  }

  sound_shape() {
    return { speech: true, second_language: true, times: 1, making: false, clips: 240, faults: [], outputs: [{ id: 'hall', kind: 'board', volume: 60, volume_now: 60, zones: ['hall'], state: 'warning', words: 'Viser kald, men kan ikke spille lyd' }, { id: 'corner', kind: 'none', volume: 0, volume_now: 0, zones: ['corner'] }],
      languages: [{ language: 'da', wanted: 120, ready: 120, recorded: 118 }, { language: 'ti', wanted: 120, ready: 0, recorded: 0 }] };
  }

  room_shape() { return { ...this.room, evacuation: this.evacuation ? { active: true, since: stamp(this.now()), kind: 'fire' } : { active: false }, ...(this.back ? { back: this.back } : {}), at: stamp(this.now()) }; }

  queue_shape() {
    const list = (...states) => this.in_state(...states).map((v) => this.staff_shape(v));
    const rows = { waiting: list('waiting'), parked: list('parked'), called: list('called'), serving: list('serving'), missed: list('no_show') };
    return { at: stamp(this.now()), ...rows, counts: { waiting: rows.waiting.length, parked: rows.parked.length, called: rows.called.length, serving: rows.serving.length, taken: this.serial, done: 0, no_show: rows.missed.length, left: 0 } };
  }

  found_shape(v) {
    const into = v.merged_into && this.visits.get(v.merged_into);
    const steps = (v.steps ?? [v.service]).map((s) => ({ service: s.id, name: s.names.da, state: v.state === 'waiting' ? 'waiting' : 'called' }));
    return { ...this.staff_shape(v), ...(v.needs ? { needs: v.needs.map((need) => ({ need, text: need })) } : {}), ...(v.also ? { also: v.also } : {}), ...(into ? { merged_into: into.number, merged_visit: into.id } : {}), steps, day: '2026-11-23', created_at: stamp(v.since) };
  }

  /** What hosts do, as far as pages need it. */
  host_verb(method, visit, verb, body) {
    switch (verb) {
      case undefined: Object.assign(visit, body, { priority_name: this.room.priorities.find((p) => p.id === body.priority)?.name }); break;
      case 'move': Object.assign(visit, { front: body.place === 'front' ? 1 : 0, service: this.services.find((s) => s.id === body.to_service) ?? visit.service }); break;
      case 'merge': { const into = this.visits.get(body.into); Object.assign(visit, { state: 'left', merged_into: into.id }); into.also = [...(into.also ?? []), visit.number]; this.changed(); return { status: 200, body: this.found_shape(into) }; }
      case 'split': { const made = this.take(body.services[0], { channel: 'host', print: body.print }); visit.steps = visit.steps.filter((s) => !body.services.includes(s.id)); return { status: 201, body: this.found_shape(made) }; }
      case 'cancel': visit.state = 'left'; break;
      case 'return': visit.state = 'waiting'; break;
      case 'reprint': this.run_print(visit); break;
      default: return this.problem(404, 'not_found');
    }
    this.changed();
    return { status: 200, body: this.found_shape(visit) };
  }

  route_room(method, parts, body) {
    if (parts[1] === 'evacuation') { this.evacuation = body.active; this.back = body.active ? undefined : { from: 'evacuation', since: stamp(this.now()), until: stamp(this.now() + 600_000) }; }
    if (parts[1] === 'mode') this.room = { ...this.room, mode: body.mode, rolls: body.mode === 'paper_roll' ? [...this.room.rolls, { first: (body.first ?? 'P1').replace(' ', '').toUpperCase(), last: 'P999', open: true, opened_at: stamp(this.now()), next: (body.first ?? 'P1').replace(' ', '').toUpperCase(), never_called: [] }] : this.room.rolls.map((roll) => ({ ...roll, open: false, torn: body.torn?.[0], never_called: ['P3', 'P5'] })) };
    this.changed();
    return { status: 200, body: this.room_shape() };
  }

  topic(name) {
    const [kind, id] = name.split(':');
    switch (kind) {
      case 'kiosk': return this.kiosk_shape(id);
      case 'board': return this.board_shape(id);
      case 'desk': return this.desk(id) ? this.desk_shape(this.desk(id)) : undefined;
      case 'devices': return this.devices_shape();
      case 'bench': return { benches: this.benches ?? [] };
      case 'alarms': return { at: stamp(this.now()), alarms: this.alarms ?? [] };
      case 'room': return this.room_shape();
      case 'queue': return this.queue_shape();
      case 'desks': return this.desks.map((d) => this.desk_shape(d));
      case 'services': return this.services.map((s) => this.service_shape(s, 'da'));
      default: return undefined;
    }
  }

  // ---- link ----
  changed() {
    this.seq++;
    for (const socket of this.sockets) for (const topic of socket.topics) this.send(socket, { type: 'change', topic, seq: this.seq, data: this.topic(topic) });
  }

  send(socket, message) { if (!this.silent && socket.readyState === 1) socket.send(JSON.stringify(message)); }

  joined(socket, url) {
    socket.topics = (new URL(url, 'http://x').searchParams.get('topics') ?? '').split(',').filter(Boolean);
    this.sockets.add(socket);
    this.send(socket, { type: 'snapshot', proto: 1, build: this.build, seq: this.seq, at: stamp(this.now()), topics: Object.fromEntries(socket.topics.map((t) => [t, this.topic(t)])) });
    socket.on('message', (text) => this.hear(JSON.parse(String(text))));
    socket.on('close', () => this.sockets.delete(socket));
  }

  /** What a screen tells of itself; a kiosk's glass stands in its details at once. */
  hear(told) {
    this.alive.push(told);
    const { showing, language, aids, width, height } = told;
    if (!showing) return;
    this.glass = Object.fromEntries(Object.entries({ showing, language, aids, width, height }).filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]));
    for (const socket of this.sockets) if (socket.topics.includes('devices')) this.send(socket, { type: 'change', topic: 'devices', seq: ++this.seq, data: this.topic('devices') });
  }

  cut() { for (const socket of this.sockets) socket.terminate(); }

  // ---- calls ----
  problem(status, reason, more = {}) { return { status, body: { type: `/problems/${reason}`, title: reason, status, ...more }, type: 'application/problem+json' }; }

  /** A test plants {method, path (RegExp), status?, reason?, drop?, lose?, garble?, times}: drop = no answer; lose, garble = done, but the answer is lost. */
  planted(method, path) {
    const found = this.faults.find((f) => f.times !== 0 && f.method === method && f.path.test(path));
    if (found) found.times = (found.times ?? 1) - 1;
    return found;
  }

  route(method, path, body, lang, query) {
    const parts = path.split('/').filter(Boolean);
    if (parts[0] === 'session') return this.route_session(method, body);
    if (parts[0] === 'services') return { status: 200, body: this.services.map((s) => this.service_shape(s, lang)) };
    if (parts[0] === 'texts') return this.route_texts(parts[1], query);
    if (parts[0] === 'self-service') return { status: 204 };
    if (parts[0] === 'visits' && method === 'GET' && parts.length === 1) {
      const number = (query?.get('number') ?? '').replace(/[ -]/g, '').toUpperCase().replace(/^([A-Z])0+/, '$1');
      return { status: 200, body: [...this.visits.values()].filter((v) => v.number === number).reverse().map((v) => this.found_shape(v)) };
    }
    if (parts[0] === 'visits' && this.visits.has(parts[1])) return this.host_verb(method, this.visits.get(parts[1]), parts[2], body);
    if (parts[0] === 'room') return this.route_room(method, parts, body);
    if (parts[0] === 'visits') return this.route_visits(method, parts, body, lang);
    if (!this.signed_in) return this.problem(401, 'unauthorized');
    if (parts[0] === 'kiosks') return { status: 200, body: this.kiosk_shape(parts[1]) };
    if (parts[0] === 'boards') return { status: 200, body: this.board_shape(parts[1]) };
    if (parts[0] === 'voice') return this.route_voice(method, parts, body);
    if (parts[0] === 'slots' && this.at_contact) return { status: 200, body: this.free_slots(query) };
    if (parts[0] === 'slots') return { status: 200, body: this.slots ?? this.free_times(Number(query.get('count') ?? this.times_free ?? 9)) };
    if (parts[0] === 'messages') return this.route_messages(method, body);
    if (parts[0] === 'desks') return this.route_desks(method, parts, body);
    if (parts[0] === 'users' || parts[0] === 'tokens') return this.route_access(method, parts, body);
    if (parts[0] === 'facility') return this.route_facility(method, parts, body, query);
    if (parts[0] === 'reports' && parts[1] === 'estimates') return { status: 200, body: this.told ?? { judged: 0, inside: 0, beyond: 0, within_5_min: 0, mean_error_min: 0, mean_width_min: 0, mean_wait_min: 0, told: 0, calibration: [], hours: [], kinds: [], rows: [] } };
    if (parts[0] === 'contact') { this.at_contact = true; return this.route_centre(query, lang); }
    if (parts[0] === 'reports' && parts[1] === 'handover') return this.route_handover(method, body);
    if (parts[0] === 'reports' && parts[1] === 'self-service') return { status: 200, body: this.hints ?? { from: '', to: '', services: [], total: { kiosk: 0, web: 0 }, at: stamp(this.now()) } };
    if (parts[0] === 'reports' && parts[1] === 'messages') { (this.messages_asked ??= []).push(Object.fromEntries(query ?? [])); return { status: 200, body: this.told_citizens ?? { rows: [], reasons: [], out_of_reach_count: 0, out_of_reach: [], total: { sent: 0, failed: 0, put_off: 0 } } }; }
    if (parts[0] === 'reports' && parts[1] === 'plan') return this.route_plan(query);
    if (parts[0] === 'reports' && parts[1] === 'waits') return this.route_waits(query);
    if (parts[0] === 'reports' && parts[1] === 'promise') return this.route_promise(query);
    if (parts[0] === 'reports') return this.route_reports(query, lang);
    if (parts[0] === 'elsewhere') return { status: 200, body: { sites: (this.elsewhere ?? []).filter(() => !(this.elsewhere_later > 0)), asking: (this.elsewhere_later ??= 0) > 0 && this.elsewhere_later-- > 0 } };
    if (parts[0] === 'bookable') return { status: 200, body: { site: 'Borgerservice Nordhavn', languages: this.languages, services: this.bookable ?? [], hold_minutes: 10, late_minutes: 10, check_in_before_minutes: 30, waiting_list: this.waiting_list ?? true, offer_minutes: 60, at: stamp(this.now()) } };
    if (parts[0] === 'bookings' && this.at_contact && (parts.length > 1 || method === 'POST')) { const own = this.route_own_bookings(method, parts, body); if (own) return own; }
    if (parts[0] === 'bookings') return this.route_bookings(method, parts, body);
    if (parts[0] === 'waiting-list' && method === 'POST') return this.join_waiting_list(body);
    if (parts[0] === 'queue') return parts.length === 1 ? { status: 200, body: this.queue_shape() } : this.route_queue(parts);
    if (parts[0] === 'sound') { if (method === 'PATCH') Object.assign(this.sound ?? this.sound_shape(), body); return { status: 200, body: this.sound_shape() }; }
    if (parts[0] === 'media') return { status: 200, body: [{ id: 'm1', name: 'Sommerlukket', type: 'png', bytes: 81_234, boards: [], seconds: 10, from: '2026-11-20', until: '2026-12-01', complete: true }] };
    if (parts[0] === 'devices') return { status: 200, body: this.devices_shape() };
    if (parts[0] === 'bench') return { status: 200, body: { benches: this.benches ?? [] } };
    if (parts[0] === 'agents' && parts[2] === 'bench') return { status: 204 };
    if (parts[0] === 'pairing' && !parts[1]) return { status: 201, body: { code: '123456', claim: 'c', until: stamp(this.now() + 600_000) } };
    if (parts[0] === 'pairing' && parts[1] === 'claim') return { status: 200, body: { paired: false } };
    if (parts[0] === 'pairing' && body?.kind === 'agent') return { status: 201, body: { agent: 'hall-box', added: false } };
    if (parts[0] === 'printers' && parts[1] === 'found') return { status: 200, body: this.found };
    if (parts[0] === 'printers' && method === 'POST') { (this.printer_asked ??= []).push([parts[1], parts[2], body]); return { status: parts[2] === 'test' ? 202 : 200, body: this.devices_shape() }; }
    if (parts[0] === 'printers') return { status: 200, body: [] };
    return this.problem(404, 'not_found');
  }

  // ---- the contact centre ----
  route_centre(query, lang) {
    if (this.not_a_centre) return this.problem(403, 'forbidden', { detail: 'Det giver din adgang ikke lov til.' });
    const refused = { laege: 'authority_decides', legitimation: 'not_your_authority' };
    const services = this.services.map((s) => ({ id: s.id, name: s.names[lang] ?? s.names.da, authority: 'kommune', authority_name: 'Nordhavn Kommune', minutes: s.minutes, bookable: s.id !== 'flytning', telephone: s.id === 'flytning' || s.id === 'mitid', ...(s.id === 'pas' ? { self_service: 'Pas kan fornys på borger.dk.' } : {}), ...(refused[s.id] ? { refused: refused[s.id] } : {}) }));
    const hours = Array.from({ length: 7 }, (_, n) => ({ date: `2026-11-${23 + n}`, open: n === 5 || n === 6 ? [] : [{ from: `2026-11-${23 + n}T09:00:00+01:00`, to: `2026-11-${23 + n}T15:00:00+01:00` }], ...(n === 6 ? { reason: 'Flytter' } : {}) }));
    const first = query?.get('service') ? this.free_slots(query)[0] : undefined;
    return { status: 200, body: { site: 'Borgerservice Nordhavn', open: !this.closed_centre, hours, languages: this.languages, services, sites: (this.sites ?? []).map(({ first_free, ...site }) => (query?.get('service') && !(this.sites_later > 0) && first_free ? { ...site, first_free } : site)), asking: (this.sites_later ?? 0) > 0 && this.sites_later-- > 0, ...(first ? { first_free: first.start } : {}), at: '2026-11-23T09:05:00+01:00' } };
  }

  free_slots(query) {
    if (this.fully_booked) return [];
    const taken = new Set((this.booked ?? []).filter((b) => b.state === 'booked').map((b) => b.start));
    return ['2026-11-24T10:00:00+01:00', '2026-11-24T10:15:00+01:00', '2026-11-25T13:30:00+01:00', '2026-12-02T09:00:00+01:00'].filter((start) => !taken.has(start) && start.slice(0, 10) >= (query?.get('from') ?? '2026-11-23')).map((start) => ({ start, free: 1, ...(this.advises === start ? { advised: true } : {}) }));
  }

  route_handover(method, body) {
    if (method === 'POST') { this.handover = (this.handover ?? []).map((entry) => ({ ...entry, seen: true })); return { status: 200, body: { seen_until: body.until } }; }
    const entries = this.handover ?? [];
    return { status: 200, body: { count: entries.length, unseen: entries.filter((entry) => !entry.seen).length, entries, at: '2026-11-23T08:55:00+01:00' } };
  }

  /** Bookings that the contact centre made, moved and cancelled. */
  route_own_bookings(method, parts, body) {
    this.booked ??= [];
    const shape = (b) => ({ ...b, code_shown: `${b.code.slice(0, 4)} ${b.code.slice(4)}`.toUpperCase(), end: b.start, site: 'Borgerservice Nordhavn' });
    if (method === 'POST') {
      if (this.booked.some((b) => b.start === body.start && b.state === 'booked')) return this.problem(409, 'slot_taken', { detail: 'Tiden er lige blevet taget.' });
      this.booked.push({ code: `k7p2xw4${this.booked.length}`, state: 'booked', start: body.start, services: body.services.map((id) => ({ service: id, name: this.services.find((s) => s.id === id).names.da })), party: body.party });
      return { status: 201, body: shape(this.booked.at(-1)) };
    }
    const one = this.booked.find((b) => b.code === parts[1].replace(/[ -]/g, '').toLowerCase());
    if (!one) return undefined;
    if (method === 'PATCH') one.start = body.start;
    if (method === 'DELETE') one.state = 'cancelled';
    return { status: 200, body: shape(one) };
  }

  route_session(method, body) {
    if (method === 'POST') {
      if (body.token !== 'good' && body.password !== 'good') return this.problem(401, 'sign_in_failed', { detail: 'Det passer ikke. Prøv igen.' });
      this.signed_in = true;
      return { status: 200, body: { name: 'Medarbejder 7', role: 'clerk', expires_at: stamp(this.now() + 1e7) } };
    }
    if (method === 'DELETE') { this.signed_in = false; return { status: 204 }; }
    return { status: 200, body: { signed_in: this.signed_in, roles: this.signed_in ? ['admin'] : [], name: 'Medarbejder 7', business_day: '2026-11-23', site: { id: 'nordhavn', name: 'Borgerservice Nordhavn', time_zone: 'Europe/Copenhagen', languages: this.languages }, build: this.build, own_texts: Object.keys(this.own_texts ?? {}), ...(this.signed_in ? { kiosks: [{ id: 'hall', name: 'Stander i hallen' }], desks: this.desks.map(({ id, name }) => ({ id, name })), boards: [{ id: 'hall', name: 'Tavle i hallen' }] } : {}) } };
  }

  route_visits(method, parts, body, lang) {
    if (parts.length === 1) {
      const service = this.services.find((s) => s.id === body?.services?.[0]);
      if (!service) return this.problem(422, 'unknown_service');
      if (!service.open) return this.problem(409, service.reason ?? 'closed', { alternatives: service.alternatives ?? [] });
      const rung = this.closed_centre ? { from: '2026-11-30T09:00:00+01:00', until: '2026-11-30T09:15:00+01:00' } : { from: '2026-11-23T09:20:00+01:00', until: '2026-11-23T09:45:00+01:00' };
      if (body.callback) { const visit = this.take(service.id, { ...body, print: false, channel: 'phone', extra: { callback: { ...rung, tries: 0 } } }); return { status: 201, body: { id: visit.id, number: visit.number, state: 'waiting', callback: rung, created_at: stamp(this.now()) } }; }
      return { status: 201, body: this.visit_shape(this.take(service.id, { ...body, extra: { party: body.party, needs: body.needs, steps: body.services.map((id) => this.services.find((s) => s.id === id)) } }), lang) };
    }
    const visit = [...this.visits.values()].find((v) => v.token === parts[1]);
    if (!visit) return this.problem(404, 'unknown_visit');
    if (parts[2] === 'qr.svg') return { status: 200, raw: QR, type: 'image/svg+xml' };
    if (parts[2] === 'reprint') { this.run_print(visit); this.changed(); return { status: 200, body: this.visit_shape(visit, lang) }; }
    if (this.expired) return this.problem(410, 'visit_over');
    if (parts[2] === 'push') { visit.push = body; return this.route_contact('GET', visit); }
    if (parts[2] === 'contact') return this.route_contact(method, visit, body);
    if (parts[2] === 'more-time') {
      if (!visit.more_left) return this.problem(409, 'no_more_time');
      Object.assign(visit, { state: 'parked', parked_until: this.now() + 600_000, more_left: visit.more_left - 1, desk: undefined });
      this.changed();
      return { status: 200, body: this.visit_shape(visit, lang) };
    }
    if (parts[2] === 'return') { visit.state = 'waiting'; visit.desk = undefined; this.changed(); return { status: 200, body: this.visit_shape(visit, lang) }; }
    if (method === 'DELETE') { visit.state = 'left'; this.calls = this.calls.filter((c) => c.number !== visit.number); this.changed(); return { status: 204 }; }
    return { status: 200, body: this.visit_shape(visit, lang), etag: true };
  }

  route_contact(method, visit, body) {
    if (method === 'DELETE') { delete visit.contact; return { status: 204 }; }
    if (method === 'PUT') {
      if (body.contact.phone?.length < 6) return this.problem(422, 'wrong_number', { field: 'contact.phone' });
      visit.contact = body.contact;
    }
    return { status: 200, body: { sms: this.tells ?? false, email: this.tells ?? false, ...(this.push_key ? { push_key: this.push_key } : {}), ...(visit.push ? { push: true } : {}), ...(visit.contact ? { contact: visit.contact } : {}) } };
  }

  route_queue([, id, verb]) {
    const visit = this.visits.get(id);
    if (!visit) return this.problem(404, 'unknown_visit');
    if (verb === 'leave') visit.state = 'left';
    if (verb === 'return') Object.assign(visit, { state: 'waiting', desk: undefined });
    if (verb === 'reprint') this.run_print(visit);
    this.changed();
    return { status: 200, body: {} };
  }

  route_desks(method, parts, body) {
    if (parts.length === 1) return { status: 200, body: this.desks.map((d) => this.desk_shape(d)) };
    const desk = this.desk(parts[1]);
    if (!desk) return this.problem(404, 'unknown_desk');
    if (parts[3] === 'citizen') return this.citizen_status ? this.problem(this.citizen_status, this.citizen_status === 403 ? 'not_your_desk' : 'busy') : { status: 200, body: this.citizen };
    if (parts[2] === 'callback') return desk.visit && this.visits.get(desk.visit).callback ? { status: 200, body: { visit: desk.visit, number: this.visits.get(desk.visit).number, phone: '+4500998877', ...this.visits.get(desk.visit).callback } } : this.problem(404, 'no_callback');
    const answer = parts[2] === 'session' ? this.desk_session(method, desk, body) : parts[2] === 'help' ? this.desk_help(method, desk, body) : parts[2] ? this.desk_verb(parts[2], desk, body) : undefined;
    if (answer) return answer;
    this.changed();
    return { status: 200, body: this.desk_shape(desk) };
  }

  desk_session(method, desk, body) {
    desk.reason = undefined;
    desk.since = stamp(this.now());
    if (method === 'PUT') Object.assign(desk, { state: 'open', auto_next: body.auto_next === true, rest_s: body.rest_s ?? 0 });
    if (method === 'DELETE') desk.state = 'closed';
    if (method === 'PATCH') { desk.state = body.state; desk.reason = body.reason; desk.idle = body.idle_reason ?? ''; }
    return undefined;
  }

  route_access(method, parts, body) {
    this.users ??= [{ user: 'bodil', name: 'Bodil', role: 'manager' }];
    this.tokens ??= [{ id: '1', role: 'admin', name: 'admin', created_at: '2026-11-20T09:05:00+01:00', last_used: '2026-11-22' }, { id: '2', role: 'kiosk', name: 'stander', created_at: '2026-11-20T09:05:00+01:00' }];
    const list = this[parts[0]];
    if (method === 'GET') return { status: 200, body: list };
    if (method === 'PATCH') { const one = list.find((each) => (each.user ?? each.id) === parts[1]); const { password: _, ...rest } = body; Object.assign(one, rest); (this.patched ??= []).push(body); return { status: 200, body: one }; }
    if (method === 'DELETE') { this[parts[0]] = list.filter((each) => (each.user ?? each.id) !== parts[1]); return { status: 204 }; }
    if (parts[0] === 'users' && list.some((each) => each.user === body.user)) return this.problem(409, 'user_exists', { detail: 'Brugeren findes allerede.', field: 'user' });
    list.push(parts[0] === 'users' ? { user: body.user, name: body.name ?? body.user, role: body.role, ...(body.may_book ? { may_book: body.may_book } : {}) } : { id: String(list.length + 1), role: body.role, name: body.name ?? body.role, created_at: stamp(this.now()) });
    return { status: 201, body: parts[0] === 'users' ? list.at(-1) : { ...list.at(-1), token: 'sk_made_once' } };
  }

  /** A site of three lines; a text with "wrong" in it is. */
  route_facility(method, parts, body, query) {
    this.site ??= ['[site]\nid = "nord"\nname = "Nord"\n', '[site]\nid = "nord"\nname = "Nordhavn"\n'];
    if (parts[1] === 'versions') return parts[2] ? { status: 200, raw: this.site[Number(parts[2]) - 1], type: 'application/toml' }
      : { status: 200, body: this.site.map((_, n) => ({ version: n + 1, at: `2026-11-${20 + n}T09:05:00+01:00`, by: 'Bodil' })).reverse() };
    if (method === 'GET') return { status: 200, raw: this.site.at(-1), type: 'application/toml' };
    if (parts[1] === 'ticket-preview') { (this.previews ??= []).push({ ...Object.fromEntries(query), draft: body }); return { status: 200, raw: QR, type: 'image/svg+xml' }; }
    if (typeof body === 'object') return this.facility_of_forms(body, query);
    const line = body.split('\n').findIndex((each) => each.includes('wrong')) + 1;
    const odd = body.split('\n').findIndex((each) => each.includes('odd')) + 1;
    if (line) return this.problem(422, 'wrong_content', { detail: 'Det er galt.', line, findings: [{ severity: 'warning', line: 1, message: 'Lidt sært.' }, { severity: 'error', line, message: 'Det er galt.' }] });
    if (query.get('check') !== 'true') this.site.push(body);
    return { status: 200, body: { version: this.site.length, warnings: odd ? [{ severity: 'warning', line: odd, message: 'Lidt sært.' }] : [], facility: this.facility ?? SITE } };
  }

  /** What forms send: a service named "wrong" is; what they made becomes a text of one line. */
  facility_of_forms(facility, query) {
    const index = (facility.service ?? []).findIndex((each) => JSON.stringify(each.name ?? '').includes('wrong'));
    if (index >= 0) return this.problem(422, 'wrong_content', { detail: 'Det er galt.', findings: [{ severity: 'error', line: 0, field: `/service/${index}/name/da`, message: 'Sådan hedder intet ærinde.' }] });
    const toml = `# ${JSON.stringify(facility)}\n`;
    if (query.get('check') === 'true') return { status: 200, body: { version: this.site.length, warnings: [], facility, toml } };
    this.site.push(toml);
    this.facility = facility;
    return { status: 200, body: { version: this.site.length, warnings: [], facility } };
  }

  /** Sentences of the house, and those of the program as the built pages have them. */
  route_texts(language, query) {
    const name = readdirSync(join(this.dist, 'assets')).find((each) => new RegExp(`^${language}\\.[0-9a-f]+\\.json$`).test(each));
    if (!name) return this.problem(404, 'not_found');
    const flat = (value, path = '') => Object.entries(value).flatMap(([key, each]) => (typeof each === 'string' ? [[path + key, each]] : flat(each, `${path}${key}.`)));
    return { status: 200, body: { language, texts: this.own_texts?.[language] ?? {}, ...(query.get('all') === 'true' ? { catalogue: Object.fromEntries(flat(JSON.parse(readFileSync(join(this.dist, 'assets', name), 'utf8'))).filter(([key]) => !(this.lacking?.[language] ?? []).includes(key))) } : {}) } };
  }

  /** Made-up figures; `folding` answers busy so many times first. */
  route_reports(query, lang) {
    (this.asked ??= []).push(Object.fromEntries(query));
    if (this.folding > 0) { this.folding--; return this.problem(503, 'busy'); }
    if (this.no_figures) return { status: 200, body: { by: query.get('by'), from: query.get('from'), to: query.get('to'), at: stamp(this.now()), rows: [], total: { visits: 0, persons: 0, booked: 0, matters: 0, served: 0, no_show: 0, left: 0, outcomes: {} } } };
    const times = (mean) => ({ count: 9, mean_s: mean * 60, p50_s: mean * 50, p90_s: mean * 130, max_s: mean * 200 });
    const row = (visits, wait) => ({ visits, persons: visits + 2, booked: 3, matters: visits, served: visits - 2, no_show: 1, left: 1, wait: times(wait), within_target: 0.82, service: times(8), whole_visit: times(31), booked_late: times(2), outcomes: { settled: visits - 4, needs_documents: 2, referred: 0, back_office: 0, left: 0 }, settled_share: 0.91 });
    const keys = { day: ['2026-11-20', '2026-11-23'], hour: ['09', '10', '11'], channel: ['kiosk', 'phone'], desk: ['desk-1', 'desk-3', ''], authority: ['kommune', 'siri'], service: this.services.map((each) => each.id) }[query.get('by')];
    const names = Object.fromEntries(this.services.map((each) => [each.id, each.names[lang] ?? each.names.da]));
    return { status: 200, body: { by: query.get('by'), from: query.get('from'), to: query.get('to'), at: stamp(this.now()), rows: keys.map((key, n) => ({ key, name: names[key] ?? key, ...row(40 - n * 6, 9 + n * 3) })), total: row(132, 14) } };
  }

  /** Made-up waits: of walk-ins half within twelve minutes, of bookings most at once. */
  route_waits(query) {
    (this.waits_asked ??= []).push(Object.fromEntries(query));
    if (this.folding > 0) { this.folding--; return this.problem(503, 'busy'); }
    const curve = (half) => Array.from({ length: 91 }, (_, minute) => Math.round((1 - 0.5 ** (minute / half + 0.1)) * 1000) / 1000);
    const called = this.no_figures ? 0 : 412;
    return { status: 200, body: { from: query.get('from'), to: query.get('to'), at: stamp(this.now()), kinds: [{ kind: 'walk_in', called, within: curve(12) }, { kind: 'booked', called: called && 96, within: curve(2) }] } };
  }

  /** Two days of one service: the promise broke on the second. */
  route_promise(query) {
    const row = (day, more) => ({ day, service: 'pas', name: 'Pas', at: `${day}T04:00:01+01:00`, free_within_3: 2, free_within_7: 9, asked_per_day: 4, shared_per_day: 0, places_per_day: 5, alarm: false, booked: 20, share_within_3: 0.4, share_within_7: 0.95, no_show_seen: 0, overbooked: 0, ...more });
    const rows = [row('2026-11-20', { working_days: 1 }), row('2026-11-23', { breaks_in_working_days: 4, alarm: true, no_show_share: 0.12, no_show_seen: 80, overbooked: 1 })];
    return { status: 200, body: { site: 'slagelse', from: query.get('from'), to: query.get('to'), rows: query.get('from') > '2026-11-01' ? [] : rows } };
  }

  /** A made-up plan; `playing` answers busy so many times first. */
  route_plan(query) {
    (this.planned ??= []).push(Object.fromEntries(query));
    if (this.playing > 0) { this.playing--; return this.problem(503, 'busy'); }
    if (this.no_plan) return this.problem(409, 'too_little_history', { detail: 'En plan kræver 3 tidligere dage med besøg; her er der én.' });
    const day = (wait, within, lost) => ({ walk_in_wait_p50_min: wait / 4, walk_in_wait_p90_min: wait, walk_in_within: within, lost, booked_late_p50_min: 0, booked_late_p90_min: wait / 3, booked_within: within + 0.02, use: 0.8, overtime_min: 6.25 });
    const half_hours = [3, 4, 5, 5, 4, 3, 3, 4, 4, 3, 2, 2].map((desks, n) => ({ from: `${String(9 + (n >> 1)).padStart(2, '0')}:${n % 2 ? '30' : '00'}`, desks, work: desks * 0.84 }));
    return { status: 200, body: { from: query.get('from'), to: query.get('to'), weekdays: ['mon'], days: 38, days_played: 60, policy: 'skranke', target: {}, met: !this.out_of_reach, cut_short: false, desks_there: 6, half_hours,
      order: [{ desk: 'desk-1', name: 'Skranke 1' }, { desk: 'desk-3', name: 'Skranke 3' }], planned: day(19.2, 0.91, 0.042), one_less: day(41.7, 0.68, 0.121), one_more: day(9.4, 0.98, 0.013) } };
  }

  /** The day's bookings, as a test put them into `bookings`. */
  /** As the daemon: what is wrong is named with its field. */
  join_waiting_list(body) {
    if (body.last < body.first) return this.problem(422, 'wrong_content', { field: 'last', detail: 'Den sidste dag er før den første.' });
    const wrong = this.wrong_contact(body);
    if (wrong) return wrong;
    this.wished = body;
    this.book('w3t7xw4m', 60, body.services[0], { state: 'waiting', wish: { first: body.first, last: body.last, from: body.from, to: body.to, offers: 0, offered: false } });
    return { status: 201, body: this.bookings.at(-1) };
  }

  wrong_contact(body) {
    const { phone } = body.contact ?? {};
    return phone && phone.replace(/\D/g, '').length < 6 ? this.problem(422, 'wrong_content', { field: 'contact.phone', detail: 'Skriv telefonnummeret med cifre.' }) : undefined;
  }

  route_bookings(method, parts, body) {
    this.bookings ??= [];
    if (parts.length === 1 && method === 'POST') {
      this.book('7k2mxw4q', 0, body.services[0], { start: body.start, channel: 'kiosk', services: body.services.map((service) => ({ service, name: this.services.find((each) => each.id === service).names.da })), ...(body.hold ? { state: 'held' } : {}), ...(body.needs ? { needs: body.needs } : {}) });
      return { status: 201, body: this.bookings.at(-1) };
    }
    if (parts[2] === 'qr.svg') return { status: 200, raw: QR, type: 'image/svg+xml' };
    if (parts[2] === 'print') {
      if (method === 'POST') { this.slip = { state: 'queued', printer: 'front' }; this.slips = (this.slips ?? 0) + 1; setTimeout(() => { this.slip = this.paper.state === 'ready' ? { state: 'printed', printer: 'front' } : { state: 'failed', printer: 'front', fault: this.paper.fault }; }, this.paper.delay_ms).unref(); }
      return { status: method === 'POST' ? 202 : 200, body: this.slip };
    }
    if (parts.length === 1) return { status: 200, body: { date: '2026-11-23', count: this.bookings.length, bookings: this.bookings, at: stamp(this.now()) } };
    const booking = this.bookings.find((each) => each.code === parts[1]);
    if (!booking) return this.problem(404, 'unknown_booking');
    if (method === 'DELETE' && parts.length === 2) booking.state = 'cancelled';
    if (parts[2] === 'personal-data') {
      if (method !== 'DELETE') return { status: 200, body: this.personal };
      this.personal = { code: this.personal.code, seen: [] };
      return { status: 204 };
    }
    if (method === 'PATCH' && this.wrong_contact(body)) return this.wrong_contact(body);
    if (method === 'PATCH' && body.confirm) Object.assign(booking, { state: 'booked', wish: undefined });
    if (method === 'PATCH' && body.decline) booking.state = 'waiting';
    if (parts[2] !== 'check-in') return { status: 200, body: booking };
    const visit = this.take(booking.services[0].service, {});
    Object.assign(booking, { state: 'arrived', number: visit.number });
    this.changed();
    return { status: 201, body: this.visit_shape(visit, 'da') };
  }

  /** Times of the next mornings. */
  free_times(count) { return Array.from({ length: count }, (_, n) => ({ start: stamp(this.now() + 86_400_000 * (1 + n)).replace(/T.*/, `T${two(9 + (n % 5))}:15:00+01:00`), free: 1 })); }

  /** A tenth of a second of silence for each sentence; nothing speaks the languages of `voiceless`. */
  route_voice(method, parts, body) {
    this.sentences ??= [];
    if (method === 'POST') { this.sentences.push(body); return { status: 202, body: { url: `/api/v1/voice/sentences/${this.sentences.length}` } }; }
    const said = this.sentences[Number(parts[2]) - 1];
    if (!said) return this.problem(404, 'not_found');
    return (this.voiceless ?? []).includes(said.language) ? this.problem(404, 'no_voice') : { status: 200, raw: SILENCE, type: 'audio/wav' };
  }

  book(code, minutes, service, more = {}) {
    const known = this.services.find((each) => each.id === service);
    const at = (after) => stamp(this.now() + (minutes + after) * 60_000);
    (this.bookings ??= []).push({ code, code_shown: code.toUpperCase().replace(/^(.{4})/, '$1 '), state: 'booked', start: at(0), end: at(15), services: [{ service, name: known.names.da, from: at(0), to: at(15) }], party: 1, language: 'da', channel: 'web', needs: [], created_at: at(-999), check_in_from: at(-30), late_after: at(10), ...more });
  }

  /** Words between desks; `messages` of a desk are those from it or to it. */
  route_messages(method, body) {
    this.messages ??= [];
    if (method === 'POST') this.messages.unshift({ id: this.messages.length + 1, at: stamp(this.now()), from: 'Medarbejder 7', text: body.text, ...(body.from ? { from_desk: body.from } : {}), ...(body.to ? { to_desk: body.to } : {}) });
    this.changed();
    return method === 'POST' ? { status: 201, body: this.messages[0] } : { status: 200, body: this.messages };
  }

  desk_help(method, desk, body) {
    if (method === 'POST') desk.help = { kind: body.kind ?? 'help', since: stamp(this.now()) };
    if (method === 'PATCH') desk.help.answered_by = 'Medarbejder 7';
    if (method === 'DELETE') desk.help = undefined;
    return undefined;
  }

  /** The step is over, the same citizen stays for the next one. */
  desk_go_on(desk, visit, body) {
    const next = (visit.next_steps ?? []).find((each) => (body.step === undefined ? each.here : each.step === body.step && each.here));
    if (!next) return this.problem(409, 'wrong_desk');
    visit.service = this.services.find((s) => s.id === next.service);
    visit.next_steps = visit.next_steps.filter((each) => each !== next);
    Object.assign(visit, { state: 'serving', started_at: this.now() });
    return undefined;
  }

  desk_verb(verb, desk, body) {
    const visit = desk.visit && this.visits.get(desk.visit);
    if (verb === 'next' || verb === 'call') return this.desk_call(verb, desk, body, visit);
    if (verb === 'undo') return this.desk_undo(desk);
    if (!visit) return this.problem(409, 'desk_idle');
    if (verb === 'finish' && body.continue) return this.desk_go_on(desk, visit, body);
    switch (verb) {
      case 'services': visit.next_steps = [...(visit.next_steps ?? []), ...body.add.map((id) => ({ step: 7, service: id, service_name: this.services.find((s) => s.id === id).names.da, ready: true, here: true }))]; return undefined;
      case 'recall': visit.attempt++; visit.last_call = this.now(); this.announce(desk, visit); return undefined;
      case 'start': visit.state = 'serving'; visit.started_at = this.now(); this.note(desk, 'start', visit, { state: 'called', started_at: undefined }); return undefined;
      case 'finish': this.note(desk, 'finish', visit, { state: 'serving' }); Object.assign(visit, { state: 'done', outcome: body.outcome }); desk.served++; desk.served_s += (this.now() - (visit.started_at ?? this.now())) / 1000; break;
      case 'no-show': this.note(desk, 'no_show', visit, { state: 'called' }); visit.state = 'no_show'; break;
      case 'park': this.note(desk, 'park', visit, { state: visit.state }); Object.assign(visit, { state: 'parked', parked_until: this.now() + (body.minutes ?? 10) * 60_000 }); break;
      case 'transfer': this.note(desk, 'transfer', visit, { state: visit.state, service: visit.service }); Object.assign(visit, { state: 'waiting', front: body.place === 'front' ? 1 : 0, service: this.services.find((s) => s.id === body.to_service) ?? visit.service }); break;
      default: return this.problem(404, 'not_found');
    }
    desk.visit = undefined;
    desk.since = stamp(this.now());
    return undefined;
  }

  desk_call(verb, desk, body, visit) {
    if (desk.state !== 'open') return this.problem(409, 'desk_closed');
    if (visit) return this.problem(409, 'desk_busy', { detail: 'Der er allerede en borger ved skranken.' });
    const next = verb === 'call' ? (body.number ? [...this.visits.values()].find((v) => v.number === body.number) : this.visits.get(body.visit)) : this.in_state('waiting').find((v) => desk.services.includes(v.service.id));
    if (!next) return verb === 'call' ? this.problem(404, 'unknown_visit') : { status: 204 };
    this.call(desk, next, { code: verb === 'call' ? 'named' : 'longest_wait', text: '', runner_up: this.in_state('waiting')[1]?.number });
    return { status: 200, body: { visit: next.id, number: next.number, service: next.service.id, waited_s: 1, attempt: 1, why: next.why, desk: desk.id } };
  }

  desk_undo(desk) {
    if (!desk.undo || desk.undo.until < this.now()) return this.problem(409, 'nothing_to_undo');
    const visit = this.visits.get(desk.undo.visit);
    Object.assign(visit, desk.undo.back);
    desk.visit = desk.undo.desk_visit;
    if (!desk.visit) { visit.desk = undefined; this.calls = this.calls.filter((c) => c.number !== visit.number); }
    desk.undo = undefined;
    return undefined;
  }

  // ---- http ----
  async handle(request, response) {
    const url = new URL(request.url, 'http://x');
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    if (!url.pathname.startsWith('/api/v1/')) return this.serve(url.pathname, response);
    const path = url.pathname.slice('/api/v1'.length);
    const text = Buffer.concat(chunks).toString();
    const key = request.headers['idempotency-key'];
    const sent = (request.headers['content-type'] ?? '').includes('json') ? text && JSON.parse(text) : text;
    if (request.method === 'POST') this.posts.push({ path, key, body: sent });
    if (request.method === 'PUT' || request.method === 'PATCH') this.puts.push({ path, body: sent });
    const fault = this.planted(request.method, path);
    if (fault?.drop) return request.socket.destroy();
    if (fault?.status) return this.reply(response, this.problem(fault.status, fault.reason, fault.more));
    const lang = (request.headers['accept-language'] ?? 'da').slice(0, 2);
    const answer = (key && this.answers.get(key)) ?? this.route(request.method, path, text ? sent : {}, lang, url.searchParams);
    if (key && answer.status < 500) this.answers.set(key, answer);
    if (fault?.lose) return request.socket.destroy();
    // Not a broken connection, which the browser itself would repeat: what a proxy says whose backend just went away.
    if (fault?.garble) return this.reply(response, { status: 502, raw: '<html>Bad gateway', type: 'text/html' });
    return this.reply(response, answer, request.headers['if-none-match']);
  }

  reply(response, { status, body, raw, type = 'application/json', etag }, wanted) {
    const text = raw ?? (body === undefined ? '' : JSON.stringify(body));
    // A visit's `at` changes with every answer; its tag is of what matters.
    const tag = etag && `"${createHash('sha256').update(JSON.stringify({ ...body, at: 0, expected_from: 0, expected_to: 0 })).digest('hex').slice(0, 16)}"`;
    if (tag && tag === wanted) { response.writeHead(304); return response.end(); }
    response.writeHead(status, { ...(text ? { 'Content-Type': type } : {}), ...(tag ? { ETag: tag } : {}), 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    return response.end(text);
  }

  serve(pathname, response) {
    const file = pathname.startsWith('/assets/') ? pathname.slice(1) : SHELLS[pathname.split('/')[1]] && `shell/${SHELLS[pathname.split('/')[1]]}.html`;
    const full = file && join(this.dist, file);
    if (!full || full.includes('..') || !existsSync(full)) { response.writeHead(404); return response.end(); }
    response.writeHead(200, { 'Content-Type': TYPES[extname(full)] ?? 'application/octet-stream', 'Content-Security-Policy': CSP, 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-cache', ...(file.startsWith('assets/push.') ? { 'Service-Worker-Allowed': '/t/' } : {}) });
    return response.end(readFileSync(full));
  }

  listen(port = 0) {
    this.server = createServer((request, response) => this.handle(request, response).catch((error) => { console.error(error); response.destroy(); }));
    const sockets = new WebSocketServer({ noServer: true });
    this.server.on('upgrade', (request, socket, head) => {
      if (!this.signed_in || this.refuse_links) return socket.destroy();
      return sockets.handleUpgrade(request, socket, head, (peer) => this.joined(peer, request.url));
    });
    this.pings = setInterval(() => { for (const socket of this.sockets) this.send(socket, { type: 'ping', seq: this.seq, at: stamp(this.now()) }); }, this.ping_ms ?? 4000);
    return new Promise((done) => this.server.listen(port, '127.0.0.1', () => done(`http://127.0.0.1:${this.server.address().port}`)));
  }

  async close() {
    clearInterval(this.pings);
    this.cut();
    this.server.closeAllConnections?.();
    await new Promise((done) => this.server.close(done));
  }
}

/** A lively morning for pictures: people waiting in every queue, some over target. */
export function lively(mock) {
  const waits = [1860, 1260, 1140, 1020, 720, 660, 540, 360, 250, 180, 60, 30];
  waits.forEach((waited_s, index) => mock.take(mock.services[index % 4].id, { waited_s, language: ['da', 'da', 'en', 'uk', 'da'][index % 5], print: index % 3 === 0 }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mock = new Mock({ dist: process.argv[2] ?? 'dist', services: Number(process.argv[4] ?? 6) });
  lively(mock);
  console.log(`ready ${await mock.listen(Number(process.argv[3] ?? 8081))}`);
}
