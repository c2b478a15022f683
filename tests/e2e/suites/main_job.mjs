// A citizen takes a ticket, it comes out of a real printer queue, a clerk presses the button, the board shows the number and chimes.
import { assert, equal, figure, test, until } from '../lib/checks.mjs';
import { moment_of, note_press, spaced, take_at, text_of } from '../lib/pages.mjs';

const tones = (page) => page.evaluate(() => window.heard);

test('main job: ticket, paper, call, board, chime, phone, done', async (house) => {
  const kiosk = await house.kiosk();
  const board = await house.board();
  const desk = await house.desk_page();
  // The browsers here believe to be in New York; a wall clock is the house's.
  const clock = new Intl.DateTimeFormat('da-DK', { timeZone: 'Europe/Copenhagen', hour: '2-digit', minute: '2-digit' });
  for (const page of [kiosk, board, desk]) {
    await until(async () => await text_of(page, '.clock') === clock.format(Date.now()), `the site's time, not ${await text_of(page, '.clock')}`, 3_000);
  }
  await desk.click('.citizen [data-action=open]');
  await desk.waitForSelector('.citizen [data-action=next]');
  await until(async () => await text_of(desk, '.who') === 'e2e clerk', "the clerk's name, not the journal's word for it", 3_000);

  const visit = await take_at(kiosk, 'pas');
  equal(await text_of(kiosk, '.paper .n'), spaced(visit.number), 'the number on the kiosk');
  await kiosk.waitForSelector('[data-print=printed]', { timeout: 15_000 });

  const [bytes] = await house.paper.wait_for('ipp', 1);
  const ticket = house.paper.read(bytes);
  equal([ticket.format, ticket.dpi], ['urf', 203]);
  equal(house.paper.qr(ticket.png), `${house.base}/t/${visit.token}`, 'the QR code on paper');
  assert(house.paper.shows(ticket, visit.number), `${visit.number} stands on paper, dot for dot`);
  const other = visit.number.replace(/\d+/, (digits) => String(Number(digits) + 1));
  assert(!house.paper.shows(ticket, other), `${other} stands on paper: the comparison sees no difference`);

  const phone = await house.open(`/t/${visit.token}`, 'phone');
  await phone.waitForSelector('[data-phase=soon]');
  equal(await text_of(phone, '.n'), spaced(visit.number), 'the number on the phone');

  await desk.waitForFunction((number) => document.querySelector('.citizen .primary').textContent.includes(number), spaced(visit.number));
  await note_press(desk, 'click');
  const seen = moment_of(board, '.hero.calling .num', spaced(visit.number));
  await desk.click('.citizen .primary');
  const took = await seen - await desk.evaluate(() => window.pressed_at);
  figure('press at the desk to number on the board', `${took} ms`);
  assert(took >= 0 && took < 1000, `the board took ${took} ms`);
  equal(await text_of(board, '.hero .to .figure'), '1', 'the desk on the board');
  const heard = await until(async () => { const all = await tones(board); return all.length >= 2 && all; }, 'the chime', 2_000);
  equal(heard.map((each) => each.hertz), [784, 587], 'two falling tones');
  await phone.waitForSelector('[data-phase=called]', { timeout: 8_000 });

  await desk.waitForSelector('.citizen .now[data-state=called]');
  await desk.click('.citizen [data-action=start]');
  await desk.waitForSelector('.citizen .now[data-state=serving]');
  await desk.click('.citizen [data-action=finish]');
  await desk.waitForFunction(() => !document.querySelector('.citizen .now[data-state]'));
  await phone.waitForSelector('[data-phase=over]', { timeout: 8_000 });

  await kiosk.waitForSelector('[data-screen=home]', { timeout: 30_000 });
  equal((await tones(board)).length, 2, 'tones for one call');
  equal((await house.queue()).counts.done, 1);
  equal(house.paper.tickets('ipp').length, 1, 'one ticket on paper');
});

test('main job: the receipt printer puts the same picture on paper', async (house) => {
  const kiosk = await house.kiosk('receipt');
  const visit = await take_at(kiosk, 'koerekort');
  await kiosk.waitForSelector('[data-print=printed]', { timeout: 15_000 });
  const [bytes] = await house.paper.wait_for('raw', 1);
  const first = house.paper.read(bytes);
  equal([first.format, first.width, first.cut], ['escpos', 576, true]);
  equal(house.paper.qr(first.png), `${house.base}/t/${visit.token}`);
  assert(house.paper.shows(first, visit.number), `${visit.number} stands on the receipt`);

  // A second print for a lost ticket says that it is one, on both printers with the same dots.
  await house.api('POST', `/queue/${visit.id}/reprint`, { printer: 'receipt' });
  const again = house.paper.read((await house.paper.wait_for('raw', 2))[1]);
  await until(async () => (await house.api('GET', `/visits/${visit.token}`)).print.state === 'printed', 'the second print is known');
  await house.api('POST', `/queue/${visit.id}/reprint`, { printer: 'roll' });
  const roll = house.paper.read((await house.paper.wait_for('ipp', 1))[0]);
  equal(roll.rows.length, again.rows.length, 'rows');
  assert(roll.rows.join() === again.rows.join(), 'the two printers differ');
  assert(first.rows.join() !== again.rows.join(), 'a reprint looks like the first ticket');
});

test('main job: in English from kiosk to paper', async (house) => {
  const kiosk = await house.kiosk();
  await kiosk.click('.languages [lang=en]');
  await kiosk.waitForSelector('h1:has-text("Welcome")');
  const visit = await take_at(kiosk, 'mitid');
  equal(visit.language, 'en');
  const english = house.paper.read((await house.paper.wait_for('ipp', 1))[0]);
  const danish = house.paper.read(await (async () => {
    await house.api('POST', '/visits', { services: ['mitid'], language: 'da', kiosk: 'hall', print: true });
    return (await house.paper.wait_for('ipp', 2))[1];
  })());
  assert(english.rows.join() !== danish.rows.join(), 'the languages differ on paper');
  await kiosk.click('.act .primary');
  await kiosk.waitForSelector('h1:has-text("Velkommen")');
});

test('main job: an undone ticket leaves the queue and its number is not called', async (house) => {
  const kiosk = await house.kiosk();
  const desk = await house.desk_page();
  await desk.click('.citizen [data-action=open]');
  const gone = await take_at(kiosk, 'pas');
  await kiosk.click('.act button:not(.primary)');
  await kiosk.waitForSelector('[data-screen=undone]');
  await kiosk.click('.act .primary');
  const kept = await take_at(kiosk, 'pas');
  assert(gone.number !== kept.number, 'a number of its own');
  await desk.waitForFunction((number) => document.querySelector('.citizen .primary').textContent.includes(number), spaced(kept.number));
  await desk.click('.citizen .primary');
  await desk.waitForSelector('.citizen .now[data-state=called]');
  equal(await text_of(desk, '.citizen .num'), spaced(kept.number));
  equal((await house.queue()).counts.left, 1);
});
