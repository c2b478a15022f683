import { axe } from '../lib/a11y.mjs';
import { assert, equal, test, until } from '../lib/harness.mjs';

test('office: sign-in refuses, says why, and then leads to the page that was asked for', async ({ mock, open }) => {
  mock.signed_in = false;
  const page = await open('/sign-in?next=%2Fadmin', 'office', { expect_errors: true });
  await page.fill('input[name=token]', 'bad');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.problem:has-text("Det passer ikke")');
  await page.check('text=Bruger og adgangskode');
  await page.fill('input[name=user]', 'anne');
  await page.fill('input[name=password]', 'good');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/admin');
  equal(mock.posts.at(-1).body, { user: 'anne', password: 'good' });
});

test('office: a foreign address in the link leads nowhere foreign', async ({ open }) => {
  const page = await open('/sign-in?next=https%3A%2F%2Fevil.example%2F', 'office');
  await page.fill('input[name=token]', 'good');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.landing');
  equal(new URL(page.url()).pathname, '/');
});

test('office: the landing page leads to every desk, kiosk and board', async ({ open }) => {
  const page = await open('/', 'office');
  await page.waitForSelector('.group a');
  const links = await page.locator('.group a').evaluateAll((list) => list.map((each) => each.getAttribute('href')));
  for (const href of ['/desk/desk-1', '/desk/desk-12', '/kiosk/hall', '/board/hall', '/admin']) assert(links.includes(href), href);
});

test('office: alarms stand first, the urgent one with its words', async ({ mock, open }) => {
  const page = await open('/admin', 'office');
  await page.waitForSelector('.alarms:has-text("Ingen alarmer")');
  mock.alarms = [{ id: 'leaving:siri', kind: 'leaving', severity: 'urgent', since: '2026-11-23T14:30:00+01:00', text: 'SIRI er gået, og 2 borgere venter stadig på den', minutes: 0 }];
  mock.changed();
  await page.waitForSelector('[data-alarm="leaving:siri"].urgent:has-text("SIRI er gået")');
});

test('office: a printer that runs out is first in the list within a second, with what to do', async ({ mock, open }) => {
  const page = await open('/admin', 'office');
  await page.waitForSelector('tr[data-device=front].ready');
  mock.paper = { state: 'failed', fault: 'media-empty', delay_ms: 1 };
  mock.changed();
  await page.waitForSelector('tr[data-device=front].failed', { timeout: 1_000 });
  equal(await page.getAttribute('tbody tr', 'data-device'), 'front');
  const row = await page.textContent('tr[data-device=front]');
  assert(row.includes('Der er ikke mere papir') && row.includes('Sæt en ny rulle i'), row);
});

test('office: a printer tells its last ticket and its paper, prints a test page, and hears of a new roll', async ({ mock, open }) => {
  const page = await open('/admin', 'office');
  const row = page.locator('tr[data-device=front]');
  mock.printer_details = { last_ticket: '2026-11-22T15:02:00+01:00', tickets_left: '41', test_page: 'failed', test_page_fault: 'media-empty' };
  mock.changed();
  await row.locator('[data-figures]:has-text("22.11. 15.02")').waitFor();
  equal(await row.locator('[data-figures]').textContent(), 'Sidste billet 22.11. 15.02 · 41 billetter tilbage på rullen');
  equal(await row.locator('[data-test-page]').textContent(), 'Prøvesiden kom ikke ud: Der er ikke mere papir');
  await row.locator('[data-act=test]').click();
  await until(() => mock.printer_asked?.length === 1, 'the test page was asked for');
  await row.locator('[data-act=roll]').click();
  await row.locator('input').fill('450');
  await row.locator('input').press('Enter');
  await until(() => mock.printer_asked.length === 2, 'the roll is told');
  equal(mock.printer_asked, [['front', 'test', {}], ['front', 'roll', { tickets: 450 }]]);
  await row.locator('form').waitFor({ state: 'detached' });
});

