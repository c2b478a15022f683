// The whole room on one page for those who run it: who waits and how long, what each desk does, what needs a hand, and boards and kiosks as they look.
// One live link for all of it; the pictures are those pages themselves, small and silent.
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Alarms } from '../core/alarms';
import { go_to_sign_in } from '../core/api';
import { useFeed, useReloadWhenIdle, useServerClock, useTick } from '../core/feed';
import { Icon } from '../core/icons';
import { NotPaired } from '../core/not_paired';
import { useRefused } from '../core/refused';
import { RoomBar } from '../core/room';
import { Spoken, T, useTexts } from '../core/texts';
import { wall, wall_parts } from '../core/time';
import type { Alarm, Desk, Device, Devices, Queue, Room, Service, Session } from '../core/types';
import { device_said, shut_said, spaced, wait_said } from '../core/words';
import { by_need } from './admin';
import { Pictures } from './pictures';
import { at_desk, by_state, lines_of, minutes } from './room_state';
import type { Line } from './room_state';

const TOPICS = 'services,queue,desks,devices,alarms,room';
const LISTED_MAX = 40;

export function RoomPage({ who }: { who: Session }): JSX.Element {
  const texts = useTexts();
  const [refusal, ask] = useRefused('/queue');
  const feed = useFeed(TOPICS, texts.language, () => undefined, ask);
  const clock = useServerClock(feed);
  useTick(5_000);
  useEffect(() => { if (refusal === 'signed_out') go_to_sign_in(); }, [refusal]);
  useReloadWhenIdle(feed, true);
  useEffect(() => { document.title = texts.t('ui.whole.title'); }, [texts]);
  const queue = feed.topics['queue'] as Queue | undefined;
  if (!queue && refusal === 'forbidden') return <NotPaired page="/room" refusal={refusal} />;
  if (!queue) return <section class="whole"><h1><T k="ui.whole.title" /></h1><p class="quiet" role="status"><T k="ui.office.loading" /></p></section>;
  const now = clock.now_ms();
  const desks = (feed.topics['desks'] as Desk[] | undefined) ?? [];
  const lines = lines_of((feed.topics['services'] as Service[] | undefined) ?? [], queue, now);
  const room = feed.topics['room'] as Room | undefined;
  const devices = (feed.topics['devices'] as Devices | undefined)?.devices ?? [];
  const stale = feed.link === 'stale' || feed.link === 'lost';
  return (
    <section class={stale ? 'whole stale' : 'whole'} data-link={feed.link}>
      <h1><T k="ui.whole.now" a={{ clock: wall_parts(now, clock.offset).clock }} /></h1>
      {stale && <p class="problem" role="alert"><T k="ui.office.stale" a={{ clock: feed.server_at ? wall(feed.server_at) : '–' }} /></p>}
      {room && <RoomBar room={room} />}
      <Totals queue={queue} desks={desks} longest={Math.max(0, ...lines.map((line) => line.longest_s))} late={lines.some((line) => line.level === 'late')} />
      <div class="two">
        <div>
          <h2><T k="ui.whole.by_service" /></h2>
          <ul class="lines">{lines.map((line) => <ServiceLine key={line.service.id} line={line} now={now} />)}</ul>
          <h2><T k="ui.whole.desks" /></h2>
          <ul class="posts">{by_state(desks).map((desk) => <DeskCard key={desk.id} desk={desk} now={now} />)}</ul>
        </div>
        <div>
          <Alarms alarms={(feed.topics['alarms'] as { alarms: Alarm[] } | undefined)?.alarms} />
          <Health devices={devices} />
          <Pictures kind="board" places={who.boards ?? []} devices={devices} />
          {(who.kiosks ?? []).length > 0 && <Pictures kind="kiosk" places={who.kiosks ?? []} devices={devices} />}
        </div>
      </div>
    </section>
  );
}

function Totals({ queue, desks, longest, late }: { queue: Queue; desks: readonly Desk[]; longest: number; late: boolean }): JSX.Element {
  const texts = useTexts();
  const counts = { ...queue.counts, open_desks: desks.filter((desk) => desk.state === 'open').length };
  return (
    <dl class="totals">
      {(['waiting', 'called', 'serving', 'parked', 'open_desks'] as const).map((key) => <div key={key} data-total={key}><dt><T k={`ui.whole.${key}`} /></dt><dd>{counts[key]}{key === 'open_desks' && <small> / {desks.length}</small>}</dd></div>)}
      <div data-total="longest" class={late ? 'late' : ''}><dt><T k="ui.whole.longest" /></dt><dd>{queue.waiting.length === 0 ? '–' : texts.t('ui.whole.minutes', { n: minutes(longest) })}</dd></div>
    </dl>
  );
}

