// Every page in every language and form, as a cube: each citizen's page in Danish, German, Arabic and Tigrinya, each page of staff in Danish and English,
// each of them plain, large and in contrast. A page is loaded once for a language, and its forms are switched in place.
import { axe, cap_heights, clipped, keyboard_faults, overlapping, small_targets } from '../lib/a11y.mjs';
import { assert, equal, test } from '../lib/harness.mjs';
import { lively } from '../mock.mjs';

const LANGUAGES = ['da', 'de', 'ar', 'ti'];
/** 21.5 inches in portrait at 0.6 m, as in a11y.mjs. */
const KIOSK_CAP_PX = 600 / 82 / (267.7 / 1080);
/** The forms of a kiosk are its own buttons; "low" and all three at once come on top of the cube, each in one language for each screen. */
const AIDS = { plain: [], large: ['large'], contrast: ['contrast'], low: ['low'], all: ['large', 'contrast', 'low'] };

async function wear(page, aids) {
  for (const aid of ['large', 'contrast', 'low']) {
    const on = (await page.getAttribute(`.bar [data-aid=${aid}]`, 'aria-pressed')) === 'true';
    if (on !== aids.includes(aid)) await page.click(`.bar [data-aid=${aid}]`);
  }
}

/** Colours change in plain and contrast, places in all: axe looks where it may find something. */
async function kiosk_faults(page, name, form) {
  equal((await cap_heights(page)).filter((each) => each.cap_px < KIOSK_CAP_PX - 0.6), [], `${name}: letters under 0.7 degrees`);
  equal(await small_targets(page, 81), [], `${name}: targets under 20 mm`);
  equal(await clipped(page), [], `${name}: clipped`);
  equal(await overlapping(page), [], `${name}: overlapping`);
  if (form !== 'large' && form !== 'low') equal(await axe(page), [], `${name}: axe`);
}

const ask_for_times = async (page, none = false) => {
  await page.click('[data-service=pas]');
  await page.click('[data-times]');
  await page.waitForSelector(none ? '.message[role=status]' : '[data-start]');
};
const book = async (page, print) => {
  await ask_for_times(page);
  await page.click('[data-start] >> nth=0');
  await page.waitForSelector(`[data-print=${print}]`);
};
const choose_two = async (page) => {
  await page.click('.ask .more');
  await page.click('[data-service=mitid]');
  await page.click('[data-service=pas]');
};
const refuse = (mock) => mock.faults.push({ method: 'POST', path: /^\/visits$/, status: 409, reason: 'booking_required', more: { detail: 'Dette ærende kræver en aftale.', alternatives: [{ kind: 'slot', text: 'Næste ledige tid: i morgen kl. 9.15' }] }, times: 1 });
const type_code = async (page) => { await page.click('.booked'); await page.waitForSelector('[data-scan]'); };

/** Each screen of the kiosk beyond home, help and ticket (which a11y.mjs has): what is set up, and how one gets there. */
const SCREENS = {
  'choosing several': { walk: choose_two },
  several: { walk: async (page) => { await choose_two(page); await page.click('.act .primary'); await page.waitForSelector('[data-screen=several]'); } },
  refused: { set: refuse, walk: async (page) => { await page.click('[data-service=pas]'); await page.waitForSelector('[data-times]'); } },
  slots: { set: refuse, walk: ask_for_times },
  'no slots': { set: (mock) => { refuse(mock); mock.times_free = 0; }, walk: (page) => ask_for_times(page, true) },
  booked: { set: refuse, walk: (page) => book(page, 'printed') },
  'booked, print failed': { set: (mock) => { refuse(mock); mock.paper = { state: 'failed', fault: 'media-empty', delay_ms: 20 }; }, walk: (page) => book(page, 'failed') },
  unbooked: { set: refuse, walk: async (page) => { await book(page, 'printed'); await page.click('.act button >> nth=0'); await page.waitForSelector('[data-screen=unbooked]'); } },
  undone: { walk: async (page) => { await page.click('[data-service=mitid]'); await page.waitForSelector('[data-print=printed]'); await page.click('.act button >> nth=0'); await page.waitForSelector('[data-screen=undone]'); } },
  code: { walk: type_code },
  scanning: { walk: async (page) => { await type_code(page); await page.click('[data-scan]'); await page.waitForSelector('.scan[data-camera=on]'); } },
  listening: { walk: async (page) => { await page.keyboard.press('*'); await page.waitForSelector('.listening'); } },
  yourself: { set: (mock) => { mock.services[0].self_service = { da: 'Forny dit pas på borger.dk.', en: 'Renew your passport at borger.dk.' }; }, walk: async (page) => { await page.click('[data-service=pas]'); await page.waitForSelector('[data-screen=yourself]'); } },
};

