// The citizen's screen at a desk that enrols: what it says at each step, in every language, and what it does not.
import { readFileSync, readdirSync } from 'node:fs';
import { axe, cap_heights, clipped } from '../lib/a11y.mjs';
import { assert, equal, test, until } from '../lib/harness.mjs';

const CATALOGUES = new URL('../../../catalogues/', import.meta.url);
const LANGUAGES = readdirSync(CATALOGUES).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
const words = (language) => JSON.parse(readFileSync(new URL(`${language}.json`, CATALOGUES), 'utf8')).ui.enrol_citizen;
/** A monitor of 24 inches, 1080 px high, read at a metre: a capital of 0.7 degrees. */
const CAP_PX = 1000 / 82 / 0.277;
const GREY = '<svg xmlns="http://www.w3.org/2000/svg" width="35" height="45"><rect width="35" height="45" fill="#888"/></svg>';

const at_step = (language, state, more = {}) => ({ state, language, visit: 'v1', id: 'e-1', pictures: true, needs: [], parts: [], progress: { done: 0, of: 4 }, ...more });
const face = { needs: [{ modality: 'face' }] };
const left = { needs: [{ modality: 'finger', position: 'left_index' }], parts: [{ modality: 'face', capture: 2 }, { modality: 'finger', position: 'right_index', capture: 3 }], progress: { done: 2, of: 4 } };
const all = { parts: [...left.parts, { modality: 'finger', position: 'left_index', capture: 4 }, { modality: 'signature', capture: 5 }], progress: { done: 4, of: 4 } };

/** What is asked for of the pictures is written down. */
async function watched(page) {
  const asked = [];
  await page.route(/\/enrolment\/citizen\/(preview|captures\/)/, (route) => { asked.push(new URL(route.request().url()).pathname.split('/').slice(7).join('/')); return route.fulfill({ contentType: 'image/svg+xml', body: GREY }); });
  return asked;
}
const headline = (page, text) => page.waitForFunction((wanted) => document.querySelector('h1')?.textContent === wanted, text);

test("enrol: the citizen's screen at each step, in every language", async ({ mock, open }) => {
  mock.citizen = at_step('da', 'face', face);
  const page = await open('/enrol/desk-1', 'board', { clock: true });
  await watched(page);
  for (const language of LANGUAGES) {
    const say = words(language);
    const look = async (seen, text, name) => {
      mock.citizen = seen;
      await page.clock.runFor(600);   // it asks twice a second
      await headline(page, text);
      equal(await clipped(page), [], `${language}, ${name}: clipped`);
      equal((await cap_heights(page, 'h1')).filter((each) => each.cap_px < CAP_PX - 0.6), [], `${language}, ${name}: letters under 0.7 degrees`);
      if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/citizen-${name}-${language}.png` });
    };
    await look(at_step(language, 'face', face), say.look, 'look');
    equal(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), [language, ['ar', 'fa'].includes(language) ? 'rtl' : 'ltr']);
    await look(at_step(language, 'face', { ...face, capture: 1, hint: 'eye_distance' }), say.hint.closer, 'better');
    await look(at_step(language, 'fingers', left), say.finger_left, 'finger');
    equal(await page.evaluate(() => [document.querySelectorAll('rect.wanted').length, document.querySelectorAll('rect.done').length]), [1, 1], 'the finger wanted, and the one that was taken');
    await look(at_step(language, 'fingers', { ...left, capture: 4, hint: 'dry' }), say.hint.dry, 'dry');
    await look(at_step(language, 'review', all), say.review, 'review');
    await until(() => page.evaluate(() => document.querySelectorAll('.review .picture[data-shown=yes]').length === 2), 'portrait and signature');
    if (language === 'da') await look(at_step(language, 'review', { ...all, lay: 'right_index' }), say.finger_right, 'again');   // a finger once more, to be compared
    if (['da', 'ar'].includes(language)) equal(await axe(page), [], `${language}: axe`);
    await look({ state: 'sealed', language }, say.sealed, 'sealed');
  }
});

test('enrol: nothing of anybody while nobody is there, and when the desk is not heard of', async ({ mock, open }) => {
  mock.citizen = at_step('da', 'review', all);
  const page = await open('/enrol/desk-1', 'board', { expect_errors: true });
  const asked = await watched(page);
  await headline(page, words('da').review);
  await page.waitForSelector('.review .picture[data-shown=yes]');
  mock.citizen = { state: 'idle' };
  await page.waitForSelector('[data-kind=idle]');
  equal(await page.evaluate(() => [document.querySelectorAll('img, .hands, .steps').length, document.querySelectorAll('.greeting').length]), [0, 2], 'a greeting in each language of the house, and no picture');
  equal(await axe(page), []);
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/citizen-idle.png` });
  mock.citizen = at_step('da', 'face', face);
  await page.waitForSelector('.picture.live img');
  await until(() => asked.includes('preview'), 'the live picture');
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/citizen-face.png` });
  mock.citizen = { ...at_step('da', 'face', face), pictures: false };
  await page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('.picture'));
  mock.citizen = at_step('da', 'face', face);
  await page.waitForSelector('.picture.live');
  mock.citizen_status = 503;   // the daemon does not answer as it should: after four seconds nobody knows what is true
  await page.waitForSelector('[data-kind=stale]');
  equal(await page.evaluate(() => document.querySelectorAll('img, .hands, .steps').length), 0);
  equal(await axe(page), []);
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/citizen-stale.png` });
  mock.citizen_status = undefined;
  await page.waitForSelector('.picture.live');
  mock.citizen_status = 403;   // somebody else has opened the desk meanwhile
  await page.waitForSelector('[data-kind=stale]');
});
