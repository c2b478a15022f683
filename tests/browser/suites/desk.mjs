import { assert, equal, test, until } from '../lib/harness.mjs';
import { lively } from '../mock.mjs';

const open_desk = async (mock, open, { state = 'open', ...options } = {}) => {
  mock.desk('desk-3').state = state;
  const page = await open('/desk/desk-3', 'desk', options);
  await page.waitForSelector('.primary');
  return page;
};
const verbs = (mock) => mock.posts.filter((post) => post.path.startsWith('/desks/desk-3/')).map((post) => post.path.split('/').pop());
const state_of = (page, state) => page.waitForSelector(`.now[data-state=${state}]`);
const current = (mock) => mock.visits.get(mock.desk('desk-3').visit);

test('desk: a morning by keyboard alone: open, call, start, finish and next', async ({ mock, open }) => {
  lively(mock);
  const page = await open_desk(mock, open, { state: 'closed' });
  await page.keyboard.press('F2');
  await page.waitForSelector('[data-action=next]');
  equal(mock.desk('desk-3').state, 'open');
  await page.keyboard.press('F2');
  await state_of(page, 'called');
  const first = current(mock).number;
  equal(await page.textContent('.num'), first.replace(/^([A-Z])/, '$1\u00a0'));
  assert((await page.textContent('.why')).includes('Har ventet længst'));
  await page.keyboard.press('F2');
  await state_of(page, 'serving');
  await page.keyboard.press('F2');
  await state_of(page, 'called');
  assert(current(mock).number !== first);
  equal(verbs(mock), ['next', 'start', 'finish', 'next']);
  equal(mock.posts.find((post) => post.path.endsWith('/finish')).body, { outcome: 'settled' });
  equal(new Set(mock.posts.map((post) => post.key)).size, mock.posts.length, 'a key for every call');
});

test('desk: the four lists stand beside each other, and no word is broken, on common widths and in both languages', async ({ mock, open }) => {
  lively(mock);
  mock.desk('desk-3').state = 'open';
  mock.desk_verb('next', mock.desk('desk-3'), {});
  mock.desk_verb('start', mock.desk('desk-3'), {});
  const page = await open_desk(mock, open);
  const faults = () => page.evaluate(() => {
    const row = document.querySelector('.tabs').getBoundingClientRect();
    const tabs = [...document.querySelectorAll('.tabs button')];
    const lines = (each) => new Set([...each.getClientRects()].map(({ top }) => Math.round(top))).size;
    // A word on two lines has more rectangles than one.
    const broken = [...document.querySelectorAll('.buttons button > span')].flatMap((label) => [...label.firstChild.textContent.matchAll(/\S+/g)].filter(({ index, 0: word }) => {
      const range = document.createRange();
      range.setStart(label.firstChild, index);
      range.setEnd(label.firstChild, index + word.length);
      return lines(range) > 1;
    }).map((found) => found[0]));
    return [...broken, ...tabs.filter((tab) => tab.getBoundingClientRect().right > row.right + 1 || tab.getBoundingClientRect().top > row.top + 1 || tab.getBoundingClientRect().height > 60).map((tab) => tab.textContent),
      ...[...document.querySelectorAll('.queue .foot span')].filter((each) => each.getBoundingClientRect().right > row.right + 1).map((each) => each.textContent)];
  });
  for (const language of ['da', 'en']) {
    if (language === 'en') { await page.click('.top [lang=en]'); await page.waitForSelector('.tabs:has-text("Queue")'); }
    for (const width of [1100, 1280, 1440, 1920]) {
      await page.setViewportSize({ width, height: 800 });
      equal(await faults(), [], `${language} ${width}`);
    }
  }
});

