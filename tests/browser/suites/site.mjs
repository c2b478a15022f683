// The site: one draft, as text, as forms, as words and as a ticket.
import { axe, clipped, keyboard_faults, small_targets } from '../lib/a11y.mjs';
import { assert, equal, test, until } from '../lib/harness.mjs';

test('site: the text is checked while it is written, put in force, and an earlier one is put back', async ({ mock, open }) => {
  const page = await open('/site', 'office');
  await page.click('[data-tab=text]');
  const box = page.locator('textarea');
  await page.waitForSelector('[role=status]:has-text("Klar til brug")');
  assert(await page.isDisabled('[data-action=apply]'), 'nothing was changed');
  await box.fill('[site]\nid = "nord"\nname = "wrong"\n');
  await page.waitForSelector('.findings .error:has-text("Det er galt.")');
  equal(await page.textContent('.findings li >> nth=0 >> span'), 'Det er galt.', 'errors before warnings');
  assert(await page.isDisabled('[data-action=apply]'), 'with an error in it');
  await page.click('[data-line="3"]');
  equal(await page.evaluate(() => { const it = document.querySelector('textarea'); return it.value.slice(it.selectionStart, it.selectionEnd); }), 'name = "wrong"', 'the line is chosen');
  await page.reload();
  await page.click('[data-tab=text]');
  await page.waitForSelector('textarea');
  equal(await box.inputValue(), '[site]\nid = "nord"\nname = "wrong"\n', 'nothing typed is lost');
  await box.fill('[site]\nid = "nord"\nname = "odd but good"\n');
  await page.waitForSelector('.findings .warning');
  await page.click('[data-action=apply]:not(:disabled)');
  await page.waitForSelector('.said:has-text("3")');
  equal(mock.site.at(-1), '[site]\nid = "nord"\nname = "odd but good"\n');
  await page.click('[data-version="1"]');
  await page.waitForFunction(() => document.querySelector('textarea').value.includes('"Nord"'));
  await page.click('[data-action=apply]:not(:disabled)');
  await page.waitForSelector('.said:has-text("4")');
  equal(mock.site.at(-1), mock.site[0]);
});

test('site: what the room uses now is refused in words, and the text stays', async ({ mock, open }) => {
  const page = await open('/site', 'office');
  await page.click('[data-tab=text]');
  await page.waitForSelector('textarea');
  await page.locator('textarea').fill('[site]\nid = "nord"\nname = "New"\n');
  await page.waitForSelector('[data-action=apply]:not(:disabled)');
  mock.faults.push({ method: 'PUT', path: /^\/facility$/, status: 409, reason: 'in_use', more: { detail: 'Nogen venter på ydelsen pas.' }, times: 1 });
  const refused = page.waitForSelector('.problem:has-text("Nogen venter")');
  await page.click('[data-action=apply]');
  await refused;
  assert((await page.locator('textarea').inputValue()).includes('New'));
});


const last_checked = (mock) => mock.puts.filter((each) => each.path === '/facility' && typeof each.body === 'object').at(-1)?.body;