for (const [row, [name, { set, walk }]] of Object.entries(SCREENS).entries()) {
  test(`a11y cube, kiosk, ${name}`, async ({ mock, open }) => {
    lively(mock);
    mock.services[0].mode = 'mixed';
    mock.languages = LANGUAGES;
    // What reads codes never comes: the camera stays on for as long as the test looks.
    const further = { low: LANGUAGES[row % 4], all: LANGUAGES[(row + 1) % 4] };
    const page = await open('/kiosk/hall', 'kiosk', { before: (context) => context.route(/\/assets\/kiosk-part\./, (route) => route.abort()), expect_errors: true });
    for (const language of LANGUAGES) {
      set?.(mock);
      if (language !== LANGUAGES[0]) await page.reload();
      await page.waitForSelector('.choice');
      await page.click(`.languages [lang=${language}]`);
      await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
      await walk(page);
      for (const [form, aids] of Object.entries(AIDS)) {
        if ((form === 'low' || form === 'all') && language !== further[form]) continue;
        await wear(page, aids);
        await kiosk_faults(page, `${name}, ${language}, ${form}`, form);
      }
      if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/cube-kiosk-${name.replace(/\W+/g, '-')}-${language}.png` });
      await wear(page, []);
      if (language === 'da') equal(await keyboard_faults(page), []);
    }
  });
}

test('a11y cube, kiosk, night', async ({ mock, open }) => {
  for (const language of LANGUAGES) {
    mock.languages = [language, 'en'];
    mock.night = { opens_at: '2026-11-27T09:00:00+01:00' };
    const page = await open('/kiosk/hall', 'kiosk', { clock: true });
    await page.waitForSelector('.choice');
    await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
    await page.clock.fastForward(31_000);
    await page.waitForSelector('.night');
    equal((await cap_heights(page)).filter((each) => each.cap_px < KIOSK_CAP_PX - 0.6), [], `${language}: letters`);
    equal(await clipped(page), [], `${language}: clipped`);
    equal(await axe(page), [], `${language}: axe`);
  }
}, { ping_ms: 60 });

/** The forms of a page in a reader's own browser: as it comes, letters at twice the size, the colours of the system; then a narrow window with wide spacing. */
async function in_each_form(page, name, { targets, wide = page.viewportSize(), clips = {} }) {
  const sideways = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  const look = async (form, colours) => {
    equal(await small_targets(page, targets), [], `${name}, ${form}: targets`);
    equal(await clipped(page, { scrolls: true, ...clips }), [], `${name}, ${form}: clipped`);
    assert(await sideways(), `${name}, ${form}: scrolls sideways`);
    if (colours) equal(await axe(page), [], `${name}, ${form}: axe`);
  };
  await look('plain', true);
  await page.emulateMedia({ forcedColors: 'active' });
  await look('contrast', true);
  await page.emulateMedia({ forcedColors: 'none' });
  await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
  await look('large', false);
  await page.evaluate(() => { document.documentElement.style.fontSize = ''; });
  await page.setViewportSize({ width: 320, height: 800 });
  assert(await sideways(), `${name}: scrolls sideways at 320 px`);
  const sheet = await page.evaluateHandle(() => {
    const spaced = new CSSStyleSheet();
    spaced.replaceSync('body *:not(svg *) { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } body p { margin-block-end: 2em !important; }');
    document.adoptedStyleSheets = [spaced];
    return spaced;
  });
  assert(await sideways(), `${name}: scrolls sideways at 320 px with wide spacing`);
  equal(await clipped(page, { scrolls: true, ...clips }), [], `${name}: clipped with wide spacing`);
  await page.evaluate(() => { document.adoptedStyleSheets = []; });
  await sheet.dispose();
  await page.setViewportSize(wide);
}

for (const state of ['waiting', 'called', 'parked', 'no_show']) {
  test(`a11y cube, phone, ${state}`, async ({ mock, open }) => {
    lively(mock);
    mock.languages = LANGUAGES;
    for (const language of LANGUAGES) {
      const visit = mock.take('pas', { language });
      Object.assign(visit, state === 'called' ? { state, desk: 'desk-12', called_at: Date.now() } : { state });
      const page = await open(`/t/${visit.token}`, 'phone');
      await page.waitForSelector('.n');
      await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
      await in_each_form(page, `${state}, ${language}`, { targets: 44 });
      await page.close();
    }
  });
}

test('a11y cube, book', async ({ mock, open }) => {
  mock.languages = LANGUAGES;
  mock.bookable = mock.services.slice(0, 4).map((service) => ({ id: service.id, name: service.names.da, names: service.names, minutes: service.minutes }));
  mock.book('k7p2xw4m', 60, 'pas');
  const page = await open('/book', 'phone');
  for (const path of ['/book', '/book/k7p2xw4m']) {
    await page.goto(new URL(path, page.url()).href);
    await page.waitForSelector('header select');
    for (const language of LANGUAGES) {
      await page.selectOption('header select', language);
      await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
      await in_each_form(page, `${path}, ${language}`, { targets: 44 });
    }
  }
});

/** A board has one form: what a person cannot read there is said by the voice and stands on the phone. Its letters are measured in a11y.mjs. */
test('a11y cube, board', async ({ mock, open }) => {
  lively(mock);
  mock.desks.forEach((desk) => { desk.state = 'open'; });
  mock.desk_verb('next', mock.desks[5], {});
  const page = await open('/board/hall', 'board');
  for (const language of LANGUAGES) {
    mock.languages = [language, 'en'];
    mock.changed();
    await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
    await page.waitForSelector('.foot .queue');
    await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
    equal(await axe(page), [], `${language}: axe`);
    equal(await clipped(page), [], `${language}: clipped`);
  }
});

/** Pages of staff. `ready`: what is there once the page stands. */
const OFFICE = {
  '/': '.group a', '/sign-in': 'form input', '/admin': 'tbody tr', '/reports': 'table', '/reports?show=waits': 'table', '/reports?show=plan': 'form', '/reports?show=messages': 'main h1',
  '/access': 'form', '/screens': '[data-output=hall]', '/room': 'main h1', '/site': '[data-thing]', '/devices/bench': 'main h1', '/host': 'form input', '/contact': '.services button', '/desk/desk-3': '.primary:not(:disabled)',
};
for (const [path, ready] of Object.entries(OFFICE)) {
  test(`a11y cube, ${path}`, async ({ mock, open }) => {
    lively(mock);
    if (path === '/sign-in') mock.signed_in = false;
    if (path.startsWith('/desk')) { mock.desk('desk-3').state = 'open'; mock.desk_verb('next', mock.desk('desk-3'), {}); }
    const page = await open(path, 'office', { expect_errors: path === '/sign-in' });
    for (const language of ['da', 'en']) {
      if (language === 'en') {
        await page.evaluate(() => localStorage.setItem('skranke.language', 'en'));
        await page.reload();
      }
      await page.waitForSelector(ready);
      await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
      await in_each_form(page, `${path}, ${language}`, { targets: 24 });
    }
  });
}
