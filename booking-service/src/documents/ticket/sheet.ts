import PDFDocument from 'pdfkit';
import type { TextFonts, Weight } from '../fonts/font-library.ts';
import { type Run, scriptRuns } from '../fonts/script-runs.ts';

/** Lengths are PDF points, 1/72 inch; A4 is 595 by 842 of them. */
export const page = { width: 595, height: 842, margin: 42, top: 74, bottom: 786 } as const;
export const contentWidth = page.width - 2 * page.margin;

export const colors = {
  ink: '#16213a',
  muted: '#5b6780',
  line: '#cfd6e2',
  tint: '#eef2f8',
  accent: '#1c55b0',
} as const;

type TextStyle = {
  readonly size: number;
  readonly weight?: Weight;
  readonly color?: string;
  /** The widest a line may be; without it the text is one line. */
  readonly width?: number;
  readonly align?: 'left' | 'right';
  /** More lines than these end in an ellipsis. */
  readonly maximumLines?: number;
};

/** Paper to write on in any script: fonts by sign, lines by width, pages as they are needed. */
export type Sheet = {
  readonly doc: PDFKit.PDFDocument;
  /** Writes with the first line's baseline at `y`. @returns the baseline where a next line would stand. */
  readonly write: (text: string, x: number, y: number, style: TextStyle) => number;
  readonly widthOf: (text: string, style: TextStyle) => number;
};

type Piece = Run & { readonly width: number };

const leading = 1.35;
/** The size that widths are kept for. */
const unit = 1_000;

/** Opens a document whose bytes depend on nothing but what is written, `title` and `atMs`. */
export function openSheet(fonts: TextFonts, { title, atMs }: { title: string; atMs: number }): Sheet {
  const moment = new Date(atMs);
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    bufferPages: true,
    autoFirstPage: false,
    lang: 'en',
    displayTitle: true,
    info: { Title: title, Author: 'Jetbridge', Creator: 'Jetbridge', CreationDate: moment, ModDate: moment },
  });
  const registered = new Set<string>();
  const measured = new Map<string, Piece[]>();

  const useFont = (face: string, weight: Weight = 'regular') => {
    const name = `${face} ${weight}`;
    if (!registered.has(name)) {
      // The writer takes an open font of fontkit as well (`PDFFontFactory.open`, 0.20.2); its types know files alone.
      doc.registerFont(name, fonts.fontOf(face, weight) as unknown as Buffer);
      registered.add(name);
    }
    return doc.font(name);
  };
  // Most words of a ticket stand on it many times, and shaping is what takes time.
  const measure = (text: string, { size, weight = 'regular' }: TextStyle): Piece[] => {
    const key = `${weight} ${text}`;
    const pieces = measured.get(key) ?? scriptRuns(text, fonts.faceOf).map((run) => measureRun(run, weight));
    measured.set(key, pieces);
    return pieces.map((piece) => ({ ...piece, width: (piece.width * size) / unit }));
  };
  const measureRun = (run: Run, weight: Weight): Piece => ({
    ...run,
    // Any list of features keeps the writer from shaping word by word, which would put Arabic words in false order.
    width: useFont(run.face, weight).fontSize(unit).widthOfString(run.text, { features: [] }),
  });
  const widthOf = (text: string, style: TextStyle) => measure(text, style).reduce((sum, { width }) => sum + width, 0);

  const writeLine = (text: string, x: number, y: number, style: TextStyle) => {
    const { color = colors.ink, width, align = 'left' } = style;
    const runs = measure(text, style);
    const whole = runs.reduce((sum, run) => sum + run.width, 0);
    let left = align === 'right' && width !== undefined ? x + width - whole : x;
    for (const run of runs) {
      useFont(run.face, style.weight)
        .fontSize(style.size)
        .fillColor(color)
        .text(run.text, left, y, { lineBreak: false, baseline: 'alphabetic', features: [] });
      left += run.width;
    }
  };

  return {
    doc,
    widthOf,
    write(text, x, y, style) {
      const lines = breakLines(text, style, (part) => widthOf(part, style));
      for (const [index, line] of lines.entries()) writeLine(line, x, y + index * style.size * leading, style);
      return y + lines.length * style.size * leading;
    },
  };
}

const ellipsis = '…';

/** Breaks a text between words, and within a word that is wider than a line. */
function breakLines(text: string, style: TextStyle, widthOf: (part: string) => number): string[] {
  const { width, maximumLines = Number.POSITIVE_INFINITY } = style;
  if (width === undefined || widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const part of text.split(/(?<=[\s-])/).flatMap((word) => (widthOf(word) <= width ? [word] : Array.from(word)))) {
    if (line !== '' && widthOf((line + part).trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += part;
  }
  lines.push(line);
  if (lines.length <= maximumLines) return lines;
  const last = Array.from(`${lines[maximumLines - 1]}`);
  while (last.length > 0 && widthOf(last.join('') + ellipsis) > width) last.pop();
  return [...lines.slice(0, maximumLines - 1), last.join('') + ellipsis];
}