test('office: printers are found, a queue goes into the draft of the site once, and what others wrote stays text', async ({ mock, open }) => {
  mock.found = { spooler: true, network: false, printers: [
    { source: 'queue', name: 'ticket', queue: 'ticket', printer: 'front' }, { source: 'queue', name: '<b>Hall</b>', queue: 'hall-2', model: 'Roll 80' },
    { source: 'network', name: 'Roll', uri: 'ipp://Roll._ipp._tcp.local/', command: "lpadmin -p Roll -E -v 'ipp://Roll._ipp._tcp.local/' -m everywhere" },
    { source: 'network', name: 'Odd', uri: "ipp://'; id" }] };
  const page = await open('/admin', 'office');
  await page.click('[data-act=find]');
  await page.waitForSelector('[data-offer=hall-2]');
  equal(await axe(page), []);
  assert((await page.textContent('[data-find-printers]')).includes('Avahi kører ikke'), 'said that the network was not searched');
  assert((await page.textContent('[data-offer=ticket]')).includes('I brug som front'));
  equal(await page.textContent('[data-offer=hall-2] > b'), '<b>Hall</b>');
  equal(await page.textContent('[data-offer^="ipp://Roll"] code'), mock.found.printers[2].command);
  equal(await page.locator('[data-offer] >> nth=3').locator('code, a').count(), 0, 'nothing to run or follow');
  await page.click('[data-offer=hall-2] a');
  await page.waitForSelector('.said:has-text("hall-2")');
  await until(() => last_draft(mock)?.printer?.at(-1)?.queue === 'hall-2', 'the draft is checked with it');
  const printers = last_draft(mock).printer;
  equal([printers.at(-1).kind, new Set(printers.map((each) => each.id)).size], ['cups', printers.length]);
  await page.reload();
  await page.click('[data-section=printer]');
  equal(await page.locator('[data-thing^="/printer/"]').count(), printers.length, 'once, however often the page is loaded');
});

const last_draft = (mock) => mock.puts.filter((each) => each.path === '/facility' && typeof each.body === 'object').at(-1)?.body;

test('screens that are refused say why: no such desk, not for this access, not signed in', async ({ mock, open }) => {
  mock.refuse_links = true;
  mock.faults.push({ method: 'GET', path: /^\/kiosks\/hall$/, status: 403, reason: 'forbidden', times: -1 });
  mock.faults.push({ method: 'GET', path: /^\/boards\/hall$/, status: 401, reason: 'unauthorized', times: -1 });
  for (const [path, size, refusal] of [['/desk/nothing', 'desk', 'unknown'], ['/kiosk/hall', 'kiosk', 'forbidden'], ['/board/hall', 'board', 'signed_out']]) {
    const page = await open(path, size, { expect_errors: true });
    await page.waitForSelector(`[data-refusal=${refusal}]`, { timeout: 15_000 });
    equal(await page.locator('.not-paired a').count(), refusal === 'unknown' ? 0 : 1, path);
  }
});

