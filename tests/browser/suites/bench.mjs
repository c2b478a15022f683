import { axe, keyboard_faults, small_targets } from '../lib/a11y.mjs';
import { assert, equal, test } from '../lib/harness.mjs';

const BENCH = {
  agent: 'demo-box',
  buttons: [{ id: 'next-1', use: 'desk', for: 'desk-1', on: false }, { id: 'take', use: 'ticket', for: 'pas', on: false }, { id: 'fire', use: 'evacuation', for: '', on: false }],
  lamps: [{ id: 'lamp-1', for: 'desk-1', on: false }],
  signs: [{ id: 'hall', for: 'hall', lit: true, strokes: '005f06074f' }, { id: 'line', for: 'hall', lit: true, text: ' A17' }, { id: 'dots', for: 'hall', lit: true, dots: '00007e11', text: '1' }],
  sounds: [{ id: 'hall-speaker', playing: true, volume: 80, spoken: true, calls: [{ number: 'A17', desk: 'desk-3' }] }, { id: 'stairs', playing: false, volume: 0, spoken: false, calls: [] }],
};

test('bench: signs are read stroke by stroke, buttons pressed, a contact closed and opened', async ({ mock, open }) => {
  mock.benches = [];
  const page = await open('/devices/bench', 'office');
  await page.waitForSelector('text=Intet spilles nu');
  mock.benches = [BENCH];
  mock.changed();
  await page.waitForSelector('[data-sign=hall][data-shows="A173"]');
  equal(await page.getAttribute('[data-sign=hall] [role=img]', 'aria-label'), 'hall viser A173');
  equal(await page.locator('[data-sign=hall] svg').first().locator('.on').count(), 0);
  equal(await page.locator('[data-sign=hall] svg').nth(1).locator('.on').count(), 6, 'the strokes of an A');
  equal(await page.getAttribute('[data-sign=line]', 'data-shows'), 'A17');
  equal(await page.locator('[data-sign=dots] circle').count(), 8, 'as many as are lit');
  equal((await page.textContent('[data-sound=hall-speaker].on')).trim(), 'hall-speaker Spiller: A17 desk-3 gong og tale, styrke 80');
  equal((await page.textContent('[data-sound=stairs]:not(.on)')).trim(), 'stairs Intet endnu');
  await page.click('[data-button=next-1] .primary');
  await page.click('[data-button=take] .line');
  await page.click('[data-button=fire] [aria-pressed=false]');
  equal(mock.posts.slice(-3).map((post) => [post.path, post.body]), [['/agents/demo-box/bench/press', { button: 'next-1', how: 'single' }],
    ['/agents/demo-box/bench/press', { button: 'take', how: 'long' }], ['/agents/demo-box/bench/press', { button: 'fire', how: 'on' }]]);
  mock.benches = [{ ...BENCH, buttons: [{ ...BENCH.buttons[2], on: true }], lamps: [{ ...BENCH.lamps[0], on: true }] }];
  mock.changed();
  await page.waitForSelector('[data-lamp=lamp-1].on');
  await page.click('[data-button=fire] [aria-pressed=true]');
  equal(mock.posts.at(-1).body, { button: 'fire', how: 'off' });
  equal(await axe(page), [], 'axe');
  equal(await small_targets(page, 24), [], 'targets');
  equal(await keyboard_faults(page), [], 'keyboard');
});

test('screens: a box is let in by its code alone, and says itself what it is called', async ({ mock, open }) => {
  const page = await open('/screens', 'office');
  await page.fill('[data-form=pair] [name=code]', '123 456');
  await page.selectOption('[data-form=pair] [name=kind]', 'agent');
  equal(await page.locator('[data-form=pair] [name=id]').count(), 0);
  await page.click('[data-form=pair] .primary');
  await page.waitForSelector('[data-paired=hall-box]');
  equal(mock.posts.at(-1).body, { kind: 'agent' });
  assert((await page.textContent('[data-paired=hall-box]')).includes('hall-box'));
});

test('office: how warm a box is stands beside what to do about it', async ({ mock, open }) => {
  mock.boxes = [{ id: 'hall-box', kind: 'agent', name: 'hall-box', state: 'warning', reason: 'box_hot', words: 'x', advice: 'y', details: { temperature: '84 °C', memory: '496 / 1000 MiB', version: '0.1.0' } }];
  const page = await open('/admin', 'office');
  const row = await page.waitForSelector('[data-device=hall-box]');
  const text = await row.textContent();
  for (const part of ['Boksen er for varm', 'Giv den luft', '84 °C', '496 / 1000 MiB fri hukommelse', 'udgave 0.1.0']) assert(text.includes(part), part);
});
