/** Accents as marks of their own, which is what they are after decomposition. Vowel signs of other scripts are none. */
const accents = /[\u0300-\u036f]/gu;

/**
 * A name as it is compared with another: without letter case, accents, and spaces at its ends. Upper case goes first,
 * because some letters have two lower cases (`ß` and `ss`, the two Greek sigmas).
 */
export function foldName(name: string): string {
  const trimmed = name.normalize('NFC').trim().replaceAll(/\s+/gu, ' ');
  const folded = trimmed.toUpperCase().toLowerCase().normalize('NFD').replaceAll(accents, '').normalize('NFC');
  // A name of accents alone must not become the empty name.
  return folded === '' ? trimmed : folded;
}