test('reports: a period, what the rows go by, bars, a table and a file', async ({ mock, open }) => {
  mock.folding = 2;
  const page = await open('/reports', 'office');
  await page.waitForSelector('[role=status]:has-text("regnes ud af journalen")');
  await page.waitForSelector('[data-row=pas]', { timeout: 6_000 });
  equal(mock.asked.at(-1), { by: 'service', from: '2026-11-23', to: '2026-11-23' });
  equal(await page.textContent('.totals dd >> nth=0'), '132');
  equal(await page.locator('.bars > div').count(), await page.locator('tbody tr').count());
  await page.selectOption('.measure select', 'wait_p90');
  equal(await page.textContent('.bars > div >> nth=0 >> b'), '20', 'minutes, rounded');
  await page.click('button:has-text("7 dage")');
  await page.waitForSelector('[aria-pressed=true]:has-text("7 dage")');
  await page.click('[data-by=day]');
  await page.waitForSelector('[data-row="2026-11-20"]');
  equal(mock.asked.at(-1), { by: 'day', from: '2026-11-17', to: '2026-11-23' });
  equal(await page.textContent('[data-row="2026-11-20"] th'), 'fredag 20.11.');
  equal(await page.getAttribute('a[download]', 'href'), '/api/v1/reports/visits?by=day&from=2026-11-17&to=2026-11-23&format=csv&lang=da');
  await page.click('[data-by=desk]');
  await page.waitForSelector('[data-row=""] th:has-text("Ingen")');
  mock.no_figures = true;
  mock.hints = { from: '2026-11-23', to: '2026-11-23', services: [{ service: 'flytning', name: 'Flytning', kiosk: 4, web: 31 }, { service: 'mitid', name: 'MitID', kiosk: 2, web: 0 }], total: { kiosk: 6, web: 31 }, at: '2026-11-23T09:05:00+01:00' };
  await page.click('button:has-text("I dag")');
  await page.waitForSelector('text=Ingen besøg i den periode.');
  await page.waitForSelector('[data-row="Flytning"]');
  equal(await page.locator('[data-row="Flytning"] td').allTextContents(), ['31', '4', '35'], 'who did it themselves is told beside the visits');
  equal(await page.locator('[data-row="I alt"] td').allTextContents(), ['31', '6', '37']);
  equal(await page.getAttribute('a[download] >> nth=-1', 'href'), '/api/v1/reports/self-service?from=2026-11-23&to=2026-11-23&format=csv');
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/hints-da.png`, fullPage: true });
});

const HOURS = [9, 10, 11, 12, 13, 14].map((hour, n) => ({ hour, judged: 40 - n, inside: 0.8, beyond: 0.1, within_5_min: 0.7, mean_error_min: 4, mean_width_min: 8 + n * (5 - n), mean_wait_min: 6 + n * 2 }));
const TOLD = { judged: 225, inside: 0.79, beyond: 0.12, within_5_min: 0.7, mean_error_min: 4.2, mean_width_min: 12.1, mean_wait_min: 10, told: 240, calibration: [{ told: 0.1, happened: 0.09 }, { told: 0.5, happened: 0.54 }, { told: 0.9, happened: 0.88 }], hours: HOURS, rows: [],
  kinds: ['walk_in', 'booked', 'later_step', 'on_time'].map((kind, n) => ({ kind, judged: n === 2 ? 0 : 150 - n * 40, inside: 0.8 - n / 50, beyond: 0.1, within_5_min: 0.7, mean_error_min: 4 + n, mean_width_min: 12, mean_wait_min: 8 })) };

test('waits: how they were spread, whether they came as told, how wide over the day', async ({ mock, open }) => {
  mock.told = TOLD;
  mock.folding = 1;
  const page = await open('/reports?show=waits', 'office');
  await page.waitForSelector('svg.chart >> nth=2', { timeout: 6_000 });
  equal(await page.locator('svg.chart').evaluateAll((charts) => charts.map((chart) => chart.getAttribute('aria-label'))), [
    'Kaldt inden for så mange minutter. Uden tid 71 % inden for 20 minutter, med tid 84 % inden for 5 minutter efter tiden.',
    '9 procent sluttede før den oplyste begyndelse (10 var lovet), 54 før midten (50), 88 før slutningen (90).',
    'Bredden af den oplyste ventetid time for time; højst 14,0 minutter.']);
  equal(mock.waits_asked.at(-1), { from: '2026-10-25', to: '2026-11-23' });
  equal(await page.locator('section section >> nth=0 >> [data-row="20"]').innerText().then((text) => text.split(/\s*\t\s*/)), ['20', '71 %', '100 %'], 'said again in the table');
  equal(await page.textContent('[data-row="50 %"] td'), '54 %');
  equal(await page.textContent('[data-row="11:00"] td >> nth=0'), '14,0');
  equal(await page.locator('polyline').count(), 6);
  equal(await page.locator('[data-row="Hvor sent en kommende tid kaldes"] td').allTextContents(), ['30', '74 %', '10 %', '7,0', '12,0'], 'a kind of its own');
  equal(await page.locator('[data-row="Kald til et senere trin"] td').allTextContents(), ['0', '–', '–', '–', '–']);
  equal(await page.getAttribute('a[download] >> nth=1', 'href'), '/api/v1/reports/estimates?from=2026-10-25&to=2026-11-23&by=hour&format=csv');
  mock.no_figures = true;
  mock.told = undefined;
  await page.click('button:has-text("I dag")');
  await page.waitForSelector('text=Ingen besøg i den periode.');
  await page.waitForFunction(() => document.querySelectorAll('svg.chart').length === 0);
});

for (const language of ['da', 'en']) {
  test(`a11y waits, ${language}`, async ({ mock, open }) => {
    mock.told = TOLD;
    const page = await open('/reports?show=waits', 'office');
    await page.waitForSelector('svg.chart >> nth=2');
    if (language === 'en') { await page.click('button:has-text("English")'); await page.waitForSelector('text=How long people waited'); }
    equal(await axe(page), [], 'axe');
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/waits-${language}.png`, fullPage: true });
    await page.setViewportSize({ width: 320, height: 900 });
    equal(await page.evaluate(() => document.documentElement.scrollWidth <= 320), true, 'nothing to the side at 320 px');
  });
}

