import type { Font, GlyphRun } from 'fontkit';
import { Blob, ClusterLevel, Face, Buffer as ShapingBuffer, Font as ShapingFont, shape } from 'harfbuzzjs';

/**
 * Lets HarfBuzz choose and place the glyphs of a font, which the PDF writer then asks for as ever. The shaper of fontkit
 * 2.0.4 breaks off at marks that a font has no place for, as in Telugu and some Arabic, and joins Bengali in a wrong way.
 * @param bytes the font's file.
 */
export function shapeWithHarfbuzz(font: Font, bytes: Uint8Array): Font {
  const shaper = new ShapingFont(new Face(new Blob(bytes)));
  // The writer reads glyphs, positions and width of a run and nothing else (`EmbeddedFont`, pdfkit 0.20.2).
  font.layout = (text: string) => shapeRun(text, font, shaper) as unknown as GlyphRun;
  return font;
}

/** What stands for a letter that no font has. */
const replacement = 0xfffd;

function shapeRun(
  text: string,
  font: Font,
  shaper: ShapingFont,
): Pick<GlyphRun, 'glyphs' | 'positions' | 'advanceWidth'> {
  const buffer = new ShapingBuffer();
  buffer.addText(text);
  buffer.guessSegmentProperties();
  // Letters and their marks stay apart, so that what is copied from the page is the name.
  buffer.setClusterLevel(ClusterLevel.MONOTONE_CHARACTERS);
  shape(shaper, buffer);
  const infos = buffer.getGlyphInfos();
  const points = pointsByCluster(
    text,
    infos.map(({ cluster }) => cluster),
  );
  const placed = buffer.getGlyphPositions().map((position, index) => {
    const id = infos[index]?.codepoint ?? 0;
    if (id !== 0) return { glyph: font.getGlyph(id, points[index]), position };
    const glyph = font.glyphForCodePoint(replacement);
    return { glyph, position: { ...position, xAdvance: glyph.advanceWidth } };
  });
  return {
    glyphs: placed.map(({ glyph }) => glyph),
    positions: placed.map(({ position }) => position),
    advanceWidth: placed.reduce((sum, { position }) => sum + position.xAdvance, 0),
  };
}

/**
 * The code points that each glyph stands for. Glyphs that were made of one piece of text share its letters out in their
 * order, the last one takes what is left.
 * @param clusters where in the text the piece of each glyph begins.
 */
function pointsByCluster(text: string, clusters: readonly number[]): number[][] {
  const starts = [...new Set(clusters)].toSorted((one, other) => one - other);
  const piecesLeft = new Map(
    starts.map((start, index) => [
      start,
      Array.from(text.slice(start, starts[index + 1]), (sign) => sign.codePointAt(0) ?? 0),
    ]),
  );
  const glyphsLeft = new Map<number, number>();
  for (const cluster of clusters) glyphsLeft.set(cluster, (glyphsLeft.get(cluster) ?? 0) + 1);
  return clusters.map((cluster) => {
    const left = piecesLeft.get(cluster) ?? [];
    const isLast = glyphsLeft.get(cluster) === 1;
    glyphsLeft.set(cluster, (glyphsLeft.get(cluster) ?? 0) - 1);
    return left.splice(0, isLast ? left.length : 1);
  });
}
