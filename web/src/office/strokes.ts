// Digits of seven strokes: bit 0 = a (top), clockwise to f, bit 6 = g (middle), bit 7 = the point. As display/segments.hpp has them.

const GLYPHS: ReadonlyMap<number, string> = new Map([
  [0x3f, '0'], [0x06, '1'], [0x5b, '2'], [0x4f, '3'], [0x66, '4'], [0x6d, '5'], [0x7d, '6'], [0x07, '7'], [0x7f, '8'], [0x6f, '9'],
  [0x5f, 'A'], [0x39, 'C'], [0x1e, 'J'], [0x74, 'K'], [0x73, 'P'], [0x78, 'T'], [0x6e, 'Y'], [0x40, '-'], [0x00, ' '],
]);

/** "3f06" → [0x3f, 0x06]; what is no number is dark. */
export function strokes_of(hex: string): number[] {
  return (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16) || 0);
}

/** What people read; strokes that make no character are a question mark. */
export function read_strokes(digits: readonly number[]): string {
  return digits.map((lit) => (GLYPHS.get(lit & 0x7f) ?? '?') + ((lit & 0x80) !== 0 ? '.' : '')).join('');
}
