import { randomBytes } from 'node:crypto';

/** A name that nothing else in this or a parallel test run has: the prefix and 12 random characters. */
export function uniqueName(prefix: string): string {
  return `${prefix}_${randomBytes(6).toString('hex')}`;
}