test('promise: each day as it was noted, the latest first', async ({ open }) => {
  const page = await open('/reports?show=promise', 'office');
  await page.waitForSelector('[data-row="2026-11-23 pas"]');
  const cells = (day) => page.locator(`[data-row="${day} pas"] td`).allTextContents();
  equal(await cells('2026-11-23'), ['Pas', '–', '2', '9', '40 %', '95 %', '4', '12 %', '1']);
  equal(await cells('2026-11-20'), ['Pas', '1', '2', '9', '40 %', '95 %', 'holder', '–', '0']);
  equal(await page.getAttribute('tbody tr', 'data-row'), '2026-11-23 pas');
  equal(await page.getAttribute('a.line[href*=csv]', 'href'), '/api/v1/reports/promise?from=2026-10-25&to=2026-11-23&format=csv');
  equal(await axe(page), [], 'axe');
  await page.click('button:has-text("7 dage")');
  await page.waitForSelector('text=Der er ikke noteret noget for disse dage endnu.');
});

test('plan: a target in words, desks for each half hour, and what one more or less does', async ({ mock, open }) => {
  mock.playing = 1;
  const page = await open('/reports?show=plan', 'office');
  await page.waitForSelector('[data-tab=plan][aria-pressed=true]');
  equal(mock.planned, undefined, 'nothing is asked before it is wanted');
  await page.fill('[name=walk_in_minutes]', '15');
  await page.selectOption('[name=walk_in_share]', '95');
  await page.fill('[name=booked_minutes]', '');
  await page.selectOption('[name=weekday]', 'tue');
  await page.selectOption('[name=weeks]', '4');
  await page.click('[data-action=plan]');
  await page.waitForSelector('[role=status]:has-text("gennemspilles")');
  await page.waitForSelector('[role=status]:has-text("Målet nås med disse")', { timeout: 6_000 });
  equal(mock.planned.at(-1), { from: '2026-10-26', to: '2026-11-22', weekdays: 'tue', walk_in_minutes: '15', walk_in_share: '95' });
  equal(await page.getAttribute('svg.chart', 'aria-label'), 'Skranker for hver halve time: højst 5 kl. 10:00, mindst 2.');
  equal(await page.locator('svg.chart rect.bar').count(), 12);
  equal(await page.locator('svg.chart line.also').count(), 12);
  equal(await page.textContent('[data-half="10:30"]'), '10:3054,2', 'said again in the table');
  equal(await page.textContent('[data-variant=one_less] td >> nth=1'), '41,7');
  equal(await page.textContent('[data-variant=planned] td >> nth=2'), '91 %');
  equal(await page.getAttribute('a[download]', 'href'), '/api/v1/reports/plan?from=2026-10-26&to=2026-11-22&weekdays=tue&walk_in_minutes=15&walk_in_share=95&format=csv&lang=da');
  await page.fill('[name=walk_in_minutes]', '');
  assert(await page.isDisabled('[data-action=plan]'), 'without any target there is nothing to plan');
  await page.fill('[name=booked_minutes]', '5');
  mock.out_of_reach = true;
  await page.click('[data-action=plan]');
  await page.waitForSelector('.problem:has-text("heller ikke med alle 6 skranker")');
  equal(mock.planned.at(-1), { from: '2026-10-26', to: '2026-11-22', weekdays: 'tue', booked_minutes: '5', booked_share: '90' });
  mock.no_plan = true;
  await page.selectOption('[name=weekday]', 'wed');
  await page.click('[data-action=plan]');
  await page.waitForSelector('[role=alert]:has-text("kræver 3 tidligere dage")');
  equal(await page.locator('svg.chart').count(), 0);
  await page.click('[data-tab=figures]');
  await page.waitForSelector('[data-row=pas]');
  equal(await page.evaluate(() => location.pathname + location.search), '/reports');
});