test('site: a form changes the draft, marks what is wrong at its field, and puts it in force', async ({ mock, open }) => {
  const page = await open('/site', 'office');
  await page.click('[data-thing="/service/0"] .name');
  assert((await page.textContent('[data-field="/service/0/name"]')).includes('mangler'), 'German lacks');
  await page.fill('[name=name-de]', 'Reisepass');
  await page.fill('[data-thing="/service/0"] [name=expected_minutes]', '14');
  await page.waitForSelector('[role=status]:has-text("Klar til brug")');
  await until(() => last_checked(mock)?.service[0].expected_minutes === 14, 'the check saw it');
  equal(last_checked(mock).service[0].name, { da: 'Pas', en: 'Passport', de: 'Reisepass' });
  equal([last_checked(mock).service[0].odd_key, last_checked(mock).rules], [7, { policy: 'fifo' }], 'what no form knows stays');
  await page.fill('[name=name-da]', 'wrong');
  await page.waitForSelector('[data-field="/service/0/name"] .fault:has-text("Sådan hedder intet ærinde.")');
  assert(await page.isDisabled('[data-action=apply]'));
  await page.click('[data-section=desk]');
  await page.waitForSelector('[data-section=service] .late');
  await page.reload();
  await page.click('[data-section=service]');
  await page.click('[data-thing="/service/0"] .name');
  equal(await page.inputValue('[name=name-da]'), 'wrong', 'nothing typed is lost');
  await page.fill('[name=name-da]', 'Pas og kort');
  await page.click('[data-action=apply]:not(:disabled)');
  await page.waitForSelector('.said:has-text("3")');
  equal(mock.facility.service[0].name.da, 'Pas og kort');
  assert(await page.isDisabled('[data-action=apply]'), 'and nothing is left to do');
});

test('site: things are added, moved and taken away; days, choices and what a thing serves are ticked', async ({ mock, open }) => {
  const page = await open('/site', 'office');
  await page.click('[data-section=desk]');
  await page.click('[data-action=add]');
  await page.waitForSelector('[data-thing="/desk/1"] [name=id]');
  equal(await page.inputValue('[data-thing="/desk/1"] [name=id]'), 'desk-2');
  await page.uncheck('[data-thing="/desk/1"] [name=services-pas]');
  await until(() => JSON.stringify(last_checked(mock)?.desk[1]) === '{"id":"desk-2","zone":"hall","services":["mitid"]}', 'the desk');
  await page.click('[data-thing="/desk/1"] button:has-text("↑")');
  await until(() => last_checked(mock)?.desk[0].id === 'desk-2', 'moved');
  await page.click('[data-thing="/desk/0"] .danger');
  await until(() => last_checked(mock)?.desk.length === 1 && last_checked(mock).desk[0].id === 'desk-1', 'taken away');
  await page.click('[data-section=opening]');
  await page.click('[data-thing="/opening/0"] .name');
  await page.check('[name=days-fri]');
  await page.fill('[name=to]', '17:00');
  await until(() => JSON.stringify(last_checked(mock)?.opening[0]) === '{"days":["mon","tue","wed","fri"],"from":"09:00","to":"17:00"}', 'the hours');
  await page.click('[data-section=printer]');
  await page.click('[data-thing="/printer/0"] .name');
  await page.selectOption('[name=kind]', 'cups');
  await page.fill('[name=queue]', 'front');
  await until(() => last_checked(mock)?.printer[0].queue === 'front' && last_checked(mock).printer[0].kind === 'cups', 'the printer');
  await page.fill('[name=queue]', '');
  await until(() => last_checked(mock) && !('queue' in last_checked(mock).printer[0]), 'an empty box takes the key away');
  await page.waitForSelector('[role=status]:has-text("Klar til brug")');
  await page.click('[data-tab=text]');
  assert((await page.inputValue('textarea')).startsWith('# {'), 'as text, the way the daemon writes it');
  await page.click('[data-action=discard]');
  await page.waitForFunction(() => document.querySelector('textarea')?.value.includes('Nordhavn'));
});

