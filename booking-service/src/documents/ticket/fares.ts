import type { Flow } from './flow.ts';
import { colors, contentWidth, page, type Sheet } from './sheet.ts';
import type { AccountLine, Ticket } from './ticket-words.ts';

const small = { size: 8.5, color: colors.muted, width: contentWidth } as const;

/** What each flight cost and what its fare allows; rules that flights share are said once. */
export function drawFares(sheet: Sheet, flow: Flow, { fares }: Ticket): void {
  drawHeading(sheet, flow, 'Fare and rules');
  const byRules = Map.groupBy(fares, ({ rules }) => rules.join('\n'));
  for (const group of byRules.values()) {
    for (const { label, sum } of group) drawAmount(sheet, flow, { label, amount: sum, strong: false });
    for (const rule of group[0]?.rules ?? []) drawSmall(sheet, flow, rule);
    flow.y += 6;
  }
}

/** The total, payments and refunds. */
export function drawAccount(sheet: Sheet, flow: Flow, { account }: Ticket): void {
  flow.need(20 + 16 * Math.min(account.length, 4));
  sheet.doc.rect(page.margin, flow.y, contentWidth, 1).fill(colors.line);
  flow.y += 4;
  for (const line of account) drawAmount(sheet, flow, line);
  flow.y += 12;
}

export function drawNotes(sheet: Sheet, flow: Flow, { notes }: Ticket): void {
  flow.need(28 + 12 * notes.length);
  drawHeading(sheet, flow, 'Good to know');
  for (const note of notes) drawSmall(sheet, flow, note);
}

function drawHeading({ write }: Sheet, flow: Flow, text: string): void {
  flow.need(70);
  write(text, page.margin, flow.y + 14, { size: 12, weight: 'bold', color: colors.accent });
  flow.y += 22;
}

function drawAmount({ write }: Sheet, flow: Flow, { label, amount, strong }: AccountLine): void {
  flow.need(16);
  const style = { size: strong ? 12 : 9.5, weight: strong ? 'bold' : 'regular' } as const;
  write(label, page.margin, flow.y + 12, { ...style, width: contentWidth - 110, maximumLines: 1 });
  write(amount, page.margin, flow.y + 12, { ...style, width: contentWidth, align: 'right' });
  flow.y += strong ? 19 : 16;
}

function drawSmall({ write }: Sheet, flow: Flow, text: string): void {
  flow.need(24);
  flow.y = write(text, page.margin, flow.y + 9, small) - 9;
}
