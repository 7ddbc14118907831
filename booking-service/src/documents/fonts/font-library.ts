import { readFile } from 'node:fs/promises';
import { create, type Font } from 'fontkit';
import subsetFont from 'subset-font';
import { signsOf } from './script-runs.ts';
import { shapeWithHarfbuzz } from './shaper.ts';
import { hasRangesFor, inOrderFor, readSlices, type Slice } from './slices.ts';

/** CSS weights that tickets are set in. */
const weights = { regular: 400, bold: 700 } as const;
export type Weight = keyof typeof weights;

/** The fonts of one text, all of them open. */
export type TextFonts = {
  /** The face that draws a sign of the text. */
  readonly faceOf: (sign: string) => string;
  readonly fontOf: (face: string, weight: Weight) => Font;
};

/** Has every sign that we write ourselves, and one that stands for what no font has. */
const mainFace = 'noto-sans-latin';

/** Fonts kept open, of 100 to 500 KB each. A ticket needs two, and about two for each further script or three Han signs. */
const maximumOpen = 64;

/** How many slices are looked into for one sign: those that claim it by their ranges. */
const maximumTries = 6;

/** The fonts that come with the install. They are opened on first use and kept for all texts of this process. */
export async function openFontLibrary(): Promise<{ readonly fontsFor: (text: string) => Promise<TextFonts> }> {
  const slices = await readSlices();
  const byId = new Map(slices.map((slice) => [slice.id, slice]));
  const open = new Map<string, Promise<Font>>();

  function fontFor(face: string, weight: Weight): Promise<Font> {
    const key = `${face} ${weight}`;
    const font = open.get(key) ?? openFont(byId.get(face)?.file ?? '', weights[weight]);
    // What was used last stands last; a file that could not be read is tried again.
    open.delete(key);
    open.set(key, font);
    font.catch(() => open.delete(key));
    const [oldest] = open.keys();
    if (open.size > maximumOpen && oldest !== undefined) open.delete(oldest);
    return font;
  }

  async function faceFor(sign: string, ordered: readonly Slice[]): Promise<string> {
    const points = pointsOf(sign);
    const candidates = ordered.filter((slice) => hasRangesFor(slice, points)).slice(0, maximumTries);
    for (const { id } of candidates) {
      // Ranges promise more than the files hold: the Ukrainian Ґ, 80 syllables of hangul in a Chinese font.
      const font = await fontFor(id, 'bold');
      if (points.every((point) => font.hasGlyphForCodePoint(point))) return id;
    }
    // Marks that no font has together with their letter are given up sooner than the letter.
    return points.length > 1 ? faceFor(String.fromCodePoint(points[0] ?? 0), ordered) : mainFace;
  }

  return {
    async fontsFor(text) {
      const faces = new Map<string, string>();
      const fonts = new Map<string, Font>();
      for (const sign of new Set(signsOf(text))) faces.set(sign, await faceFor(sign, inOrderFor(sign, text, slices)));
      for (const face of new Set([mainFace, ...faces.values()])) {
        for (const weight of weightsOf(face)) fonts.set(`${face} ${weight}`, await fontFor(face, weight));
      }
      return {
        faceOf: (sign) => faces.get(sign) ?? mainFace,
        fontOf(face, weight) {
          const font = fonts.get(`${face} ${weight}`) ?? fonts.get(`${face} bold`) ?? fonts.get(`${mainFace} bold`);
          if (!font) throw new Error(`Font ${face} is not open`);
          return font;
        },
      };
    },
  };
}

/** Joiners shape their neighbours, whether a font knows them or not. */
const pointsOf = (sign: string) => Array.from(sign.replaceAll(/[\u200c\u200d]/g, ''), (one) => one.codePointAt(0) ?? 0);

/** Scripts that names alone are written in come in the one weight that names are set in. */
const weightsOf = (face: string): readonly Weight[] =>
  /^noto-sans-(?:latin|greek|cyrillic|vietnamese)/.test(face) ? ['regular', 'bold'] : ['bold'];

/**
 * A variable, compressed font as a plain one of one weight. The PDF writer reads neither form whole: it loses outlines of
 * WOFF2 and cannot vary TrueType (fontkit 2.0.4).
 */
async function openFont(path: string, weight: number): Promise<Font> {
  // subset-font has known `keepAllGlyphs` since 2.6, its published types are of 2.3.
  const options = { targetFormat: 'truetype', keepAllGlyphs: true, variationAxes: { wght: weight } } as const;
  const bytes = await subsetFont(await readFile(path), '', options);
  const font = create(bytes);
  if (font.type !== 'TTF') throw new Error(`${path} holds several fonts`);
  return shapeWithHarfbuzz(font, bytes);
}
