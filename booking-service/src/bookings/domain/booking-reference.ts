/** Letters and digits that nobody mistakes for one another over the telephone: no I, O, 0 or 1. */
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/**
 * A booking reference (PNR) of six characters out of 32: a billion of them.
 * @param randomBytes six bytes of good randomness.
 */
export function toBookingReference(randomBytes: Uint8Array): string {
  if (randomBytes.length !== 6) throw new RangeError('A reference is made of exactly six random bytes.');
  return Array.from(randomBytes, (byte) => alphabet.charAt(byte % alphabet.length)).join('');
}
