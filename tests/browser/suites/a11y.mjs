// Every page in every form that people meet: accessible by the rules of docs and of WCAG 2.2, measured in the browser.
import { axe, cap_heights, clipped, keyboard_faults, overlapping, small_targets } from '../lib/a11y.mjs';
import { assert, equal, test } from '../lib/harness.mjs';
import { lively, stamp } from '../mock.mjs';

/** 21.5 inches in portrait, 1080 px wide, read at 0.6 m: a capital of 0.7 degrees is distance / 82. */
const KIOSK_MM_A_PX = 267.7 / 1080;
const KIOSK_CAP_PX = 600 / 82 / KIOSK_MM_A_PX;
/** 55 inches, 1080 px high. */
const BOARD_MM_A_PX = 685 / 1080;
const BOARD_CAP_PX = 6000 / 82 / BOARD_MM_A_PX;
/** The older rule of distance / 200 is the floor for what is beside the calls. */
const BOARD_SECOND_PX = 6000 / 200 / BOARD_MM_A_PX;

async function kiosk_faults(page, name) {
  const letters = (await cap_heights(page)).filter((each) => each.cap_px < KIOSK_CAP_PX - 0.6);
  equal(letters, [], `${name}: letters under 0.7 degrees`);
  equal(await small_targets(page, 81), [], `${name}: targets under 20 mm`);
  equal(await clipped(page), [], `${name}: clipped`);
  equal(await overlapping(page), [], `${name}: overlapping`);
  equal(await axe(page), [], `${name}: axe`);
}

const AIDS = { plain: [], large: ['large'], contrast: ['contrast'], low: ['low'], all: ['large', 'contrast', 'low'] };
const press_aids = async (page, aids) => { for (const aid of aids) await page.click(`.bar [data-aid=${aid}]`); };

for (const services of [6, 9]) {
  for (const [form, aids] of Object.entries(AIDS)) {
    test(`a11y kiosk home, ${services} services, ${form}`, async ({ mock, open }) => {
      lively(mock);
      Object.assign(mock.services[5], { open: false, reason: 'closed', alternatives: [{ kind: 'opens', at: stamp(Date.now() + 86_400_000), text: '' }] });
      const page = await open('/kiosk/hall', 'kiosk');
      await page.waitForSelector('.choice');
      await press_aids(page, aids);
      await kiosk_faults(page, form);
      if (aids.includes('low')) {
        const top = await page.evaluate(() => Math.min(...[...document.querySelectorAll('button')].map((each) => each.getBoundingClientRect().top)));
        assert(top >= 1920 * 0.3, `a control at ${top} px is above the lower 70 per cent`);
      }
      if (form === 'plain') equal(await keyboard_faults(page), []);
    }, { services });
  }
}

for (const [form, aids] of Object.entries(AIDS)) {
  test(`a11y kiosk help and needs, ${form}`, async ({ mock, open }) => {
    lively(mock);
    const page = await open('/kiosk/hall', 'kiosk');
    await page.waitForSelector('.choice');
    await press_aids(page, aids);
    await page.click('.bar .help');
    await page.click('[data-need=sight]');
    await kiosk_faults(page, form);
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/kiosk-help-${form}.png` });
    await page.click('.act .primary');
    await kiosk_faults(page, `${form}, told`);
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/kiosk-told-${form}.png` });
  });
}

