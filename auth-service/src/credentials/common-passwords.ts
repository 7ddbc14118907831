import { readFileSync } from 'node:fs';

/** Whether a password is one that everybody tries first, in any case of letters. */
export type IsCommonPassword = (password: string) => boolean;

/** Reads the list of common passwords: 10,000 of them, see `passwords/README.md`. */
export function loadCommonPasswords(): IsCommonPassword {
  const text = readFileSync(new URL('../../passwords/common-passwords.txt', import.meta.url), 'utf8');
  const common = new Set(text.split('\n').filter((line) => line !== ''));
  return (password) => common.has(password.toLowerCase());
}