for (const language of ['da', 'en']) {
  test(`a11y plan, ${language}`, async ({ open }) => {
    const page = await open('/reports?show=plan', 'office');
    await page.waitForSelector('[data-action=plan]');
    if (language === 'en') { await page.click('button:has-text("English")'); await page.waitForSelector('text=How many desks?'); }
    await page.click('[data-action=plan]');
    await page.waitForSelector('svg.chart');
    equal(await axe(page), [], 'axe');
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/plan-${language}.png`, fullPage: true });
    await page.setViewportSize({ width: 320, height: 900 });
    equal(await page.evaluate(() => document.documentElement.scrollWidth <= 320), true, 'nothing to the side at 320 px');
  });
}

const TOLD_CITIZENS = { total: { sent: 41, failed: 2, put_off: 3 }, out_of_reach_count: 9, reasons: [{ reason: 'gateway_refused', count: 2 }, { reason: 'mail_unreachable', count: 3 }],
  rows: [['2026-11-20', 'booked', 'sms', 20, 2, 0], ['2026-11-23', 'booked', 'sms', 11, 0, 1], ['2026-11-23', 'reminder', 'email', 10, 0, 2]].map(([day, kind, channel, sent, failed, put_off]) => ({ day, kind, channel, sent, failed, put_off })),
  out_of_reach: Array.from({ length: 9 }, (_, n) => ({ kind: 'booked', channel: 'sms', reason: 'gateway_refused', failed_at: '2026-11-23T09:00:00+01:00', services: ['Pas', 'Kørekort'], ...(n === 0 ? { number: 'A12' } : { code: `K7QF2M${n}`, start: '2026-11-30T10:30:00+01:00' }) })) };

test('messages: what was sent, what did not arrive and why, and whom nothing reached', async ({ mock, open }) => {
  mock.told_citizens = TOLD_CITIZENS;
  const page = await open('/reports?show=messages', 'office');
  await page.waitForSelector('.lost li >> nth=8');
  equal(await page.locator('.totals dd').allTextContents(), ['41', '2', '3', '9']);
  equal(await page.locator('.lost li >> nth=0').textContent(), 'A\u00a012 · Pas + KørekortTid bestilt – sms: Sms-tjenesten tog ikke imod nummeret');
  equal(await page.locator('.lost li >> nth=1').textContent(), 'Tid mandag 30.11. 10.30 · K7QF2M1 · Pas + KørekortTid bestilt – sms: Sms-tjenesten tog ikke imod nummeret');
  equal(await page.locator('[data-row="Tid bestilt – sms"] td').allTextContents(), ['31', '2', '1'], 'all days together');
  equal(await page.locator('table >> nth=0 >> tbody th').allTextContents(), ['Mailserveren svarer ikke', 'Sms-tjenesten tog ikke imod nummeret'], 'the most frequent reason first');
  equal(mock.messages_asked.at(-1), { from: '2026-10-25', to: '2026-11-23' });
  equal(await page.getAttribute('a[download]', 'href'), '/api/v1/reports/messages?from=2026-10-25&to=2026-11-23&format=csv');
  equal(await axe(page), [], 'axe');
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/messages-da.png`, fullPage: true });
  await page.setViewportSize({ width: 320, height: 900 });
  equal(await page.evaluate(() => document.documentElement.scrollWidth <= 320), true, 'nothing to the side at 320 px');
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/messages-320.png`, fullPage: true });
  await page.goto(new URL('/admin', page.url()).href);
  await page.waitForSelector('.lost li >> nth=7');
  equal(await page.locator('.lost li').count(), 8, 'beside the devices the soonest ones');
  equal(await page.textContent('.lost + p'), '… og én mere. Beskeder');
  mock.told_citizens = undefined;
  await page.goto(new URL('/reports?show=messages', page.url()).href);
  await page.waitForSelector('.good:has-text("kunne få besked")');
});

test('reports: a refusal is said in words', async ({ mock, open }) => {
  mock.faults.push({ method: 'GET', path: /^\/reports\//, status: 403, reason: 'forbidden', more: { detail: 'Det må du ikke se.' }, times: -1 });
  const page = await open('/reports', 'office');
  await page.waitForSelector('.problem:has-text("Det må du ikke se.")');
});

for (const language of ['da', 'en']) {
  test(`a11y reports, ${language}`, async ({ open }) => {
    const page = await open('/reports', 'office');
    await page.waitForSelector('[data-row=pas]');
    if (language === 'en') { await page.click('button:has-text("English")'); await page.waitForSelector('text=Called within target'); }
    equal(await axe(page), [], 'axe');
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/reports-${language}.png`, fullPage: true });
    await page.setViewportSize({ width: 320, height: 900 });
    equal(await page.evaluate(() => document.documentElement.scrollWidth <= 320), true, 'nothing to the side at 320 px');
  });
}