for (const [form, aids] of Object.entries(AIDS)) {
  for (const trouble of [false, true]) {
    test(`a11y kiosk ticket, ${form}${trouble ? ', print failed' : ''}`, async ({ mock, open }) => {
      lively(mock);
      if (trouble) mock.paper = { state: 'failed', fault: 'media-empty', delay_ms: 50 };
      const page = await open('/kiosk/hall', 'kiosk');
      await page.waitForSelector('.choice');
      await press_aids(page, aids);
      await page.click('[data-service=mitid]');
      await page.waitForSelector(`[data-print=${trouble ? 'failed' : 'printed'}]`);
      await kiosk_faults(page, form);
      if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/kiosk-ticket-${form}${trouble ? '-failed' : ''}.png` });
      if (trouble) {
        const code = await page.locator('.ways .qr').boundingBox();
        assert(code && code.width * KIOSK_MM_A_PX >= 30 && code.y >= 0 && code.y + code.height <= 1920 - 170, `without paper the code is the ticket: ${JSON.stringify(code)}`);
      }
      if (aids.includes('low')) {
        const top = await page.evaluate(() => Math.min(...[...document.querySelectorAll('button')].map((each) => each.getBoundingClientRect().top)));
        assert(top >= 1920 * 0.3, `a control at ${top} px is above the lower 70 per cent`);
      }
      if (form === 'plain') equal(await keyboard_faults(page), []);
    });
  }
}

test('a11y kiosk refusals, help and time-out', async ({ mock, open }) => {
  const page = await open('/kiosk/hall', 'kiosk');
  await page.waitForSelector('.choice');
  await page.click('.bar .help');
  await page.waitForSelector('[data-screen=help]');
  await kiosk_faults(page, 'help');
  await page.click('.act .primary');
  mock.faults.push({ method: 'POST', path: /visits$/, status: 409, reason: 'authority_absent', more: { detail: 'SIRI er her ikke lige nu.', alternatives: [{ kind: 'opens', text: 'Kom igen onsdag den 25. november kl. 10.00' }, { kind: 'place', text: 'SIRI, Carl Gustavs Gade 3, Høje Taastrup' }] }, times: 1 });
  await page.click('[data-service=pas]');
  await page.waitForSelector('[data-reason=authority_absent]');
  await kiosk_faults(page, 'refused');
});

for (const form of ['empty', 'calling', 'recall', 'many', 'stale', 'evacuation']) {
  test(`a11y board, ${form}`, async ({ mock, open }) => {
    lively(mock);
    mock.desks.forEach((desk) => { desk.state = 'open'; });
    const page = await open('/board/hall', 'board');
    await page.waitForSelector('.hero');
    if (form !== 'empty') {
      const desks = form === 'many' ? [5, 1, 2, 3, 4] : [5];
      desks.forEach((index) => mock.desk_verb('next', mock.desks[index], {}));
      await page.waitForSelector('.hero.calling');
    }
    if (form === 'recall') { mock.desk_verb('recall', mock.desks[5], {}); await page.waitForSelector('.attempt', { timeout: 15_000 }); }
    if (form === 'stale') { mock.silent = true; await page.waitForSelector('.stale', { timeout: 20_000 }); }
    if (form === 'evacuation') { mock.evacuation = true; mock.changed(); await page.waitForSelector('.evacuation'); }
    await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
    const of = async (selector, least, what) => {
      const found = await cap_heights(page, selector);
      assert(found.length > 0, `${what}: nothing there`);
      equal(found.filter((each) => each.cap_px < least - 0.7), [], what);
    };
    if (form !== 'empty' && form !== 'evacuation') await of('.hero .num', BOARD_CAP_PX * 2, 'called number');
    if (form !== 'empty' && form !== 'evacuation') await of('.hero .figure', BOARD_CAP_PX, 'desk of the called number');
    if (form === 'many') await of('.list ol', BOARD_CAP_PX, 'rows');
    if (form !== 'evacuation') await of('.waits .wait', BOARD_SECOND_PX, 'waits');
    if (form === 'evacuation') await of('.evacuation .leave', BOARD_CAP_PX * 0.8, 'evacuation');
    equal(await clipped(page), [], 'clipped');
    equal(await axe(page), [], 'axe');
  });
}

test('a11y board moves nothing for those who asked for stillness', async ({ mock, open }) => {
  mock.desks[0].state = 'open';
  mock.take('pas');
  const still = await open('/board/hall', 'board', { reduced: true });
  const moving = await open('/board/hall', 'board');
  await still.waitForSelector('.hero');
  await moving.waitForSelector('.hero');
  mock.desk_verb('next', mock.desks[0], {});
  await still.waitForSelector('.hero.calling');
  await moving.waitForSelector('.hero.calling');
  equal(await still.evaluate(() => document.getAnimations().length), 0);
  assert((await moving.evaluate(() => document.getAnimations().length)) > 0, 'the control: a call does pulse otherwise');
});

async function desk_faults(page) {
  equal(await axe(page), [], 'axe');
  equal(await small_targets(page, 24), [], 'targets');
  equal(await clipped(page, { scrolls: true }), [], 'clipped');
  equal(await keyboard_faults(page), [], 'keyboard');
}

for (const form of ['closed', 'idle', 'called', 'serving', 'transfer', 'named', 'new', 'break', 'row', 'help', 'words', 'called for help', 'parked', 'missed', 'offline']) {
  test(`a11y desk, ${form}`, async ({ mock, open }) => {
    lively(mock);
    const desk = mock.desk('desk-3');
    if (form !== 'closed') desk.state = 'open';
    if (['called', 'serving', 'transfer', 'offline'].includes(form)) mock.desk_verb('next', desk, {});
    if (['serving', 'transfer', 'offline'].includes(form)) mock.desk_verb('start', desk, {});
    const page = await open('/desk/desk-3', 'desk');
    await page.waitForSelector('.primary:not(:disabled)');
    if (form === 'transfer') { await page.keyboard.press('Shift+F8'); await page.waitForSelector('.choices button'); }
    if (form === 'named') { await page.keyboard.press('F3'); await page.keyboard.type('1'); await page.waitForSelector('.choices button'); }
    if (form === 'new') { await page.keyboard.press('Shift+F2'); await page.waitForSelector('.choices button'); }
    if (form === 'break') { await page.keyboard.press('Shift+F9'); await page.waitForSelector('.choices button'); }
    if (form === 'row') { await page.click('.rows button >> nth=2'); await page.waitForSelector('.choices button'); }
    if (form === 'help' || form === 'words') { await page.keyboard.press('Control+F8'); await page.waitForSelector('.words input[name=message]'); }
    if (form === 'words' || form === 'called for help') {
      mock.messages = [{ id: 9, at: stamp(Date.now()), from: 'Medarbejder 2', from_desk: 'desk-5', to_desk: 'desk-3', text: 'Stempelpuden er i skuffen under vinduet, nøglen hænger ved døren' }];
      if (form === 'called for help') mock.desk('desk-5').help = { kind: 'emergency', since: stamp(Date.now()) };
      mock.changed();
      await page.waitForSelector(form === 'words' ? '.words-list li' : '.help-calls .emergency');
    }
    if (form === 'parked' || form === 'missed') {
      mock.in_state('waiting').slice(0, 2).forEach((visit) => Object.assign(visit, { state: form === 'parked' ? 'parked' : 'no_show', parked_until: Date.now() + 600_000 }));
      mock.changed();
      await page.click(`#tab-${form}`);
      await page.waitForSelector('.rows li button');
    }
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/desk-${form.replace(/ /g, '-')}.png` });
    if (form === 'offline') { mock.silent = true; await page.waitForSelector('.offline', { timeout: 20_000 }); }
    await desk_faults(page);
  });
}

for (const size of ['phone', 'narrow']) {
  for (const form of ['waiting', 'called', 'parked', 'no_show', 'left', 'ask', 'unknown']) {
    test(`a11y phone ${size}, ${form}`, async ({ mock, open }) => {
      lively(mock);
      const visit = mock.take('selvbetjening');
      Object.assign(visit, form === 'called' ? { state: 'called', desk: 'desk-12', called_at: Date.now() } : ['parked', 'no_show', 'left'].includes(form) ? { state: form } : {});
      if (['waiting', 'called', 'parked'].includes(form)) { mock.tells = true; visit.more_left = 2; }
      const page = await open(`/t/${form === 'unknown' ? 'nothing' : visit.token}`, size);
      if (form === 'waiting' || form === 'parked') await page.waitForSelector('.tell input');
      await page.waitForSelector(form === 'unknown' ? '[role=alert] h1' : '.n');
      if (form === 'ask') await page.click('.actions button');
      equal(await axe(page), [], 'axe');
      equal(await small_targets(page, 44), [], 'targets');
      equal(await keyboard_faults(page), [], 'keyboard');
      assert(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'scrolls sideways');
      await page.evaluate(() => { for (const each of document.querySelectorAll('body *')) Object.assign(each.style, { lineHeight: '1.5', letterSpacing: '0.12em', wordSpacing: '0.16em' }); });
      assert(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'scrolls sideways with wide spacing');
      equal(await clipped(page, { scrolls: true }), [], 'clipped with wide spacing');
    }, { services: 9 });
  }
}

for (const [name, path] of [['landing', '/'], ['admin', '/admin'], ['host', '/host'], ['sign-in', '/sign-in'], ['screens', '/screens']]) {
  test(`a11y office ${name}`, async ({ mock, open }) => {
    mock.paper = { state: 'failed', fault: 'cover-open', delay_ms: 1 };
    if (name === 'sign-in') mock.signed_in = false;
    const page = await open(path, 'office');
    await page.waitForSelector(name === 'landing' ? '.group a' : name === 'admin' ? 'tbody tr' : name === 'screens' ? '[data-output=hall]' : 'form input');
    if (name === 'screens') { await page.waitForSelector('[data-board]'); await page.selectOption('[data-form=pair] [name=id]', ''); }
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/office-${name}.png`, fullPage: true });
    equal(await axe(page), [], 'axe');
    equal(await small_targets(page, 24), [], 'targets');
    equal(await keyboard_faults(page), [], 'keyboard');
  });
}

