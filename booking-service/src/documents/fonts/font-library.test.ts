import { expect, test } from 'vitest';
import { openFontLibrary } from './font-library.ts';
import { parseRanges } from './slices.ts';

const { fontsFor } = await openFontLibrary();

async function faceOf(sign: string, text = sign): Promise<string> {
  const fonts = await fontsFor(text);
  const face = fonts.faceOf(sign);
  expect(fonts.fontOf(face, 'bold').numGlyphs).toBeGreaterThan(1);
  return face;
}

test.for([
  ['A', /^noto-sans-latin$/],
  ['ő', /^noto-sans-latin-ext$/],
  ['ệ', /^noto-sans-vietnamese$/],
  ['Ж', /^noto-sans-cyrillic$/],
  ['Ω', /^noto-sans-greek$/],
  ['न', /^noto-sans-devanagari$/],
  ['م', /^noto-sans-arabic-arabic$/],
  ['א', /^noto-sans-hebrew-hebrew$/],
  ['ท', /^noto-sans-thai-thai$/],
  ['Ա', /^noto-sans-armenian-armenian$/],
  ['შ', /^noto-sans-georgian-georgian$/],
  ['র', /^noto-sans-bengali-bengali$/],
  ['அ', /^noto-sans-tamil-tamil$/],
  ['శ', /^noto-sans-telugu-telugu$/],
  ['ಕ', /^noto-sans-kannada-kannada$/],
  ['ශ', /^noto-sans-sinhala-sinhala$/],
  ['ស', /^noto-sans-khmer-khmer$/],
  ['አ', /^noto-sans-ethiopic-ethiopic$/],
  ['މ', /^noto-sans-thaana-thaana$/],
  ['李', /^noto-sans-sc-\d+$/],
  ['さ', /^noto-sans-jp-\d+$/],
  ['김', /^noto-sans-kr-\d+$/],
] as const)('%s has a face', async ([sign, face]) => {
  expect(await faceOf(sign)).toMatch(face);
});

test('what the ranges of a file promise is believed when the file has it', async () => {
  const fonts = await fontsFor('Ґґ');
  const face = fonts.faceOf('Ґ');
  expect(fonts.fontOf(face, 'bold').hasGlyphForCodePoint(0x490)).toBe(true);
});

test('kana and hangul tell in whose form the Han signs beside them stand', async () => {
  const faces = await Promise.all(['李', '李さん', '이李'].map((text) => faceOf('李', text)));
  expect(faces.map((face) => face.replace(/-\d+$/, ''))).toEqual(['noto-sans-sc', 'noto-sans-jp', 'noto-sans-kr']);
  expect(await faceOf('L', 'さん Lee')).toBe('noto-sans-latin');
});

test('what no font has is left to the one that draws a sign for it', async () => {
  expect(await faceOf('\u{13000}')).toBe('noto-sans-latin');
});

test('ranges are read as CSS writes them', () => {
  expect(parseRanges('U+0460-052F, U+20B4')).toEqual([
    [0x460, 0x52f],
    [0x20b4, 0x20b4],
  ]);
});
