import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** A part of a font family as a file of its own, with the code points it is for. */
export type Slice = {
  readonly family: Family;
  /** `noto-sans-jp-54` */
  readonly id: string;
  readonly file: string;
  readonly ranges: readonly (readonly [first: number, last: number])[];
};

/**
 * Where a letter stands in several families, the first one has it: Latin, Greek, Cyrillic and Devanagari from Noto Sans,
 * then what is written in one script alone.
 */
const families = [
  'noto-sans',
  'noto-sans-arabic',
  'noto-sans-hebrew',
  'noto-sans-thai',
  'noto-sans-armenian',
  'noto-sans-georgian',
  'noto-sans-bengali',
  'noto-sans-tamil',
  'noto-sans-telugu',
  'noto-sans-kannada',
  'noto-sans-sinhala',
  'noto-sans-khmer',
  'noto-sans-ethiopic',
  'noto-sans-thaana',
  'noto-sans-sc',
  'noto-sans-tc',
  'noto-sans-jp',
  'noto-sans-kr',
] as const;
type Family = (typeof families)[number];

/**
 * The slices in the order to try for a sign. Kana and hangul are taken from the fonts of their languages, and tell the form
 * of the Han signs in the same text; of Han signs alone nobody can tell, so they come in the forms of mainland China.
 */
export function inOrderFor(sign: string, text: string, slices: readonly Slice[]): readonly Slice[] {
  const family = familyFor(sign) ?? (/\p{Script=Han}/u.test(sign) ? familyFor(text) : undefined);
  if (family === undefined) return slices;
  return slices.toSorted((one, other) => Number(other.family === family) - Number(one.family === family));
}

function familyFor(text: string): Family | undefined {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return 'noto-sans-jp';
  return /\p{Script=Hangul}/u.test(text) ? 'noto-sans-kr' : undefined;
}

/** Whether a slice claims all of these code points. */
export const hasRangesFor = ({ ranges }: Slice, points: readonly number[]): boolean =>
  points.every((point) => ranges.some(([first, last]) => point >= first && point <= last));

const { resolve } = createRequire(import.meta.url);

/** All slices of all families, in the order in which they are tried. */
export async function readSlices(): Promise<Slice[]> {
  const ofFamilies = await Promise.all(families.map(readFamily));
  return ofFamilies.flat();
}

async function readFamily(family: Family): Promise<Slice[]> {
  const from = `@fontsource-variable/${family}`;
  const ranges: Record<string, string> = JSON.parse(await readFile(resolve(`${from}/unicode.json`), 'utf8'));
  return Object.entries(ranges).map(([name, text]) => {
    // Slices of large families are numbered: `[54]`.
    const id = `${family}-${name.replaceAll(/[[\]]/g, '')}`;
    return { family, id, file: resolve(`${from}/files/${id}-wght-normal.woff2`), ranges: parseRanges(text) };
  });
}

/** `U+0460-052F,U+20B4` of CSS. */
export function parseRanges(text: string): [number, number][] {
  return text.split(',').map((range): [number, number] => {
    const [first = '', last = first] = range.trim().slice(2).split('-');
    return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
  });
}
