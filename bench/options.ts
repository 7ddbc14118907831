/**
 * The value of an option that counts something, or its preset when it was not given.
 * @throws WrongOption with a sentence for whoever typed it.
 */
export function wholeNumberOption(
  name: string,
  given: string | undefined,
  range: { preset: number; min: number; max: number },
): number {
  if (given === undefined) return range.preset;
  const value = Number(given);
  if (Number.isInteger(value) && value >= range.min && value <= range.max) return value;
  throw new WrongOption(`--${name} must be a whole number from ${range.min} to ${range.max}, not "${given}".`);
}

/** The value of an option that is one of a few words; the first of them is its preset. */
export function wordOption<Word extends string>(
  name: string,
  given: string | undefined,
  words: readonly [Word, ...Word[]],
): Word {
  if (given === undefined) return words[0];
  const word = words.find((candidate) => candidate === given);
  if (word !== undefined) return word;
  throw new WrongOption(`--${name} must be one of ${words.join(', ')}, not "${given}".`);
}

/** An option that a program does not understand. */
export class WrongOption extends Error {
  override readonly name = 'WrongOption';
}