/** One service; opened, it names everyone who waits for it. */
function ServiceLine({ line, now }: { line: Line; now: number }): JSX.Element {
  const texts = useTexts();
  const { service, waiting, level } = line;
  const busy = waiting.length > 0;
  return (
    <li>
      <details class={busy ? `line ${level}` : 'line'} data-service={service.id}>
        <summary>
          <b class="name"><Spoken said={texts.name(service.names, service.name)} /></b>
          <span class="count">{waiting.length}</span>
          <span class="wait">{busy
            ? <span class={`state ${level === 'late' ? 'failed' : level === 'near' ? 'warning' : 'ready'}`}><Icon name={level === 'good' ? 'check' : level === 'near' ? 'clock' : 'warning'} /><b>{texts.t('ui.whole.minutes', { n: minutes(line.longest_s) })}</b> <T k={`ui.whole.level.${level}`} /></span>
            : <span class="quiet"><T k="ui.whole.nobody" /></span>}</span>
          <small>{service.open
            ? <>{service.desk_open ? <T k="ui.whole.told" a={{ wait: wait_said(texts, service.estimate, service.waiting).text }} /> : <b class="late"><T k="ui.whole.no_desk" /></b>}</>
            : <Spoken said={shut_said(texts, service.reason, service.alternatives, service.reason_text, now)} />}
            {service.target_wait_s ? <> · <T k="ui.whole.target" a={{ n: Math.round(service.target_wait_s / 60) }} /></> : null}</small>
        </summary>
        {busy && <ol class="who">{waiting.slice(0, LISTED_MAX).map((visit) => (
          <li key={visit.visit}><b>{spaced(visit.number)}</b> {texts.t('ui.whole.minutes', { n: minutes((now - Date.parse(visit.waiting_since)) / 1000) })}
            {visit.booked_for && <small><T k="ui.whole.booked" a={{ clock: wall(visit.booked_for) }} /></small>}{visit.priority_name && <small>{visit.priority_name}</small>}</li>))}
          {waiting.length > LISTED_MAX && <li><T k="ui.whole.more" a={{ n: waiting.length - LISTED_MAX }} /></li>}</ol>}
      </details>
    </li>
  );
}

function DeskCard({ desk, now }: { desk: Desk; now: number }): JSX.Element {
  const texts = useTexts();
  const time = at_desk(desk, now);
  return (
    <li class={`post ${desk.help ? 'help' : desk.visit ? desk.visit.state : desk.state}`} data-desk={desk.id}>
      <p class="name"><b><Spoken said={texts.name(desk.names, desk.name)} /></b>{desk.clerk && desk.state !== 'closed' && <small>{desk.clerk}</small>}</p>
      {desk.help && <p class="state failed" role="status"><Icon name="bell" /><b><T k={desk.help.kind === 'emergency' ? 'ui.whole.emergency' : 'ui.whole.help'} /></b>{desk.help.answered_by && <small><T k="ui.whole.answered" a={{ name: desk.help.answered_by }} /></small>}</p>}
      {desk.visit ? <>
        <p class="number">{spaced(desk.visit.number)}</p>
        <p>{desk.visit.service_name}</p>
        <p class={time.over ? 'state warning' : ''}>{time.over && <Icon name="clock" />}<T k={desk.visit.state === 'serving' ? 'ui.whole.served_for' : 'ui.whole.called_for'} a={{ n: time.minutes }} />{time.over && <small><T k="ui.whole.over" a={{ n: Math.round((desk.visit.expected_s ?? 0) / 60) }} /></small>}</p>
      </> : <p>{desk.state === 'open' ? <T k="ui.whole.free" /> : <><T k={desk.state === 'break' ? 'ui.desk.state_break' : 'ui.desk.state_closed'} />{desk.state === 'break' && (desk.reason_name ?? desk.reason) ? `: ${desk.reason_name ?? desk.reason}` : ''}</>}</p>}
      <small class="quiet"><T k="ui.whole.served_today" a={{ n: desk.served_today ?? 0 }} /></small>
    </li>
  );
}

function Health({ devices }: { devices: readonly Device[] }): JSX.Element {
  const trouble = [...devices].filter((device) => device.state !== 'ready').sort(by_need);
  const well = devices.filter((device) => device.state === 'ready');
  return (
    <section class="health">
      <h2><T k="ui.whole.devices" /></h2>
      <p class={trouble.length > 0 ? 'state warning' : 'state ready'} role="status"><Icon name={trouble.length > 0 ? 'warning' : 'check'} /><T k={trouble.length > 0 ? 'ui.office.some_trouble' : 'ui.office.all_well'} a={{ n: trouble.length || devices.length }} /></p>
      <ul>{trouble.map((device) => <DeviceLine key={`${device.kind}/${device.id}`} device={device} />)}</ul>
      {well.length > 0 && <details><summary><T k="ui.whole.all_devices" /></summary><ul>{well.map((device) => <DeviceLine key={`${device.kind}/${device.id}`} device={device} />)}</ul></details>}
    </section>
  );
}

function DeviceLine({ device }: { device: Device }): JSX.Element {
  const { words, advice } = device_said(useTexts(), device.reason, device.state, device.words);
  return (
    <li class={device.state} data-device={`${device.kind}:${device.id}`}>
      <b>{device.name}</b> <span class={`state ${device.state}`}><Icon name={device.state === 'ready' ? 'check' : 'warning'} /><Spoken said={words} /></span>
      {device.state !== 'ready' && advice && <small><Spoken said={advice} /></small>}
    </li>
  );
}
