// The README's pictures: the example site on a busy morning.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from '../lib/checks.mjs';
import { spaced, take_at } from '../lib/pages.mjs';

const facility = fileURLToPath(new URL('../../../examples/borgerservice.toml', import.meta.url));
const MORNING = ['mitid', 'pas', 'koerekort', 'flytning', 'laegeskift', 'pas', 'mitid', 'koerekort', 'legitimationskort', 'digital-hjaelp', 'pas', 'flytning'];

test('pictures: the example site on a busy morning', async (house) => {
  house.staff_name = () => 'Mette';
  const [kiosk, board, desk, admin] = [await house.kiosk(), await house.board(), await house.desk_page('desk-2'), await house.open('/admin', 'admin', { role: 'admin' })];
  await desk.click('.citizen [data-action=open]');
  for (const id of ['desk-1', 'desk-3', 'desk-4', 'room-5']) await house.api('PUT', `/desks/${id}/session`, {});
  for (const service of MORNING) await house.api('POST', '/visits', { services: [service], language: service === 'mitid' ? 'en' : 'da' });
  for (const id of ['desk-3', 'desk-1', 'desk-4']) {
    await house.api('POST', `/desks/${id}/next`, {});
    await house.api('POST', `/desks/${id}/start`, {});
  }
  await kiosk.waitForSelector('[data-service=pas] .wait');
  await house.photograph(kiosk, 'kiosk-home');

  const visit = await take_at(kiosk, 'pas');
  await kiosk.waitForSelector('[data-print=printed]', { timeout: 20_000 });
  await house.photograph(kiosk, 'kiosk-ticket');
  const [bytes] = await house.paper.wait_for('ipp', 1);
  copyFileSync(house.paper.read(bytes).png, join(house.pictures, 'ticket.png'));
  const phone = await house.open(`/t/${visit.token}`, 'phone');
  await phone.waitForSelector('.facts');
  await house.photograph(phone, 'phone-waiting');

  await desk.waitForSelector('.citizen [data-action=next]:not([disabled])');
  await desk.keyboard.press('F2');
  await desk.waitForSelector('.citizen .now[data-state=called]');
  await desk.keyboard.press('F2');
  await desk.waitForSelector('.citizen .now[data-state=serving]');
  await desk.waitForFunction(() => document.querySelector('.citizen dl').textContent.includes('0:02'));
  await house.photograph(desk, 'desk-serving');

  // The board announces one call for some seconds before the next; then the citizen of the picture is called.
  await house.api('POST', '/desks/desk-1/finish', { outcome: 'settled' });
  await house.api('POST', '/desks/desk-1/call', { visit: visit.id });
  await board.waitForFunction((number) => document.querySelector('.hero.calling .num')?.textContent.includes(number), spaced(visit.number), { timeout: 60_000 });
  await board.waitForTimeout(4_000);   // past the pulse, before it settles
  await house.photograph(board, 'board-calling');
  await phone.waitForSelector('[data-phase=called]');
  await house.photograph(phone, 'phone-called');

  const reports = await house.open('/reports', 'admin', { role: 'admin' });
  await reports.waitForSelector('[data-row=pas]');
  await house.photograph(reports, 'reports');

  await house.paper.level(0);
  await admin.waitForSelector('tr[data-device=front].failed');
  await house.photograph(admin, 'admin-devices');
}, { facility, printer: 'front', limit_ms: 150_000 });
