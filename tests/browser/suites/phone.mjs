import { assert, equal, test, until } from '../lib/harness.mjs';
import { lively } from '../mock.mjs';

const open_phone = async (visit, open) => {
  const page = await open(`/t/${visit.token}`, 'phone');
  await page.waitForSelector('.n');
  return page;
};
const phase = (page, name) => page.waitForSelector(`[data-phase=${name}]`, { timeout: 12_000 });

test('phone: number, clock window, people ahead, and how old it is', async ({ mock, open }) => {
  lively(mock);
  const page = await open_phone(mock.take('pas'), open);
  equal(await page.textContent('.n'), 'A\u00a04');
  assert(/mellem \d\d\.\d\d og \d\d\.\d\d/.test(await page.textContent('.facts')));
  assert((await page.textContent('.facts')).includes('3 personer'));
  assert(/Opdateret/.test(await page.textContent('.updated')));
});

test('phone: the call fills the screen, the title says so, and serving and the end follow', async ({ mock, open }) => {
  const visit = mock.take('pas');
  const page = await open_phone(visit, open);
  await phase(page, 'soon');
  mock.desks[5].state = 'open';
  mock.call(mock.desks[5], visit);
  await phase(page, 'called');
  equal(await page.textContent('.go'), 'Skranke 12');
  await until(async () => (await page.title()) === 'A\u00a01 · DIN TUR NU', 'the title');
  mock.desk_verb('finish', mock.desks[5], { outcome: 'settled' });
  await phase(page, 'over');
});

test('phone: unchanged answers are not sent again, and an ended visit is not asked for', async ({ mock, open }) => {
  const visit = mock.take('pas', { print: false });
  const page = await open_phone(visit, open);
  const statuses = [];
  page.on('response', (response) => { if (response.url().includes('/api/v1/visits/')) statuses.push(response.status()); });
  await until(() => statuses.length >= 1, 'the next poll', 10_000);
  equal(statuses[0], 304);
  visit.state = 'done';
  await phase(page, 'over');
  const before = statuses.length;
  await new Promise((done) => setTimeout(done, 5_000));
  equal(statuses.length, before);
});

test('phone: leaving is asked once, and can be thought over', async ({ mock, open }) => {
  const visit = mock.take('pas');
  const page = await open_phone(visit, open);
  await page.click('text=Forlad køen');
  await page.click('text=Bliv i køen');
  equal(visit.state, 'waiting');
  await page.click('text=Forlad køen');
  await page.click('text=Ja, forlad køen');
  await phase(page, 'left');
  equal(visit.state, 'left');
});

test('phone: who missed the call can come back', async ({ mock, open }) => {
  const visit = mock.take('pas', { extra: { state: 'no_show' } });
  const page = await open_phone(visit, open);
  await page.click('text=Jeg er her nu');
  await phase(page, 'soon');
  equal(visit.state, 'waiting');
  assert(mock.posts.at(-1).key, 'with a key');
});

