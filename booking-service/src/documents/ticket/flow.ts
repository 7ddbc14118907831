import { colors, contentWidth, page, type Sheet } from './sheet.ts';
import type { Ticket } from './ticket-words.ts';

/** Where writing goes on, and pages as they are needed. */
export type Flow = {
  /** The top of what comes next. */
  y: number;
  /** Makes sure that so many points are free below `y`, on a next page if need be. @returns whether a page was begun. */
  readonly need: (points: number) => boolean;
};

/** Begins the first page below `firstTop`. Later pages repeat whose ticket it is; a warning stands across all of them. */
export function startFlow(sheet: Sheet, ticket: Ticket, firstTop: number): Flow {
  addPage(sheet, ticket);
  const flow: Flow = {
    y: firstTop,
    need(points) {
      if (flow.y + points <= page.bottom) return false;
      addPage(sheet, ticket);
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

function addPage({ doc, write, widthOf }: Sheet, { warning }: Ticket): void {
  doc.addPage({ size: 'A4', margin: 0 });
  if (!warning) return;
  const style = { size: 84, weight: 'bold', color: colors.watermark } as const;
  doc.save().rotate(-52, { origin: [page.width / 2, page.height / 2] });
  write(warning.headline, (page.width - widthOf(warning.headline, style)) / 2, page.height / 2 + 30, style);
  doc.restore();
}

function writeRunningHead({ doc, write }: Sheet, { title, reference, warning }: Ticket): void {
  const y = 46;
  write('Jetbridge', page.margin, y, { size: 10, weight: 'bold', color: colors.accent });
  write(warning?.headline ?? title, page.margin + 60, y, {
    size: 10,
    ...(warning ? { weight: 'bold' as const, color: colors.alarm } : { color: colors.muted }),
  });
  write(reference, page.margin, y, { size: 13, weight: 'bold', width: contentWidth, align: 'right' });
  doc
    .moveTo(page.margin, y + 9)
    .lineTo(page.width - page.margin, y + 9)
    .lineWidth(0.75)
    .stroke(colors.line);
}
