import type { Flow } from './flow.ts';
import { drawQrCode } from './qr-code.ts';
import { colors, contentWidth, page, type Sheet } from './sheet.ts';
import type { Ticket, TicketFlight, TicketStop, Traveller } from './ticket-words.ts';

const stripHeight = 24;
const routeHeight = 82;
/** A code of 41 modules with its quiet zone in 26 mm: modules of 0.53 mm, twice what Resolution 792 asks for. */
const codeSide = 74;
const rowHeight = 82;
const gap = 14;

/** Each flight with its times and places, and below it everybody who is on it, two in a row. */
export function drawFlights(sheet: Sheet, flow: Flow, { flights }: Ticket): void {
  for (const flight of flights) {
    const rows = Array.from({ length: Math.ceil(flight.travellers.length / 2) }, (_, row) =>
      flight.travellers.slice(2 * row, 2 * row + 2),
    );
    flow.need(stripHeight + routeHeight + rowHeight);
    drawStrip(sheet, flow, flight, '');
    drawRoute(sheet, flow, flight);
    for (const row of rows) {
      if (flow.need(rowHeight)) drawStrip(sheet, flow, flight, ' (continued)');
      for (const [index, traveller] of row.entries()) drawTraveller(sheet, flow, traveller, index);
      flow.y += rowHeight;
    }
    flow.y += gap;
  }
}

function drawStrip({ doc, write, widthOf }: Sheet, flow: Flow, flight: TicketFlight, suffix: string): void {
  const baseline = flow.y + 16.5;
  doc.rect(page.margin, flow.y, contentWidth, stripHeight).fill(colors.tint);
  const number = `${flight.flightNumber}${suffix}`;
  const style = { size: 13, weight: 'bold', color: colors.accent } as const;
  write(number, page.margin + 10, baseline, style);
  const left = page.margin + 22 + widthOf(number, style);
  write(`${flight.cabin} · ${flight.departure.date}`, left, baseline, { size: 10, weight: 'bold' });
  const right = { size: 10, color: colors.muted, width: contentWidth - 10, align: 'right' } as const;
  write(flight.duration, page.margin, baseline, right);
  flow.y += stripHeight;
}

function drawRoute(sheet: Sheet, flow: Flow, { departure, arrival }: TicketFlight): void {
  const half = contentWidth / 2;
  drawStop(sheet, departure, page.margin + 10, flow.y, half - 40);
  drawStop(sheet, arrival, page.margin + half + 20, flow.y, half - 30);
  drawArrow(sheet, page.margin + half - 12, flow.y + 24);
  flow.y += routeHeight;
}

function drawStop({ write, widthOf }: Sheet, stop: TicketStop, x: number, top: number, width: number): void {
  const large = { size: 23, weight: 'bold' } as const;
  write(stop.time, x, top + 32, large);
  const afterTime = x + widthOf(stop.time, large) + 6;
  write(stop.zone, afterTime, top + 32, { size: 10, color: colors.muted });
  write(stop.code, x, top + 32, { ...large, width, align: 'right' });
  write(stop.date, x, top + 47, { size: 9.5, color: colors.muted });
  write(stop.terminal, x, top + 47, { size: 9.5, weight: 'bold', width, align: 'right' });
  write(stop.city, x, top + 61, { size: 10.5, weight: 'bold', width, maximumLines: 1 });
  write(stop.airport, x, top + 73, { size: 8.5, color: colors.muted, width, maximumLines: 1 });
}

function drawArrow({ doc }: Sheet, x: number, y: number): void {
  doc
    .moveTo(x, y)
    .lineTo(x + 20, y)
    .lineWidth(1.4)
    .stroke(colors.accent);
  doc.polygon([x + 19, y - 4], [x + 26, y], [x + 19, y + 4]).fill(colors.accent);
}

function drawTraveller({ doc, write }: Sheet, flow: Flow, traveller: Traveller, column: number): void {
  const width = contentWidth / 2 - 6;
  const x = page.margin + column * (width + 12);
  doc
    .roundedRect(x, flow.y, width, rowHeight - 4, 4)
    .lineWidth(0.75)
    .stroke(colors.line);
  drawQrCode(doc, traveller.boardingCode, x + 2, flow.y + 2, codeSide);
  const left = x + codeSide + 6;
  const textWidth = x + width - 8 - left;
  write(traveller.name, left, flow.y + 19, { size: 11, weight: 'bold', width: textWidth, maximumLines: 2 });
  write(traveller.type, left, flow.y + 50, { size: 8.5, color: colors.muted });
  write(traveller.seat, left, flow.y + 67, { size: 15, weight: 'bold', width: textWidth, maximumLines: 1 });
}