test('phone: without connection it says so and hides the times', async ({ mock, open }) => {
  const visit = mock.take('pas');
  const page = await open(`/t/${visit.token}`, 'phone', { clock: true, expect_errors: true });
  await page.waitForSelector('.n');
  mock.faults.push({ method: 'GET', path: /^\/visits\//, drop: true, times: -1 });
  for (let i = 0; i < 9; i++) { await page.clock.runFor(4_000); await new Promise((done) => setTimeout(done, 30)); }
  await page.waitForSelector('.updated.old');
  equal(await page.textContent('.facts dd'), '–');
});

test('phone: the ticket’s language is the page’s, and a choice is kept', async ({ mock, open }) => {
  const visit = mock.take('pas', { language: 'en' });
  const page = await open_phone(visit, open);
  await page.waitForSelector('text=Passport');
  await page.selectOption('select', 'da');
  await page.waitForSelector('text=Forlad køen');
  await page.reload();
  await page.waitForSelector('text=Forlad køen');
});

test('phone: more time keeps the place until a time on the clock, as often as the house allows', async ({ mock, open }) => {
  const visit = mock.take('pas', { extra: { more_left: 2 } });
  const page = await open_phone(visit, open);
  assert((await page.textContent('main')).includes('Du kan bede om det 2 gange til'));
  await page.click('text=Giv mig 10 minutter mere');
  await phase(page, 'parked');
  assert(/holdes til kl\. \d\d\.\d\d/.test(await page.textContent('.actions')));
  await page.click('text=Giv mig 10 minutter mere');
  await until(async () => await page.locator('text=Giv mig').count() === 0, 'no more to ask for');
  await page.click('text=Jeg er her nu');
  await phase(page, 'soon');
});

test('phone: who leaves a number is told where, in part, and can take it back', async ({ mock, open }) => {
  mock.tells = true;
  const visit = mock.take('pas');
  const page = await open_phone(visit, open);
  await page.fill('.tell input', '123');
  await page.click('.tell button');
  await page.waitForSelector('.tell .problem');
  await page.fill('.tell input', '+45 00 11 22 33');
  await page.click('.tell button');
  await page.waitForSelector('text=Vi siger til på … 33');
  equal(visit.contact, { phone: '+45 00 11 22 33' });
  await page.reload();
  await page.click('text=Sig ikke til alligevel');
  await page.waitForSelector('.tell input');
  equal(visit.contact, undefined);
});

test('phone: where the house can tell nobody anything it asks for nothing', async ({ mock, open }) => {
  const page = await open_phone(mock.take('pas'), open);
  await page.waitForSelector('.updated');
  equal(await page.locator('.tell').count(), 0);
});

test('phone: a page that has expired forgets the number and asks no more', async ({ mock, open }) => {
  const visit = mock.take('pas');
  const page = await open(`/t/${visit.token}`, 'phone', { expect_errors: true });
  await page.waitForSelector('.n');
  mock.expired = true;
  await page.waitForSelector('text=Siden er udløbet', { timeout: 12_000 });
  equal(await page.locator('.n').count(), 0);
});

/** A browser that says yes to everything, without a push service behind it. */
const stub_push = () => {
  const keys = { endpoint: 'https://push.example/x', keys: { p256dh: 'BPub', auth: 'secret' } };
  Object.defineProperty(Notification, 'requestPermission', { value: async () => 'granted' });
  PushManager.prototype.subscribe = async (wish) => { window.asked_with = [wish.userVisibleOnly, wish.applicationServerKey.length]; return { toJSON: () => keys }; };
};

test('phone: told in this browser, by a worker of this house under the page\u2019s strict policy', async ({ mock, open }) => {
  mock.push_key = 'BAAA';
  const visit = mock.take('pas');
  const page = await open_phone(visit, open);
  await page.evaluate(stub_push);
  await page.click('text=Sig til på denne telefon');
  await page.waitForSelector('text=Denne telefon siger til');
  equal(visit.push, { endpoint: 'https://push.example/x', p256dh: 'BPub', auth: 'secret' });
  equal(await page.evaluate(() => window.asked_with), [true, 3]);
  const workers = await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).map((each) => [new URL(each.scope).pathname, (each.active ?? each.installing ?? each.waiting).scriptURL]));
  equal(workers.length, 1);
  equal(workers[0][0], '/t/');
  assert(/\/assets\/push\.[0-9a-f]+\.js$/.test(workers[0][1]));
});

test('phone: a browser that says no is told what to do instead', async ({ mock, open }) => {
  mock.push_key = 'BAAA';
  const visit = mock.take('pas');
  const page = await open_phone(visit, open);
  await page.evaluate(() => Object.defineProperty(Notification, 'requestPermission', { value: async () => 'denied' }));
  await page.click('text=Sig til på denne telefon');
  await page.waitForSelector('text=Hold øje med siden');
  equal(visit.push, undefined);
});