test('site: rules, alarms, booking, sound and priorities have forms; what is usual stands in grey and is not written', async ({ mock, open }) => {
  const page = await open('/site', 'office');
  await page.click('[data-section=rules]');
  equal(await page.inputValue('[name=policy]'), 'fifo', 'as it is in the file');
  equal(await page.inputValue('[name=missed_return]'), 'keep', 'as it usually is');
  equal(await page.getAttribute('[name=recalls_max]', 'placeholder'), 'som regel 3');
  equal([await page.isChecked('[name=call_named]'), await page.isChecked('[name=language_must]')], [true, false]);
  await page.uncheck('[name=call_named]');
  await page.fill('[name=recalls_max]', '2');
  await page.selectOption('[name=last_ticket]', 'by_work');
  await page.selectOption('[name=policy]', 'longest_wait');
  await until(() => JSON.stringify(last_checked(mock)?.rules) === '{"call_named":false,"recalls_max":2,"last_ticket":"by_work"}', 'what differs, and nothing else');
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/site-rules-da.png`, fullPage: true });
  await page.click('[data-section=alarms]');
  await page.fill('[name=wait_minutes]', '30');
  await until(() => last_checked(mock)?.alarms?.wait_minutes === 30, 'the alarm');
  await page.click('[data-section=booking]');
  await page.fill('[name=late_minutes]', '5');
  await until(() => last_checked(mock)?.booking?.late_minutes === 5, 'the booking rule');
  await page.click('[data-section=sound]');
  await page.fill('[name=volume]', '08:00-17:00 70, 17:00–20:00 40 %, late');
  await page.fill('[name=quiet]', '20:00-07:00');
  await page.press('[name=quiet]', 'Tab');
  await until(() => JSON.stringify(last_checked(mock)?.sound) === '{"volume":[{"from":"08:00","to":"17:00","percent":70},{"from":"17:00","to":"20:00","percent":40},{"from":"late","to":"","percent":0}],"quiet":["20:00-07:00"]}', 'the sound');
  equal(await page.inputValue('[name=volume]'), '08:00-17:00 70, 17:00-20:00 40, late', 'what cannot be read stays, to be put right');
  await page.click('[data-section=priority]');
  await page.click('[data-action=add]');
  await page.fill('[data-thing="/priority/0"] [name=head_start_minutes]', '15');
  await until(() => JSON.stringify(last_checked(mock)?.priority) === '[{"id":"priority-1","head_start_minutes":15}]', 'the priority');
  await page.click('[data-section=rules]');
  equal(await axe(page), [], 'axe');
  equal(await clipped(page, { scrolls: true }), [], 'clipped');
  await page.setViewportSize({ width: 320, height: 900 });
  equal(await page.evaluate(() => document.documentElement.scrollWidth <= 320), true, 'nothing to the side at 320 px');
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/site-rules-320.png`, fullPage: true });
});

