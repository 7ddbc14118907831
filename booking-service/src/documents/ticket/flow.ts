import { colors, contentWidth, page, type Sheet } from './sheet.ts';
import type { Ticket } from './ticket-words.ts';

/** Where writing goes on, and pages as they are needed. */
export type Flow = {
  /** The top of what comes next. */
  y: number;
  /** Makes sure that so many points are free below `y`, on a next page if need be. @returns whether a page was begun. */
  readonly need: (points: number) => boolean;
};

/** Begins the first page below `firstTop`. Later pages repeat whose ticket it is. */
export function startFlow(sheet: Sheet, ticket: Ticket, firstTop: number): Flow {
  addPage(sheet);
  const flow: Flow = {
    y: firstTop,
    need(points) {
      if (flow.y + points <= page.bottom) return false;
      addPage(sheet);
      writeRunningHead(sheet, ticket);
      flow.y = page.top;
      return true;
    },
  };
  return flow;
}

/** Numbers the pages once it is known how many there are. */
export function writeFooters(sheet: Sheet, ticket: Ticket): void {
  const { start, count } = sheet.doc.bufferedPageRange();
  const style = { size: 8, color: colors.muted };
  for (let index = 0; index < count; index += 1) {
    sheet.doc.switchToPage(start + index);
    const y = page.height - 32;
    sheet.write(`${ticket.reference} · ${ticket.issued}`, page.margin, y, style);
    sheet.write(`Page ${index + 1} of ${count}`, page.margin, y, { ...style, width: contentWidth, align: 'right' });
  }
}

function addPage({ doc }: Sheet): void {
  doc.addPage({ size: 'A4', margin: 0 });
}

function writeRunningHead({ doc, write }: Sheet, { reference }: Ticket): void {
  const y = 46;
  write('Jetbridge', page.margin, y, { size: 10, weight: 'bold', color: colors.accent });
  write('Electronic ticket', page.margin + 60, y, { size: 10, color: colors.muted });
  write(reference, page.margin, y, { size: 13, weight: 'bold', width: contentWidth, align: 'right' });
  doc
    .moveTo(page.margin, y + 9)
    .lineTo(page.width - page.margin, y + 9)
    .lineWidth(0.75)
    .stroke(colors.line);
}
