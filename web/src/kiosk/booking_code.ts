// What is read and typed as the code of a booking.

/** The signs of a code: no I, L, O or U, which read like others. */
export const SIGNS = '1234567890ABCDEFGHJKMNPQRSTVWXYZ';
export const CODE_LENGTH = 8;

/** What was typed or read as a code: also the whole address that the QR code holds. */
export function code_in(typed: string): string {
  const last = typed.trim().replace(/^.*\/book\//i, '').toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1');
  return Array.from(last).filter((sign) => SIGNS.includes(sign)).join('').slice(0, CODE_LENGTH);
}