test('site: equipment, breaks, the room and what stands within a thing have forms', async ({ mock, open }) => {
  const page = await open('/site', 'office');
  const becomes = (ask, wanted) => until(() => last_checked(mock) && JSON.stringify(ask(last_checked(mock))) === JSON.stringify(wanted), JSON.stringify(wanted));
  await page.click('[data-section=equipment]');
  await page.click('[data-action=add]');
  await page.fill('[data-thing="/equipment/0"] [name=count]', '2');
  await page.check('[data-thing="/equipment/0"] [name=services-pas]');
  await becomes((site) => site.equipment, [{ id: 'equipment-1', services: ['pas'], count: 2 }]);
  await page.click('[data-section=break_reason]');
  await page.click('[data-action=add]');
  await page.fill('[name=name-da]', 'Frokost');
  await becomes((site) => site.break_reason, [{ id: 'break-1', name: { da: 'Frokost' } }]);
  await page.click('[data-section=room]');
  await page.fill('[name=crowd_max]', '60');
  await page.selectOption('[name=when_full]', 'refuse');
  await page.click('[data-add=zone]');
  await page.fill('[data-within="/room/zone/0"] [name=id]', 'hall');
  await becomes((site) => site.room, { crowd_max: 60, when_full: 'refuse', zone: [{ id: 'hall', crowd_max: 20 }] });
  await page.selectOption('[name=when_full]', 'outside');
  await page.click('[data-within="/room/zone/0"] .danger');
  await becomes((site) => site.room, { crowd_max: 60 });
  await page.click('[data-section=desk]');
  await page.click('[data-thing="/desk/0"] .name');
  await page.click('[data-add=breaks]');
  await page.check('[data-within="/desk/0/breaks/0"] [name=days-fri]');
  await page.fill('[data-within="/desk/0/breaks/0"] [name=to]', '12:30');
  await page.selectOption('[name=arrow]', 'up_left');
  await becomes((site) => [site.desk[0].breaks, site.desk[0].arrow], [[{ from: '09:00', to: '12:30', days: ['fri'] }], 'up_left']);
  equal(await axe(page), [], 'axe of a desk');
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/site-desk-da.png`, fullPage: true });
  await page.click('[data-section=board]');
  await page.click('[data-action=add]');
  await page.click('[data-add=notice]');
  await page.fill('[name=text-da]', 'Husk legitimation.\nTak.');
  await page.selectOption('[name=arrows-desk-1]', 'left');
  await becomes((site) => [site.board.at(-1).notice, site.board.at(-1).arrows], [[{ text: { da: 'Husk legitimation.\nTak.' } }], { 'desk-1': 'left' }]);
  await page.click('[data-section=service]');
  await page.click('[data-thing="/service/0"] .name');
  await page.selectOption('[name=mode_on-tue]', 'booking');
  await page.fill('[name=until]', '2027-06-30');
  await page.uncheck('[name=contact_centre]');
  await becomes((site) => [site.service[0].mode_on, site.service[0].until, site.service[0].contact_centre], [{ tue: 'booking' }, '2027-06-30', false]);
  await page.selectOption('[name=mode_on-tue]', '');
  await page.check('[name=contact_centre]');
  await becomes((site) => [site.service[0].mode_on, site.service[0].contact_centre], [null, null]);
  equal(await axe(page), [], 'axe of a matter');
  equal(await small_targets(page, 24), [], 'targets');
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/site-service-da.png`, fullPage: true });
  await page.setViewportSize({ width: 320, height: 900 });
  equal(await page.evaluate(() => document.documentElement.scrollWidth <= 320), true, 'nothing to the side at 320 px');
  equal(await clipped(page, { scrolls: true }), [], 'clipped');
});

test('site: forms wait while the text has errors', async ({ open }) => {
  const page = await open('/site', 'office');
  await page.click('[data-tab=text]');
  await page.fill('textarea', '[site]\nname = "wrong"\n');
  await page.waitForSelector('.findings .error');
  await page.click('[data-tab=forms]');
  await page.waitForSelector('text=Der er fejl i teksten');
});

test('site: words of the house stand instead of the program\'s, missing ones are marked and fall back', async ({ mock, open }) => {
  mock.lacking = { de: ['ui.kiosk.help', 'ui.board.welcome'] };
  const page = await open('/site', 'office');
  await page.click('[data-tab=words]');
  await page.waitForSelector('[data-word="ui.wait.none"]');
  await page.fill('[name=words-search]', 'ui.wait.none');
  await page.fill('[data-word="ui.wait.none"] input', 'Her er ingen');
  await page.waitForSelector('[data-word="ui.wait.none"].own');
  await until(() => last_checked(mock)?.texts?.da['ui.wait.none'] === 'Her er ingen', 'in the draft');
  await page.fill('[data-word="ui.wait.none"] input', 'Her er {ingen');
  await page.waitForSelector('[data-word="ui.wait.none"] .fault');
  await page.fill('[data-word="ui.wait.none"] input', '');
  await until(() => last_checked(mock) && !('texts' in last_checked(mock)), 'an empty box lets the program\'s stand');
  await page.selectOption('[name=words-language]', 'de');
  await page.fill('[name=words-search]', '');
  await page.click('[data-which=missing]');
  await page.waitForSelector('[role=status]:has-text("2 mangler på dette sprog")');
  equal(await page.locator('.words li[data-word]:not(.missing)').count(), 0, 'nothing else is shown');
  const key = await page.getAttribute('.words li.missing', 'data-word');
  assert((await page.textContent('.words li.missing >> nth=0')).includes('Vises i stedet:'), 'what stands there instead');
  await page.fill('.words li.missing >> nth=0 >> input', 'Auf Deutsch');
  await until(() => last_checked(mock)?.texts?.de[key] === 'Auf Deutsch', 'written');
});

