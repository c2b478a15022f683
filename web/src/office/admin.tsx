import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get, go_to_sign_in } from '../core/api';
import { useFeed, useReloadWhenIdle } from '../core/feed';
import { Icon } from '../core/icons';
import { NotPaired } from '../core/not_paired';
import { useRefused } from '../core/refused';
import { Spoken, T, useTexts } from '../core/texts';
import { wall } from '../core/time';
import type { Alarm, Device, DeviceState, Devices, Room, Session } from '../core/types';
import { Alarms } from '../core/alarms';
import { device_said } from '../core/words';
import { OutOfReach } from './messages';
import { FindPrinters, PrinterActs, PrinterFigures } from './printers';
import { RoomPanel } from './room';
import { ToldWaits } from './told';

const KINDS = ['journal', 'printer', 'kiosk', 'board', 'sound', 'voice', 'other_site', 'agent', 'sign', 'button', 'lamp', 'door', 'camera', 'reader'];
const TICKETS_MAX = 12;
const TICKETS_EVERY_MS = 5_000;

export function Admin({ who }: { who: Session }): JSX.Element {
  const texts = useTexts();
  const [refusal, ask] = useRefused('/devices');
  const feed = useFeed('devices,alarms,room', texts.language, () => ({ page: 'admin' }), ask);
  useEffect(() => { if (refusal === 'signed_out') go_to_sign_in(); }, [refusal]);
  useReloadWhenIdle(feed, true);
  useEffect(() => { document.title = texts.t('ui.office.admin'); }, [texts]);
  const room = feed.topics['room'] as Room | undefined;
  const told = feed.topics['devices'] as Devices | undefined;
  const devices = told?.devices;
  if (!devices && refusal === 'forbidden') return <NotPaired page="/admin" refusal={refusal} />;
  const alarms = (feed.topics['alarms'] as { alarms: Alarm[] } | undefined)?.alarms;
  const stale = feed.link === 'stale' || feed.link === 'lost';
  const printers = devices?.filter((device) => device.kind === 'printer') ?? [];
  return (
    <section class="admin">
      <Alarms alarms={alarms} />
      {room && <RoomPanel room={room} stale={feed.link === 'stale' || feed.link === 'lost'} />}
      <h1><T k="ui.office.devices" /></h1>
      {stale && <p class="problem" role="alert"><T k="ui.office.stale" a={{ clock: feed.server_at ? wall(feed.server_at) : '–' }} /></p>}
      <p class="quiet" role="status">{devices ? <Summary devices={devices} /> : <T k="ui.office.loading" />}</p>
      <div class="table" role="region" tabIndex={0} aria-label={texts.t('ui.office.devices')}>
        <table>
          <thead><tr><th scope="col"><T k="ui.office.device" /></th><th scope="col"><T k="ui.office.kind" /></th><th scope="col"><T k="ui.office.state" /></th><th scope="col"><T k="ui.office.since" /></th></tr></thead>
          <tbody>{[...(devices ?? [])].sort(by_need).map((device) => <Row key={`${device.kind}/${device.id}`} device={device} now={told?.at ?? ''} />)}</tbody>
        </table>
      </div>
      {who.roles?.includes('admin') && <FindPrinters />}
      <OutOfReach />
      <ToldWaits />
      {printers.map((printer) => <Tickets key={printer.id} printer={printer} />)}
    </section>
  );
}

export const NEED: Record<DeviceState, number> = { failed: 0, absent: 1, warning: 2, ready: 3 };

/** What needs a hand first, then by kind and name. */
export function by_need(a: Device, b: Device): number {
  return NEED[a.state] - NEED[b.state] || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || a.name.localeCompare(b.name);
}

function Summary({ devices }: { devices: readonly Device[] }): JSX.Element {
  const trouble = devices.filter((device) => device.state !== 'ready').length;
  return trouble === 0 ? <T k="ui.office.all_well" a={{ n: devices.length }} /> : <T k="ui.office.some_trouble" a={{ n: trouble }} />;
}

function Row({ device, now }: { device: Device; now: string }): JSX.Element {
  const texts = useTexts();
  const { words, advice } = device_said(texts, device.reason, device.state, device.words);
  const kind = `ui.kind.${device.kind}`;
  return (
    <tr class={device.state} data-device={device.id}>
      <th scope="row">{page_of(device) ? <a href={page_of(device)}>{device.name}</a> : device.name}</th>
      <td>{texts.has(kind) ? texts.t(kind) : device.kind}</td>
      <td><span class={`state ${device.state}`}><Icon name={device.state === 'ready' ? 'check' : 'warning'} /><b><Spoken said={words} /></b></span>
        {device.state !== 'ready' && (advice ? <small><Spoken said={advice} /></small> : device.advice && <small>{device.advice}</small>)}
        {device.kind === 'capture' && device.state !== 'ready' && device.details?.said && <small lang="en" data-said>{device.details.said}</small>}
        {device.kind === 'agent' && <BoxFigures device={device} />}
        {device.kind === 'printer' && <><PrinterFigures device={device} now={now} /><PrinterActs device={device} /></>}</td>
      <td>{device.since ? wall(device.since) : '–'}</td>
    </tr>
  );
}

/** How warm a box is, what memory is left, which version it runs. */
function BoxFigures({ device }: { device: Device }): JSX.Element | null {
  const texts = useTexts();
  const { temperature, memory, version } = device.details ?? {};
  const figures = [temperature, memory && texts.t('ui.office.box_memory', { value: memory }), version && texts.t('ui.office.box_version', { value: version })].filter(Boolean);
  return figures.length > 0 ? <small data-box>{figures.join(' · ')}</small> : null;
}

const page_of = (device: Device): string | undefined => (device.kind === 'kiosk' || device.kind === 'board' ? `/${device.kind}/${device.id}` : undefined);

/** The pictures of a preview printer; other printers have none and show nothing here. */
function Tickets({ printer }: { printer: Device }): JSX.Element | null {
  const texts = useTexts();
  const [list, set_list] = useState<{ file: string; at: string }[]>([]);
  const base = `/printers/${encodeURIComponent(printer.id)}/tickets`;
  useEffect(() => {
    let wanted = true;
    const ask = (): void => void get<{ file: string; at: string }[]>(base).then((answer) => { if (wanted && answer.ok) set_list(answer.data); });
    ask();
    const timer = window.setInterval(ask, TICKETS_EVERY_MS);
    return () => { wanted = false; window.clearInterval(timer); };
  }, [base]);
  if (list.length === 0) return null;
  return (
    <section class="tickets">
      <h2><T k="ui.office.tickets_of" a={{ name: printer.name }} /></h2>
      <ul>
        {list.slice(0, TICKETS_MAX).map((ticket) => (
          <li key={ticket.file}><a href={`/api/v1${base}/${encodeURIComponent(ticket.file)}`}>
            <img src={`/api/v1${base}/${encodeURIComponent(ticket.file)}`} alt={texts.t('ui.office.ticket_at', { clock: wall(ticket.at) })} loading="lazy" /></a><p>{wall(ticket.at)}</p></li>
        ))}
      </ul>
    </section>
  );
}