test('desk: whom no message reached is marked in the queue, at the call and in a list, of this desk’s services alone', async ({ mock, open }) => {
  lively(mock);
  const desk = mock.desk('desk-3');
  desk.services = ['pas', 'koerekort'];
  const told = (number, service) => ({ kind: 'soon', channel: 'sms', reason: 'gateway_refused', failed_at: '2026-11-23T09:00:00+01:00', number, services: [service], service_ids: [service] });
  mock.told_citizens = { rows: [], reasons: [], total: {}, out_of_reach_count: 3, out_of_reach: [told('A1', 'pas'), told('J1', 'mitid'), { kind: 'reminder', channel: 'email', reason: 'mail_unreachable', failed_at: '2026-11-23T09:00:00+01:00', code: 'k7qf2m', start: '2026-11-30T10:30:00+01:00', services: ['Pas'], service_ids: ['pas'] }] };
  const page = await open_desk(mock, open);
  await page.waitForSelector('[data-action=untold]:has-text("2 borgere fik ingen besked")');
  equal(await page.locator('.rows .paperless').count(), 1);
  await page.waitForSelector('.now [data-untold=A1]:has-text("Sms-tjenesten tog ikke imod nummeret")');
  await page.click('[data-action=untold]');
  equal(await page.locator('.panel .lost li').evaluateAll((list) => list.map((each) => each.dataset.lost)), ['A1', 'k7qf2m']);
  await page.keyboard.press('Escape');
  await page.click('[data-action=next]');
  await page.waitForSelector('.now[data-state=called] [data-untold=A1]');
  mock.told_citizens = undefined;
  await page.reload();
  await page.waitForSelector('.now[data-state=called]');
  await until(() => mock.messages_asked.length >= 2, 'asked again');
  await until(async () => (await page.locator('[data-untold], [data-action=untold]').count()) === 0, 'nothing to say');
});

test('desk: the outcome that is chosen is the one that is sent, and the next case begins afresh', async ({ mock, open }) => {
  lively(mock);
  mock.desk('desk-3').state = 'open';
  mock.desk_verb('next', mock.desk('desk-3'), {});
  mock.desk_verb('start', mock.desk('desk-3'), {});
  const page = await open_desk(mock, open);
  await page.check('input[value=needs_documents]');
  await page.keyboard.press('F2');
  await state_of(page, 'called');
  equal(mock.posts.find((post) => post.path.endsWith('/finish')).body, { outcome: 'needs_documents' });
  assert(await page.isChecked('input[value=settled]'));
});

test('desk: a double press calls one citizen', async ({ mock, open }) => {
  lively(mock);
  const page = await open_desk(mock, open);
  await page.waitForSelector('[data-action=next]:not(:disabled)');
  await page.evaluate(() => { const button = document.querySelector('.primary'); button.click(); button.click(); button.click(); });
  await state_of(page, 'called');
  equal(verbs(mock), ['next']);
});

test('desk: a lost answer is repeated with the same key', async ({ mock, open }) => {
  lively(mock);
  const page = await open_desk(mock, open);
  mock.faults.push({ method: 'POST', path: /next$/, garble: true, times: 1 });
  await page.click('.primary');
  await state_of(page, 'called');
  await until(() => mock.posts.length === 2, 'the repeat');
  equal(new Set(mock.posts.map((post) => post.key)).size, 1);
  equal([...mock.visits.values()].filter((visit) => visit.state === 'called').length, 1);
});

test('desk: recall waits for its time, shows it, and stops at the limit', async ({ mock, open }) => {
  lively(mock);
  mock.recall_after_ms = 4_000;
  mock.desk('desk-3').state = 'open';
  mock.desk_verb('next', mock.desk('desk-3'), {});
  const page = await open_desk(mock, open);
  assert(/Genkald om \d s/.test(await page.textContent('[data-action=recall]')));
  assert(await page.isDisabled('[data-action=recall]'));
  await page.waitForSelector('[data-action=recall]:not(:disabled)', { timeout: 6_000 });
  await page.keyboard.press('F4');
  await until(() => current(mock).attempt === 2, 'recalled');
  current(mock).attempt = 4;
  mock.changed();
  await page.waitForSelector('[data-action=recall][title*="så mange gange"]');
});

