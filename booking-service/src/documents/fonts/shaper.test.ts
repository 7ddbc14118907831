import { expect, test } from 'vitest';
import { openFontLibrary } from './font-library.ts';
import { signsOf } from './script-runs.ts';

const { fontsFor } = await openFontLibrary();

async function layOut(text: string) {
  const fonts = await fontsFor(text);
  return fonts.fontOf(fonts.faceOf(signsOf(text)[0] ?? ''), 'bold').layout(text);
}

const pointsOf = (text: string) => Array.from(text, (sign) => sign.codePointAt(0));

test('a letter is a glyph with the width that it takes', async () => {
  const { glyphs, positions, advanceWidth } = await layOut('Ada');
  expect(glyphs.map(({ codePoints }) => codePoints)).toEqual([[0x41], [0x64], [0x61]]);
  expect(advanceWidth).toBe(positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0));
  expect(advanceWidth).toBeGreaterThan(1_000);
});

test('Arabic stands from right to left, in the forms that letters have beside each other', async () => {
  const { glyphs } = await layOut('محمد');
  expect(glyphs.map(({ codePoints }) => codePoints)).toEqual(
    pointsOf('محمد')
      .toReversed()
      .map((point) => [point]),
  );
  const [, , , first] = glyphs;
  expect(first?.id).not.toBe((await layOut('م')).glyphs[0]?.id);
});

test('letters that join into one glyph are copied as what was written', async () => {
  for (const name of ['శ్రీ', 'ন্দ্র', 'क्ष']) {
    const { glyphs } = await layOut(name);
    expect(glyphs.length).toBeLessThan(Array.from(name).length);
    expect(glyphs.flatMap(({ codePoints }) => codePoints)).toEqual(pointsOf(name));
  }
});

test('a mark that a font has no place for does not break anything off', async () => {
  expect((await layOut('శ్రీనివాస')).glyphs.length).toBeGreaterThan(3);
  expect((await layOut('\u0760\u08d2\u08cf\u08e1')).glyphs.length).toBeGreaterThan(1);
});

test('what the font lacks is a sign that says so', async () => {
  const { glyphs, positions } = await layOut('\u{13000}');
  expect(glyphs.map(({ codePoints }) => codePoints)).toEqual([[0xfffd]]);
  expect(positions[0]?.xAdvance).toBeGreaterThan(0);
});
