/** A hand scanner is a keyboard: every sign at once, then Enter. It knows nothing of what has the focus. All signs are on their way together: one after the other, each
 *  waits for the last one's answer, and a busy machine makes a person of the scanner. */
export async function scan(page, words) {
  const wire = await page.context().newCDPSession(page);
  const key = (type, more) => wire.send('Input.dispatchKeyEvent', { type, ...more });
  const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' };
  const strokes = [...words].map((sign) => ({ key: sign, text: sign }));
  await Promise.all([...strokes, enter].flatMap((stroke) => [key('keyDown', stroke), key('keyUp', { ...stroke, text: undefined })]));
  await wire.detach();
}
