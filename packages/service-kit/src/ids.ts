import { randomFillSync } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const pool = Buffer.alloc(10 * 512);
let poolUsed = pool.length;

/**
 * A new id: prefix, underscore, 26 characters of Crockford's base 32 (48 bits of the present millisecond, then 80 random
 * bits), so that ids sort by the time they were made and never need a database to be unique.
 */
export function newId(prefix: string, nowMs: number = Date.now()): string {
  if (poolUsed === pool.length) {
    randomFillSync(pool);
    poolUsed = 0;
  }
  let time = '';
  for (let rest = nowMs, digit = 0; digit < 10; digit++) {
    time = alphabet.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  let random = '';
  for (let half = 0; half < 2; half++) {
    let bits = pool.readUIntBE(poolUsed, 5);
    poolUsed += 5;
    for (let digit = 0; digit < 8; digit++) {
      random += alphabet.charAt(bits % 32);
      bits = Math.floor(bits / 32);
    }
  }
  return `${prefix}_${time}${random}`;
}

/** Whether a text could be an id of ours at all; what could not need not be looked up, and must not get into a URL. */
export function isPossibleId(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(text);
}