test('access: people come and go, a token is shown once with the addresses that sign screens in', async ({ mock, open }) => {
  const page = await open('/access', 'office');
  await page.waitForSelector('[data-row=bodil]');
  const form = page.locator('[data-form=person]');
  await form.locator('[name=user]').fill('Anna');
  await form.locator('[name=password]').fill('too short');
  assert(await form.locator('.primary').isDisabled(), 'a short password');
  await form.locator('[name=password]').fill('a-long-enough-one');
  await form.locator('[name=role]').selectOption('host');
  await form.locator('.primary').click();
  await page.waitForSelector('[data-row=anna]');
  equal(mock.posts.at(-1).body, { user: 'anna', role: 'host', password: 'a-long-enough-one' });
  equal(await form.locator('[name=password]').inputValue(), '', 'the password does not stay on the screen');
  await form.locator('[name=user]').fill('anna');
  await form.locator('[name=password]').fill('a-long-enough-one');
  await form.locator('.primary').click();
  await page.waitForSelector('.problem:has-text("findes allerede")');
  equal(await form.locator('[name=user]').inputValue(), 'anna', 'what was typed stays');
  await page.click('[data-row=bodil] .line:has-text("Fjern")');
  await page.click('[data-row=bodil] .danger');
  await page.waitForSelector('[data-row=bodil]', { state: 'detached' });
  await page.locator('[data-form=token] [name=role]').selectOption('board');
  await page.locator('[data-form=token] .primary').click();
  await page.waitForSelector('.made code:has-text("/board/hall#t=sk_made_once")');
  await page.reload();
  await page.waitForSelector('[data-row="3"]');
  equal(await page.locator('[data-token]').count(), 0, 'shown once');
});

