import { create } from 'qrcode';

/** White around a code, in modules, so that scanners find it (ISO/IEC 18004, section 6.3.8). */
const quietModules = 4;

/** Draws a QR code as one path, quiet zone included, into a square of `side` points. */
export function drawQrCode(doc: PDFKit.PDFDocument, text: string, x: number, y: number, side: number): void {
  // M mends 15 % of the signs: enough for folded paper, and two sizes smaller than H.
  // One segment of bytes: searching for a shorter mix takes longer than all the rest, and the text is ASCII.
  const segments = [{ data: Buffer.from(text, 'latin1'), mode: 'byte' as const }];
  const { modules } = create(segments, { errorCorrectionLevel: 'M' });
  const unit = side / (modules.size + 2 * quietModules);
  for (let row = 0; row < modules.size; row += 1) {
    let from = -1;
    for (let column = 0; column <= modules.size; column += 1) {
      const isDark = column < modules.size && modules.get(row, column) === 1;
      if (isDark && from < 0) from = column;
      if (isDark || from < 0) continue;
      doc.rect(x + (from + quietModules) * unit, y + (row + quietModules) * unit, (column - from) * unit, unit);
      from = -1;
    }
  }
  doc.fill('#000000');
}