test('site: a page says the house\'s words, and the program\'s where they cannot be had', async ({ mock, open }) => {
  mock.own_texts = { da: { 'ui.office.lead': 'Vælg en side.', 'ui.office.more': 'Mere {n', 'meta.dir': 'rtl' } };
  const page = await open('/', 'office');
  await page.waitForSelector('text=Vælg en side.');
  await page.waitForSelector('h2:text-is("Mere")');
  equal(await page.evaluate(() => document.documentElement.dir), 'ltr', 'a word is no direction');
  mock.faults.push({ method: 'GET', path: /^\/texts\//, status: 503, reason: 'busy', times: -1 });
  const other = await open('/', 'office', { expect_errors: true });
  await other.waitForSelector('text=Åbn en side på den skærm');
});

test('site: the ticket is laid out, and its picture is asked of the printer\'s own code', async ({ mock, open }) => {
  const page = await open('/site', 'office');
  await page.click('[data-tab=ticket]');
  await page.waitForSelector('.slip');
  await page.click('[data-part=wait] input');
  await until(() => JSON.stringify(last_checked(mock)?.ticket?.parts) === '["site","number","service","where","code","footer"]', 'without the wait');
  await page.click('[data-part=where] button:has-text("↑")');
  await until(() => last_checked(mock)?.ticket?.parts[2] === 'where', 'moved');
  assert(await page.isDisabled('[data-part=number] input'), 'a ticket without a number is none');
  await page.locator('[name=number_percent]').fill('60');
  await page.selectOption('[name=language]', 'de');
  await page.selectOption('[name=service]', 'mitid');
  await page.selectOption('[name=width]', '58');
  await until(() => { const asked = mock.previews.at(-1); return asked.language === 'de' && asked.service === 'mitid' && asked.width_mm === '58' && asked.draft.ticket?.number_percent === 60; }, 'the picture of this very draft');
  await page.click('[data-part=wait] input');
  await until(() => last_checked(mock)?.ticket?.parts.at(-1) === 'wait', 'and back, at the end');
});

for (const language of ['da', 'en']) {
  for (const tab of ['forms', 'words', 'ticket', 'text']) {
    test(`a11y site, ${tab}, ${language}`, async ({ mock, open }) => {
      const page = await open('/site', 'office');
      await page.waitForSelector('[data-version="2"]');
      if (language === 'en') { await page.click('button:has-text("English")'); await page.waitForSelector('text=Put in force'); }
      await page.click(`[data-tab=${tab}]`);
      if (tab === 'forms') { await page.click('[data-thing="/service/0"] .name'); await page.fill('[name=name-da]', 'wrong'); await page.waitForSelector('.fault'); }
      if (tab === 'words') { await page.waitForSelector('[data-word]'); await page.selectOption('[name=words-language]', 'ar'); await page.waitForSelector('.words p[lang=ar]'); await page.fill('[name=words-search]', 'kiosk'); await page.fill('[data-word] input >> nth=0', '{'); await page.waitForSelector('.fault'); }
      if (tab === 'ticket') await page.waitForSelector('.slip');
      if (tab === 'text') await page.waitForSelector('textarea');
      equal(await axe(page), [], 'axe');
      equal(await small_targets(page, 24), [], 'targets');
      equal(await clipped(page, { scrolls: true }), [], 'clipped');
      equal(await keyboard_faults(page, 200), [], 'keyboard');
      if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/site-${tab}-${language}.png`, fullPage: true });
      await page.setViewportSize({ width: 320, height: 900 });
      equal(await page.evaluate(() => document.documentElement.scrollWidth <= 320), true, 'nothing to the side at 320 px');
      if (mock.posts.length > 0) throw new Error('a look at a page posts nothing');
    });
  }
}