const FURTHER = ['de', 'pl', 'uk', 'ar', 'fa', 'ro', 'so', 'ti', 'tr'];
const RIGHT_TO_LEFT = ['ar', 'fa'];

/** Long words, other letters, right to left: what a kiosk and a phone show in each further language, in the plain form and the largest. */
for (const language of FURTHER) {
  for (const form of ['de', 'ar', 'ti'].includes(language) ? ['plain', 'large', 'contrast', 'all'] : ['plain', 'all']) {
    test(`a11y kiosk in ${language}, ${form}`, async ({ mock, open }) => {
      lively(mock);
      mock.languages = ['da', 'en', language];
      Object.assign(mock.services[5], { open: false, reason: 'closed', alternatives: [{ kind: 'opens', at: stamp(Date.now() + 86_400_000), text: '' }] });
      const page = await open('/kiosk/hall', 'kiosk');
      await page.waitForSelector('.choice');
      await page.click(`.languages [lang=${language}]`);
      await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
      equal(await page.evaluate(() => document.documentElement.dir), RIGHT_TO_LEFT.includes(language) ? 'rtl' : 'ltr');
      await press_aids(page, AIDS[form]);
      const look = async (name) => {
        await kiosk_faults(page, name);
        if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/kiosk-${language}-${form}-${name}.png` });
      };
      await look('home');
      await page.click('.bar .help');
      await look('help');
      await page.click('.act .primary');
      await page.click('[data-service=mitid]');
      await page.waitForSelector('[data-print=printed]');
      await look('ticket');
    });
  }
  test(`a11y phone in ${language}`, async ({ mock, open }) => {
    lively(mock);
    mock.languages = ['da', 'en', language];
    const visit = mock.take('pas', { language });
    const page = await open(`/t/${visit.token}`, 'narrow');
    await page.waitForSelector('.n');
    await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
    equal(await axe(page), [], 'axe');
    equal(await small_targets(page, 44), [], 'targets');
    assert(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'scrolls sideways');
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/phone-${language}.png` });
  });
}