test('desk: no-show, park, return and undo', async ({ mock, open }) => {
  lively(mock);
  const page = await open_desk(mock, open);
  await page.keyboard.press('F2');
  await state_of(page, 'called');
  const first = current(mock);
  await page.keyboard.press('F9');
  await page.waitForSelector('[data-action=next]');
  equal(first.state, 'no_show');
  await page.waitForSelector('[data-action=undo]:not(:disabled)');
  assert(/Fortryd \(\d+\)/.test(await page.textContent('[data-action=undo]')));
  await page.keyboard.press('Control+z');
  await state_of(page, 'called');
  equal(current(mock).id, first.id);
  await page.keyboard.press('Shift+F4');
  await page.click('.choices button >> nth=1');
  await page.waitForSelector('[data-action=next]');
  equal([first.state, mock.posts.at(-1).body], ['parked', { minutes: 10 }]);
  await page.click('#tab-parked');
  await page.click('.rows button');
  await page.click('text=Tilbage i køen');
  await until(() => first.state === 'waiting', 'returned');
});

test('desk: transfer to a service with its place', async ({ mock, open }) => {
  lively(mock);
  const page = await open_desk(mock, open);
  await page.keyboard.press('F2');
  await state_of(page, 'called');
  await page.keyboard.press('Shift+F8');
  await page.check('.places label:has-text("Forrest") input');
  await page.click('.choices button:has-text("Kørekort")');
  await page.waitForSelector('[data-action=next]');
  equal(mock.posts.at(-1).body, { to_service: 'koerekort', place: 'front' });
});

test('desk: a number is called by typing it; with a case open it asks once', async ({ mock, open }) => {
  lively(mock);
  const page = await open_desk(mock, open);
  await page.keyboard.press('F3');
  await page.keyboard.type('k2');
  await page.keyboard.press('Enter');
  await state_of(page, 'called');
  equal(current(mock).number, 'K2');
  await page.click('.rows button:has-text("A")');
  await page.click('.choices button >> nth=0');
  await page.waitForSelector('.panel:has-text("er ved skranken")');
  equal(current(mock).number, 'K2', 'a slip does not end the case');
  await page.click('.choices button >> nth=0');
  await state_of(page, 'called');
  equal(current(mock).number, 'K2');
  await page.click('.rows button:has-text("A")');
  await page.click('.choices button >> nth=0');
  await page.click('.choices button >> nth=1');
  await until(() => current(mock)?.number.startsWith('A'), 'the other');
});

test('desk: a reload loses nothing', async ({ mock, open }) => {
  lively(mock);
  const page = await open_desk(mock, open);
  await page.keyboard.press('F2');
  await state_of(page, 'called');
  const before = await page.textContent('.num');
  const calls = mock.posts.length;
  await page.reload();
  await state_of(page, 'called');
  equal(await page.textContent('.num'), before);
  equal(mock.posts.length, calls, 'a reload does nothing by itself');
});

test('desk: offline the buttons are off with the reason, keys do nothing, and nothing is sent later', async ({ mock, open }) => {
  lively(mock);
  const page = await open_desk(mock, open, { expect_errors: true });
  await page.waitForSelector('[data-action=next]:not(:disabled)');
  mock.refuse_links = true;
  mock.cut();
  await page.waitForSelector('.offline', { timeout: 6_000 });
  assert(await page.isDisabled('.primary'));
  assert((await page.textContent('.why-not')).includes('Ingen forbindelse'));
  await page.keyboard.press('F2');
  mock.refuse_links = false;
  await page.waitForSelector('.offline', { state: 'detached', timeout: 12_000 });
  await page.waitForSelector('[data-action=next]:not(:disabled)');
  equal(mock.posts, []);
});

test('desk: a refusal is said in words and leaves the case as it is', async ({ mock, open }) => {
  lively(mock);
  const page = await open_desk(mock, open);
  mock.faults.push({ method: 'POST', path: /next$/, status: 409, reason: 'desk_busy', more: { detail: 'Der er allerede en borger ved skranken.' } });
  await page.click('.primary');
  await page.waitForSelector('.problem:has-text("allerede en borger")');
  equal(mock.posts.length, 1);
  await page.keyboard.press('Escape');
  await page.waitForSelector('.problem', { state: 'detached' });
});

test('desk: signed out in the middle, it goes to sign-in and comes back to the desk', async ({ mock, open }) => {
  lively(mock);
  const page = await open_desk(mock, open, { expect_errors: true });
  await page.waitForSelector('[data-action=next]:not(:disabled)');
  mock.signed_in = false;
  await page.click('.primary');
  await page.waitForURL('**/sign-in?next=%2Fdesk%2Fdesk-3');
  await page.fill('input[name=token]', 'good');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/desk/desk-3');
  await page.waitForSelector('[data-action=next]:not(:disabled)');
});

