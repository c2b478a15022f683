// A picture of every page at its usual size, as a person meets it on a busy morning and in its few great moments: kept beside the build (DIST/../pictures, or where PICTURES says), to be looked at.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { assert, equal, test } from '../lib/harness.mjs';
import { SHELLS, lively } from '../mock.mjs';

/** A page in one colour is a few hundred bytes. */
const BLANK_BYTES = 4_000;
const NINE = ['da', 'en', 'de', 'pl', 'uk', 'ar', 'so', 'fa', 'ti'];
const number = (mock, text) => [...mock.visits.values()].find((visit) => visit.number === text);
const serving = (mock) => { mock.desk('desk-3').state = 'open'; mock.desk_verb('next', mock.desk('desk-3'), {}); mock.desk_verb('start', mock.desk('desk-3'), {}); };
const called = (mock) => { for (const [desk, service] of [['desk-1', 'pas'], ['desk-2', 'mitid'], ['desk-4', 'koerekort'], ['desk-12', 'laege']]) mock.call(mock.desk(desk), mock.take(service)); };
const bookable = (mock) => { mock.bookable = [{ id: 'pas', name: 'Pas', minutes: 12, extra_person_minutes: 10, horizon_days: 30 }]; };
const press = (...selectors) => async (page) => { for (const each of selectors) await page.click(each); };
const BUSY = { alarms: [{ id: 'wait:pas', kind: 'wait', severity: 'urgent', since: '2026-11-23T09:30:00+01:00', text: 'Ventetiden til Pas er over målet', minutes: 31 }], glass: { showing: 'home', language: 'da' }, paper: { state: 'failed', fault: 'media-empty', delay_ms: 1 } };

/** `of`: the page by its shell, or by the address where one shell has several. `there`: what stands on it when it is drawn. */
const PICTURES = [
  { name: 'kiosk', of: 'kiosk', path: '/kiosk/hall', size: 'kiosk', there: '.choice', before: (mock) => { mock.languages = NINE; mock.services[0].mode = 'mixed'; Object.assign(mock.services[4], { open: false, reason: 'closed' }); } },
  { name: 'kiosk-ticket', of: 'kiosk', path: '/kiosk/hall', size: 'kiosk', there: '[data-screen=ticket]', act: press('[data-service=pas]') },
  { name: 'kiosk-arabic-large', of: 'kiosk', path: '/kiosk/hall', size: 'kiosk', there: '[dir=rtl] .large h1', before: (mock) => { mock.languages = ['da', 'en', 'ar']; }, act: press('button:has-text("العربية")', '[data-aid=large]') },
  { name: 'kiosk-contrast-low', of: 'kiosk', path: '/kiosk/hall', size: 'kiosk', there: '.contrast.low', act: press('[data-aid=contrast]', '[data-aid=low]') },
  { name: 'board-idle', of: 'board', path: '/board/hall', size: 'board', there: '.hero' },
  { name: 'board-called', of: 'board', path: '/board/hall', size: 'board', there: '.list li .n', before: called },
  { name: 'board-evacuation', of: 'board', path: '/board/hall', size: 'board', there: '.evacuation', before: (mock) => { mock.evacuation = true; } },
  { name: 'desk-idle', of: 'desk', path: '/desk/desk-3', size: 'desk', there: '.primary', before: (mock) => { mock.desk('desk-3').state = 'open'; } },
  { name: 'desk', of: 'desk', path: '/desk/desk-3', size: 'desk', there: '.now[data-state=serving]', before: serving },
  { name: 'desk-1280', of: 'desk', path: '/desk/desk-3', size: 'office', there: '.panel', before: serving, act: press('[data-action=transfer]') },
  { name: 'phone', of: 't', path: (mock) => `/t/${number(mock, 'A3').token}`, size: 'phone', there: '.facts' },
  { name: 'phone-called', of: 't', path: (mock) => `/t/${number(mock, 'A1').token}`, size: 'phone', there: '.phone.called', before: (mock) => mock.call(mock.desk('desk-3'), number(mock, 'A1')) },
  { name: 'book', of: 'book', path: '/book', size: 'phone', there: '.times button', before: bookable },
  { name: 'book-code', of: 'book', path: '/book/k7p2xw4m', size: 'phone', there: 'h1', before: (mock) => mock.book('k7p2xw4m', 60, 'pas') },
  { name: 'host', of: 'host', path: '/host', size: 'tablet', there: '.services button' },
  { name: 'contact', of: 'contact', path: '/contact', size: 'office', there: '.slot', act: press('[data-service=pas]') },
  { name: 'enrol', of: 'enrol', path: '/enrol/desk-1', size: 'office', there: 'main, p' },
  { name: 'overview', of: '', path: '/', size: 'office', there: '.landing' },
  { name: 'sign-in', of: 'sign-in', path: '/sign-in', size: 'office', there: 'form', before: (mock) => { mock.signed_in = false; } },
  { name: 'admin', of: 'admin', path: '/admin', size: 'office', there: '[data-alarm]', before: (mock) => Object.assign(mock, BUSY) },
  { name: 'room', of: 'room', path: '/room', size: 'board', there: '.totals', before: (mock) => { Object.assign(mock, BUSY); serving(mock); },
    act: (page) => Promise.all([page.frameLocator('[data-of="board:hall"] iframe').locator('.board').waitFor(), page.frameLocator('[data-of="kiosk:hall"] iframe').locator('.choice').first().waitFor()]) },
  { name: 'reports', of: 'reports', path: '/reports', size: 'office', there: 'table' },
  { name: 'site', of: 'site', path: '/site', size: 'office', there: '.things' },
  { name: 'access', of: 'access', path: '/access', size: 'office', there: '.rows li' },
  { name: 'screens', of: 'screens', path: '/screens', size: 'office', there: '[data-outputs] li' },
  { name: 'devices-bench', of: 'devices', path: '/devices/bench', size: 'office', there: 'h1' },
];

test('pictures: every page has one', async () => {
  equal(Object.keys(SHELLS).filter((page) => !PICTURES.some((each) => each.of === page)), [], 'pages without a picture');
});

for (const { name, path, size, there, before, act } of PICTURES) {
  test(`pictures: ${name}`, async ({ mock, open }) => {
    const folder = process.env.PICTURES ?? join(mock.dist, '../pictures');
    mkdirSync(folder, { recursive: true });
    lively(mock);
    before?.(mock);
    const page = await open(typeof path === 'function' ? path(mock) : path, size);
    if (act) { await page.waitForSelector('h1, h2'); await act(page); }
    await page.waitForSelector(there);
    await page.evaluate(() => document.fonts.ready.then(() => true));
    const bytes = await page.screenshot({ path: join(folder, `${name}.png`), fullPage: !['kiosk', 'board', 'desk', 'tablet'].includes(size), animations: 'disabled' });
    assert(bytes.length > BLANK_BYTES, `nothing to see in ${bytes.length} bytes`);
  });
}