for (const language of ['da', 'pl', 'ti']) {
  test(`a11y kiosk with no desk open, ${language}, all aids`, async ({ mock, open }) => {
    lively(mock);
    mock.no_desk = true;
    mock.languages = ['da', ...(language === 'da' ? ['en'] : [language])];
    const page = await open('/kiosk/hall', 'kiosk');
    await page.waitForSelector('.choice');
    await page.click(`.languages [lang=${language}]`);
    await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
    await press_aids(page, AIDS.all);
    await kiosk_faults(page, language);
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/kiosk-nodesk-${language}.png` });
  });
}

/** The page on which times are booked and changed, in each further language, at the width of a small phone. */
for (const language of FURTHER) {
  test(`a11y book in ${language}`, async ({ mock, open }) => {
    mock.languages = ['da', language];
    mock.bookable = mock.services.slice(0, 4).map((service) => ({ id: service.id, name: service.names.da, names: service.names, minutes: service.minutes }));
    mock.book('k7p2xw4m', 60, 'pas');
    mock.personal = { code: 'k7p2xw4m', contact: { email: 'somebody@example.org' }, erased_at: '2026-11-24T04:00:00+01:00', seen: [] };
    const look = async (page, name) => {
      equal(await axe(page), [], `${name}: axe`);
      equal(await small_targets(page, 44), [], `${name}: targets`);
      equal(await clipped(page, { scrolls: true }), [], `${name}: clipped`);
      assert(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name}: scrolls sideways`);
      if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/book-${language}-${name}.png`, fullPage: true });
    };
    const page = await open('/book/k7p2xw4m', 'narrow');
    await page.waitForSelector('.personal');
    await page.selectOption('header select', language);
    await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
    await look(page, 'mine');
    await page.goto(page.url().replace('/k7p2xw4m', ''));
    await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
    await page.waitForSelector('main button, main input');
    await look(page, 'new');
  });
}

/** What hangs on the wall, in Danish and each further language. */
for (const language of FURTHER) {
  test(`a11y board in ${language}`, async ({ mock, open }) => {
    lively(mock);
    mock.languages = [language, 'da'];
    mock.desks.forEach((desk) => { desk.state = 'open'; });
    const page = await open('/board/hall', 'board');
    await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
    await page.waitForSelector('.hero');
    [5, 1, 2].forEach((index) => mock.desk_verb('next', mock.desks[index], {}));
    await page.waitForSelector('.hero.calling');
    await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
    equal((await cap_heights(page, '.hero .num')).filter((each) => each.cap_px < BOARD_CAP_PX * 2 - 0.7), [], 'called number');
    equal((await cap_heights(page, '.waits .wait')).filter((each) => each.cap_px < BOARD_SECOND_PX - 0.7), [], 'waits');
    equal(await clipped(page), [], 'clipped');
    equal(await axe(page), [], 'axe');
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/board-${language}.png` });
    mock.evacuation = true;
    mock.changed();
    await page.waitForSelector('.evacuation');
    equal(await clipped(page), [], 'evacuation clipped');
    equal(await axe(page), [], 'evacuation');
  });
}