test('desk: new ticket, break with a reason, close; keys can be switched off; English', async ({ mock, open }) => {
  const page = await open_desk(mock, open);
  await page.keyboard.press('Shift+F2');
  await page.click('.choices button:has-text("Pas")');
  await page.waitForSelector('.said:has-text("Ny billet: A\u00a01")');
  equal(mock.posts.at(-1).body, { services: ['pas'], language: 'da', channel: 'host', print: true });
  await page.keyboard.press('Shift+F9');
  await page.click('.choices button:has-text("Frokost")');
  await page.waitForSelector('.state.break');
  equal(mock.desk('desk-3').reason, 'lunch');
  await page.click('.primary');
  await page.waitForSelector('.state.open');
  await page.click('button:has-text("Taster til")');
  await page.uncheck('.panel input[type=checkbox]');
  await page.keyboard.press('Escape');
  await page.waitForSelector('button:has-text("Taster fra")');
  await page.keyboard.press('F2');
  await page.click('text=English');
  await page.waitForSelector('text=Receiving citizens');
  await page.click('text=Close desk');
  await page.waitForSelector('.state.closed');
  equal(verbs(mock).filter((verb) => verb !== 'session'), [], 'no key acted while they were off');
});

test('desk: a held key acts once', async ({ mock, open }) => {
  lively(mock);
  const page = await open_desk(mock, open);
  await page.waitForSelector('[data-action=next]:not(:disabled)');
  await page.keyboard.down('F2');
  await state_of(page, 'called');
  for (let i = 0; i < 5; i++) await page.keyboard.down('F2');
  await page.keyboard.up('F2');
  equal(verbs(mock), ['next']);
  equal(current(mock).state, 'called');
});

const step = (mock, index, n, more = {}) => ({ step: n, service: mock.services[index].id, service_name: mock.services[index].names.da, ready: true, here: true, ...more });

test('desk: the same clerk goes on with the next matter, by one key or by choice', async ({ mock, open }) => {
  lively(mock);
  mock.desk('desk-3').state = 'open';
  mock.desk_verb('next', mock.desk('desk-3'), {});
  const visit = current(mock);
  visit.next_steps = [step(mock, 1, 1), step(mock, 2, 2), step(mock, 3, 3, { here: false })];
  const page = await open_desk(mock, open);
  await page.waitForSelector('.next-steps');
  assert(await page.isDisabled('[data-step="3"]'));
  await page.click('[data-step="2"]');
  await until(() => current(mock)?.service.id === mock.services[2].id, 'the chosen step');
  await page.waitForSelector('.now[data-state=serving]');
  equal(mock.posts.find((post) => post.path.endsWith('/finish')).body, { outcome: 'settled', continue: true, step: 2 });
  await page.waitForSelector('[data-action=go_on]:not(:disabled)');
  await page.keyboard.press('Shift+F3');
  await until(() => current(mock)?.service.id === mock.services[1].id, 'the next step');
  equal(mock.posts.filter((post) => post.path.endsWith('/finish')).at(-1).body, { outcome: 'settled', continue: true });
  await page.waitForSelector('[data-action=go_on]:disabled');
});

test('desk: a matter is added while the citizen is here', async ({ mock, open }) => {
  lively(mock);
  mock.desk('desk-3').state = 'open';
  mock.desk_verb('next', mock.desk('desk-3'), {});
  const page = await open_desk(mock, open);
  await page.click('[data-action=add]');
  const other = mock.services.find((each) => each.id !== current(mock).service.id);
  await page.click(`[data-service="${other.id}"]`);
  await page.waitForSelector('[data-step="7"]');
  equal(mock.posts.find((post) => post.path.endsWith('/services')).body, { add: [other.id] });
});

test('desk: what a citizen needs stands with the number, before and after the call', async ({ mock, open }) => {
  lively(mock);
  const visit = mock.in_state('waiting')[0];
  visit.needs = [{ need: 'hearing', text: 'Kan ikke høre kaldet: gå ud og hent.' }];
  const page = await open_desk(mock, open);
  await page.waitForSelector('.needs');
  assert((await page.textContent('.needs')).includes('gå ud og hent'));
  await page.keyboard.press('F2');
  await state_of(page, 'called');
  assert((await page.textContent('.needs')).includes('gå ud og hent'));
});

