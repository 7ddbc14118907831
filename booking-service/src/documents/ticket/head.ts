import type { Flow } from './flow.ts';
import { colors, contentWidth, page, type Sheet } from './sheet.ts';
import type { Fact, Ticket } from './ticket-words.ts';

/** Where the head of the first page begins to be followed. */
export const headBottom = 118;

/** What this is, the reference in large letters, and whom it is for. */
export function drawHead(sheet: Sheet, flow: Flow, ticket: Ticket): void {
  const { doc, write } = sheet;
  const right = { width: contentWidth, align: 'right' } as const;
  write('Jetbridge', page.margin, 56, { size: 13, weight: 'bold', color: colors.accent });
  write('Electronic ticket', page.margin, 90, { size: 25, weight: 'bold' });
  write('BOOKING REFERENCE', page.margin, 53, { size: 7.5, color: colors.muted, ...right });
  write(ticket.reference, page.margin, 91, { size: 38, weight: 'bold', ...right });
  doc.rect(page.margin, 103, contentWidth, 2.5).fill(colors.accent);
  drawFacts(sheet, flow, ticket.facts);
  drawFacts(sheet, flow, ticket.passengers);
}

const factColumns = 3;
const factHeight = 30;

/** Small labels over short texts, side by side. */
function drawFacts(sheet: Sheet, flow: Flow, facts: readonly Fact[]): void {
  const width = contentWidth / factColumns;
  for (const [index, { label, text }] of facts.entries()) {
    const x = page.margin + (index % factColumns) * width;
    const y = flow.y + Math.floor(index / factColumns) * factHeight;
    sheet.write(label.toUpperCase(), x, y + 8, { size: 7, color: colors.muted });
    sheet.write(text, x, y + 20, { size: 10, weight: 'bold', width: width - 10, maximumLines: 1 });
  }
  flow.y += Math.ceil(facts.length / factColumns) * factHeight + 4;
}
