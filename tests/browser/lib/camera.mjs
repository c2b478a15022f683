// A made film for Chromium's fake camera: a code that is none of ours, then the code of a booking.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import encodeQR from '../../../web/node_modules/qr/index.js';

const WIDTH = 640;
const HEIGHT = 480;
const FRAMES_A_SECOND = 10;
const SCALE = 10;

/** One frame of Y4M: the code in the middle of grey paper. */
function frame(text) {
  const code = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
  const luma = Buffer.alloc(WIDTH * HEIGHT, 190);
  const [left, top] = [WIDTH, HEIGHT].map((size) => Math.floor((size - code.length * SCALE) / 2));
  code.forEach((row, y) => row.forEach((dark, x) => {
    for (let line = 0; line < SCALE; line++) luma.fill(dark ? 30 : 220, (top + y * SCALE + line) * WIDTH + left + x * SCALE, (top + y * SCALE + line) * WIDTH + left + (x + 1) * SCALE);
  }));
  return Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc(WIDTH * HEIGHT / 2, 128)]);
}

export const SHOWN = { stranger: 'https://example.org/menu', booking: 'http://127.0.0.1/book/100htxnd', code: '100htxnd' };

/** The flags of a browser with such a camera. Called once for a run: the film is some megabytes. */
export function camera_flags() {
  const film = join(mkdtempSync(join(tmpdir(), 'skranke-film-')), 'codes.y4m');
  const [stranger, booking] = [SHOWN.stranger, SHOWN.booking].map(frame);
  writeFileSync(film, Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FRAMES_A_SECOND}:1 Ip A1:1 C420\n`), ...Array(10).fill(stranger), ...Array(20).fill(booking)]));
  return ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${film}`];
}