test('access: a person gets another role or a new password in their row, and nothing is sent that was not changed', async ({ mock, open }) => {
  const page = await open('/access', 'office');
  await page.click('[data-row=bodil] [data-change]');
  const form = page.locator('[data-row=bodil] [data-form=change]');
  assert(await form.locator('.primary').isDisabled(), 'nothing is changed yet');
  await form.locator('[name=password]').fill('too short');
  assert(await form.locator('.primary').isDisabled(), 'a short password');
  await form.locator('[name=password]').fill('a-long-enough-one');
  await form.locator('.primary').click();
  await form.waitFor({ state: 'detached' });
  equal(mock.patched, [{ password: 'a-long-enough-one' }]);
  await page.click('[data-row=bodil] [data-change]');
  await form.locator('[name=role]').selectOption('host');
  equal(await form.locator('[name=password]').inputValue(), '', 'the password does not stay on the screen');
  await form.locator('.primary').click();
  await page.waitForSelector('[data-row=bodil] small:has-text("Vært")');
  equal(mock.patched.at(-1), { role: 'host' });
  mock.faults.push({ method: 'PATCH', path: /^\/users\//, status: 409, reason: 'last_admin', more: { detail: 'Den sidste administrator kan ikke fjernes.' } });
  await form.waitFor({ state: 'detached' });
  await page.click('[data-row=bodil] [data-change]');
  await form.locator('[name=role]').selectOption('clerk');
  await form.locator('.primary').click();
  await page.waitForSelector('.problem:has-text("sidste administrator")');
  equal(await form.locator('[name=role]').inputValue(), 'clerk', 'what was chosen stays');
});

test('access: what an agent of the contact centre may decide on is chosen, said in the row, and changed there', async ({ mock, open }) => {
  mock.sites = [{ id: 'sydby', name: 'Sydby', address: 'Torvet 1', url: 'https://sydby.example/contact' }];
  const page = await open('/access', 'office');
  await page.waitForSelector('[data-row=bodil]');
  equal(await page.locator('.rights').count(), 0, 'others have none');
  const form = page.locator('[data-form=person]');
  await form.locator('[name=user]').fill('eva');
  await form.locator('[name=password]').fill('a-long-enough-one');
  await form.locator('[name=role]').selectOption('contact_centre');
  await form.locator('[name=services-pas]').check();
  await form.locator('[name=sites-sydby]').check();
  await form.locator('.primary').click();
  await page.waitForSelector('[data-row=eva] small:has-text("Pas · Sydby")');
  equal(mock.posts.at(-1).body, { user: 'eva', role: 'contact_centre', password: 'a-long-enough-one', may_book: { authorities: [], services: ['pas'], sites: ['sydby'] } });
  await page.click('[data-row=eva] button:has-text("Ret rettigheder")');
  const row = page.locator('[data-row=eva]');
  await row.locator('[name=authorities-kommune]').check();
  equal(await row.locator('[name^=services-]').count(), 0, 'all of the authority: its services need not be ticked');
  equal(await axe(page), [], 'axe');
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/rights-da.png`, fullPage: true });
  await page.setViewportSize({ width: 320, height: 900 });
  equal(await page.evaluate(() => document.documentElement.scrollWidth <= 320), true, 'nothing to the side at 320 px');
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/rights-320.png`, fullPage: true });
  await row.locator('.primary').click();
  await page.waitForSelector('[data-row=eva] small:has-text("Nordhavn Kommune")');
  equal(mock.users.at(-1).may_book, { authorities: ['kommune'], services: ['pas'], sites: ['sydby'] });
});

for (const language of ['da', 'en']) {
  test(`a11y access, ${language}`, async ({ open }) => {
    const page = await open('/access', 'office');
    await page.waitForSelector('[data-row="2"]');
    if (language === 'en') { await page.click('button:has-text("English")'); await page.waitForSelector('text=Who may come in'); }
    await page.locator('[data-form=token] .primary').click();
    await page.waitForSelector('.made');
    equal(await axe(page), [], 'axe');
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/access-${language}.png`, fullPage: true });
    await page.setViewportSize({ width: 320, height: 900 });
    equal(await page.evaluate(() => document.documentElement.scrollWidth <= 320), true, 'nothing to the side at 320 px');
  });
}

test('office: how often told waits came true stands on the admin page', async ({ mock, open }) => {
  mock.told = { judged: 412, inside: 0.803, beyond: 0.096, within_5_min: 0.77, mean_error_min: 4.13, mean_width_min: 12.6, mean_wait_min: 15.2, told: 500, rows: [], kinds: TOLD.kinds };
  const page = await open('/admin', 'office');
  await page.waitForSelector('.told:has-text("412 oplyste ventetider, 80 % kaldt inden for det oplyste, 10 % senere.")');
  assert((await page.textContent('.told')).includes('4,1 min'), 'figures as Danes write them');
  equal(await page.locator('.told [data-kind]').allTextContents(), ['Uden tid, første kald: 150 oplyst, 80 % inden for, 10 % senere', 'Med tid, første kald: 110 oplyst, 78 % inden for, 10 % senere', 'Hvor sent en kommende tid kaldes: 30 oplyst, 74 % inden for, 10 % senere']);
  equal(await axe(page), [], 'axe');
  mock.told = undefined;
  await page.reload();
  await page.waitForSelector('.told:has-text("ingen oplyst ventetid")');
});
