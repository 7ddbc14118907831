/** A piece of a text that is drawn with one font and in one direction. */
export type Run = { readonly text: string; readonly face: string };

/**
 * Cuts a text into pieces of one font each, in the order in which they stand on paper from left to right.
 * @param faceOf the font for a sign: a letter with its marks.
 */
export function scriptRuns(text: string, faceOf: (sign: string) => string): Run[] {
  const pieces = mergeSigns(signsOf(text), faceOf);
  return visualOrder(pieces).map(({ text: piece, face }) => ({ text: piece, face }));
}

type Direction = 'ltr' | 'rtl';
type Piece = Run & { readonly direction: Direction | 'neutral' };

/** The signs of a text that can be printed: control characters and directions of the writer's own fall away. */
export function signsOf(text: string): string[] {
  const printable = text.normalize('NFC').replaceAll(/(?![\u200c\u200d])\p{C}|[\u2028\u2029]/gu, '');
  return Array.from(segmenter.segment(printable), ({ segment }) => segment);
}

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

function mergeSigns(signs: readonly string[], faceOf: (sign: string) => string): Piece[] {
  const pieces: Piece[] = [];
  for (const sign of signs) {
    const last = pieces.at(-1);
    const face = faceOf(sign);
    const direction = directionOf(sign);
    if (last && last.face === face && last.direction === direction) {
      pieces[pieces.length - 1] = { text: last.text + sign, face, direction };
    } else {
      pieces.push({ text: sign, face, direction });
    }
  }
  return pieces;
}

const rightToLeft = /\p{Script=Arabic}|\p{Script=Hebrew}|\p{Script=Syriac}|\p{Script=Thaana}|\p{Script=Nko}/u;

const directionOf = (sign: string): Piece['direction'] =>
  rightToLeft.test(sign) ? 'rtl' : /[\p{L}\p{N}]/u.test(sign) ? 'ltr' : 'neutral';

/**
 * The order on paper, by what names need of the bidirectional algorithm (UAX #9): the first letter decides the direction
 * of the whole, signs without direction go with equal neighbours, else with the whole. The shaper has turned each run by
 * itself already.
 */
function visualOrder(pieces: readonly Piece[]): Piece[] {
  const base = pieces.find(({ direction }) => direction !== 'neutral')?.direction === 'rtl' ? 'rtl' : 'ltr';
  const strongBefore = pieces.map((_, index) => pieces.slice(0, index).findLast(isStrong)?.direction ?? base);
  const strongAfter = pieces.map((_, index) => pieces.slice(index + 1).find(isStrong)?.direction ?? base);
  const directions = pieces.map(({ direction }, index) =>
    direction !== 'neutral' ? direction : strongBefore[index] === strongAfter[index] ? strongBefore[index] : base,
  );
  const groups: { direction: Piece['direction'] | undefined; pieces: Piece[] }[] = [];
  for (const [index, piece] of pieces.entries()) {
    const direction = directions[index];
    const last = groups.at(-1);
    if (last?.direction === direction) last?.pieces.push(piece);
    else groups.push({ direction, pieces: [piece] });
  }
  const ordered = base === 'rtl' ? groups.toReversed() : groups;
  return ordered.flatMap((group) => (group.direction === 'rtl' ? group.pieces.toReversed() : group.pieces));
}

const isStrong = ({ direction }: Piece) => direction !== 'neutral';
