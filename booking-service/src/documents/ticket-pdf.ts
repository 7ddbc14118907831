import type { BookingRecord } from '../bookings/domain/booking.ts';
import { openFontLibrary } from './fonts/font-library.ts';
import { drawAccount, drawFares, drawNotes } from './ticket/fares.ts';
import { drawFlights } from './ticket/flights.ts';
import { startFlow, writeFooters } from './ticket/flow.ts';
import { drawHead, headBottom } from './ticket/head.ts';
import { openSheet } from './ticket/sheet.ts';
import { describeTicket } from './ticket/ticket-words.ts';

/** The ticket of a confirmed booking as a PDF. The same version of a booking is the same file, byte for byte. */
export async function printTicket(booking: BookingRecord): Promise<Buffer> {
  const ticket = describeTicket(booking);
  const fonts = await (await library).fontsFor(JSON.stringify(ticket));
  const sheet = openSheet(fonts, { title: `Electronic ticket ${ticket.reference}`, atMs: booking.updatedAtMs });
  const flow = startFlow(sheet, ticket, headBottom);
  drawHead(sheet, flow, ticket);
  drawFlights(sheet, flow, ticket);
  drawFares(sheet, flow, ticket);
  drawAccount(sheet, flow, ticket);
  drawNotes(sheet, flow, ticket);
  writeFooters(sheet, ticket);
  return bytesOf(sheet.doc);
}

const library = openFontLibrary();

function bytesOf(doc: PDFKit.PDFDocument): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
    doc.end();
  });
}