test('desk: help is called, seen at the other desk, answered and over', async ({ mock, open }) => {
  lively(mock);
  const page = await open_desk(mock, open);
  await page.click('[data-action=help]');
  await page.click('[data-help=emergency]');
  await until(() => mock.desk('desk-3').help?.kind === 'emergency', 'called');
  mock.desk('desk-3').help = undefined;
  mock.desk('desk-5').help = { kind: 'help', since: new Date(mock.now()).toISOString() };
  mock.changed();
  await page.waitForSelector('.help-calls [data-desk=desk-5]');
  await page.click('.help-calls button');
  await until(() => mock.desk('desk-5').help.answered_by, 'answered');
  mock.desk('desk-5').help = undefined;
  mock.changed();
  await page.waitForSelector('.help-calls', { state: 'detached' });
});

test('desk: a break names one of the site\'s reasons', async ({ mock, open }) => {
  lively(mock);
  mock.break_reasons = [{ id: 'uddannelse', name: 'Uddannelse' }];
  const page = await open_desk(mock, open);
  await page.keyboard.press('Shift+F9');
  await page.click('.panel .choices button:has-text("Uddannelse")');
  await until(() => mock.desk('desk-3').reason === 'uddannelse', 'the break');
});

test('desk: a few words to another desk', async ({ mock, open }) => {
  lively(mock);
  const page = await open_desk(mock, open);
  await page.click('[data-action=help]');
  await page.waitForSelector('.words option[value=desk-5]', { state: 'attached' });
  await page.selectOption('.words select', 'desk-5');
  await page.fill('.words input[name=message]', 'Hvem har stemplet?');
  await page.click('.words button[type=submit]');
  await until(() => mock.messages?.length === 1, 'written');
  equal(mock.posts.find((post) => post.path === '/messages').body, { text: 'Hvem har stemplet?', from: 'desk-3', to: 'desk-5' });
  await page.click('[data-action=help]');
  assert((await page.textContent('.words-list')).includes('Hvem har stemplet?'));
  mock.messages.unshift({ id: 9, at: new Date(mock.now()).toISOString(), from: 'Medarbejder 2', from_desk: 'desk-5', to_desk: 'desk-3', text: 'Det har vi' });
  mock.changed();
  await page.waitForSelector('.help-calls .message');
});

const body_of = (mock, verb) => mock.posts.filter((post) => post.path === `/desks/desk-3/${verb}`).at(-1)?.body;

test('desk: sent on to a colleague, a group, later, or there if possible', async ({ mock, open }) => {
  lively(mock);
  mock.desks[1].pools = ['left'];
  const page = await open_desk(mock, open);
  const send = async (to, how = async () => undefined) => {
    await page.keyboard.press('F2');
    await state_of(page, 'called');
    await page.keyboard.press('Shift+F8');
    await page.waitForSelector('.panel [name=later]');
    await how();
    await page.click(`.panel [data-to="${to}"]`);
    await page.waitForSelector('[data-action=next]');
    return body_of(mock, 'transfer');
  };
  equal(await send('desk-1'), { to_desk: 'desk-1', place: 'keep' });
  equal(await send('left', () => page.selectOption('[name=later]', '20')), { to_pool: 'left', place: 'keep', after_minutes: 20 });
  const other = mock.desks.find((each) => each.id !== 'desk-3');
  other.state = 'open';
  mock.changed();
  equal(await send(`person-${other.id}`, async () => { await page.check('[name=preferred]'); await page.check('input[name=place] >> nth=1'); }), { to_clerk: `person-${other.id}`, place: 'front', preferred: true });
});

test('desk: a number that is on no list is called by hand', async ({ mock, open }) => {
  const page = await open_desk(mock, open);
  const far = mock.take('koerekort', {});
  mock.desk('desk-3').services = ['pas'];
  mock.changed();
  await page.keyboard.press('F3');
  await page.keyboard.type(far.number.toLowerCase());
  await page.selectOption('.unlisted select', 'pas');
  await page.click('[data-action=number]');
  await state_of(page, 'called');
  equal(body_of(mock, 'call'), { number: far.number, service: 'pas' });
});