/** The desk in a narrow window beside other programs. */
for (const size of ['compact', 'half']) {
  for (const form of ['idle', 'serving', 'transfer', 'help']) {
    test(`a11y desk ${size}, ${form}`, async ({ mock, open }) => {
      lively(mock);
      const desk = mock.desk('desk-3');
      desk.state = 'open';
      if (form !== 'idle') { mock.desk_verb('next', desk, {}); mock.desk_verb('start', desk, {}); }
      const page = await open('/desk/desk-3', size);
      await page.waitForSelector('.primary:not(:disabled)');
      if (form === 'transfer') { await page.keyboard.press('Shift+F8'); await page.waitForSelector('.choices button'); }
      if (form === 'help') {
        mock.messages = [{ id: 9, at: stamp(Date.now()), from: 'Medarbejder 2', from_desk: 'desk-5', to_desk: 'desk-3', text: 'Stempelpuden er i skuffen under vinduet' }];
        mock.changed();
        await page.keyboard.press('Control+F8');
        await page.waitForSelector('.words-list li');
      }
      await desk_faults(page);
      assert(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'scrolls sideways');
      if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/desk-${size}-${form}.png` });
      if (form === 'idle') {
        await page.keyboard.press('F2');
        await page.waitForSelector('.now[data-state=called]');
        assert(await page.locator('.citizen .primary').isVisible(), 'the large button');
      }
    });
  }
}

/** A full house: twelve services and six languages. */
for (const language of ['da', 'de', 'uk', 'ar']) {
  test(`a11y kiosk with six languages, ${language}`, async ({ mock, open }) => {
    lively(mock);
    mock.languages = ['da', 'en', 'de', 'pl', 'uk', 'ar'];
    for (const index of [5, 7, 9]) Object.assign(mock.services[index], { mode: 'booking', open: false, reason: 'authority_absent', alternatives: [{ kind: 'opens', at: stamp(Date.now() + 3 * 86_400_000), text: '' }] });
    const page = await open('/kiosk/hall', 'kiosk');
    await page.waitForSelector('.choice');
    await page.click(`.languages [lang=${language}]`);
    await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
    await kiosk_faults(page, language);
    const inside = await page.evaluate(() => { const main = document.querySelector('main'); return main.scrollHeight <= main.clientHeight + 1; });
    assert(inside, 'something stands below the edge');
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/kiosk-six-${language}.png` });
  }, { services: 12 });
}