test('desk: calls by itself after a rest, or nobody for a reason', async ({ mock, open }) => {
  lively(mock);
  const page = await open_desk(mock, open);
  await page.keyboard.press('Control+F3');
  await page.selectOption('.panel select', '60');
  await page.click('input[name=auto] >> nth=1');
  await page.waitForSelector('.top [data-action=calling]:has-text("Kalder selv")');
  equal(mock.puts.at(-1).body, { services: mock.desk('desk-3').services, languages: [], skills: [], auto_next: true, rest_s: 60 });
  await page.keyboard.press('Control+F3');
  equal(await page.inputValue('.panel select'), '60');
  await page.click('[data-idle=telephone]');
  await page.waitForSelector('.top .mark:has-text("Kalder ikke selv")');
  equal(mock.puts.at(-1).body, { state: 'open', idle_reason: 'telephone' });
  await page.keyboard.press('Control+F3');
  await page.click('[data-idle=over]');
  await page.waitForSelector('.top [data-action=calling]:has-text("Kalder selv")');
  equal(mock.puts.at(-1).body.idle_reason, '');
});

test("desk: the day's bookings stand beside the queue and are checked in there", async ({ mock, open }) => {
  mock.book('aaaa1111', -7, 'pas');
  mock.book('bbbb2222', 40, 'pas', { party: 3, on_time: { p10_s: 290, p50_s: 500, p90_s: 850 } });
  mock.book('cccc3333', 50, 'koerekort', { state: 'held' });
  const page = await open_desk(mock, open);
  await page.click('#tab-booked');
  await page.waitForSelector('[data-booking=aaaa1111]');
  equal(await page.locator('[data-booking]').count(), 2, 'nothing that is only held');
  equal(await page.locator('li.late [data-booking=aaaa1111]').count(), 1, 'who has not come stands out');
  equal(await page.textContent('[data-booking=bbbb2222] .waited'), '4–15 min for sent', 'how late the call will probably be');
  await page.click('[data-booking=bbbb2222]');
  await page.waitForSelector('.panel dd:has-text("4–15 min for sent")');
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/desk-bookings.png` });
  await page.click('[data-booking=aaaa1111]');
  await page.waitForSelector('.panel:has-text("AAAA 1111")');
  await page.click('[data-action=check_in]');
  await page.waitForSelector('.said:has-text("er tjekket ind")');
  await page.waitForSelector('li.over [data-booking=aaaa1111]');
  equal(mock.posts.find((post) => post.path.endsWith('/check-in')).body, { channel: 'host', print: false });
});

test('desk: keys are chosen anew, a taken one is refused, and they hold after a reload', async ({ mock, open }) => {
  lively(mock);
  const page = await open_desk(mock, open);
  await page.click('.top [data-action=keys]');
  await page.click('[data-key=recall]');
  await page.keyboard.press('F8');
  await page.waitForSelector('.panel [role=status]:has-text("bruges allerede")');
  await page.keyboard.press('F5');
  await page.waitForSelector('.panel [role=status]:has-text("kan ikke bruges")');
  await page.click('[data-key=enrol]');   // every key has a meaning: who wants another frees one first
  await page.keyboard.press('Delete');
  await page.waitForSelector('[data-key=enrol]:has-text("Ingen")');
  await page.click('[data-key=recall]');
  await page.keyboard.press('Control+F9');
  await page.waitForSelector('[data-key=recall]:has-text("F9")');
  await page.click('[data-key=finish]');
  await page.keyboard.press('Delete');
  await page.waitForSelector('[data-key=finish]:has-text("Ingen")');
  await page.keyboard.press('Escape');
  await page.reload();
  mock.recall_after_ms = 0;
  await page.waitForSelector('[data-action=next]');
  await page.keyboard.press('F2');
  await state_of(page, 'called');
  await page.keyboard.press('F8');
  await page.keyboard.press('Control+F9');
  await until(() => current(mock)?.attempt === 2, 'recalled by the new key');
  equal(verbs(mock), ['next', 'recall'], 'the key without a meaning did nothing');
});
