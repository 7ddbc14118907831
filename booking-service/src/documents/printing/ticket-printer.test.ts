import { eventually } from '@jetbridge/testing/eventually.ts';
import { expect, onTestFinished, test } from 'vitest';
import { buildBooking, buildPassenger } from '../domain/fixtures/booking-records.ts';
import { printTicket } from '../ticket-pdf.ts';
import { createTicketPrinter, type PrinterLimits } from './ticket-printer.ts';

const patientLimits: PrinterLimits = {
  maximumWaiting: 9,
  longestWaitMs: 60_000,
  longestPrintMs: 60_000,
  idleMs: 60_000,
};

function startPrinter(limits: Partial<PrinterLimits> = {}) {
  const printer = createTicketPrinter({ ...patientLimits, ...limits });
  onTestFinished(printer.stop);
  return printer;
}

const bookingOf = (id: string) => buildBooking({ id });

/** Printing processes of this one that have not ended. */
const processes = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;

/** So many codes take more time or more memory than the process has. */
const endlessBooking = () =>
  buildBooking({ id: 'endless', passengers: Array.from({ length: 10_000 }, () => buildPassenger()) });

/** Its money is of a currency that can't be. */
const wrongBooking = () => buildBooking({ id: 'wrong', currency: 'none' });

test('the ticket from the other process is the ticket, in any script', async () => {
  const booking = buildBooking({ passengers: [buildPassenger({ firstName: 'さくら', lastName: '高橋' })] });
  const printed = await startPrinter().print(booking);
  expect(Buffer.isBuffer(printed)).toBe(true);
  expect(printed.equals(await printTicket(booking))).toBe(true);
});

test('the process is started for the first ticket, serves further ones, and ends when nobody wants any', async () => {
  const printer = startPrinter({ idleMs: 20 });
  await eventually(() => expect(processes()).toBe(0));
  await Promise.all(
    ['one', 'two', 'three'].map((id) => printer.print(bookingOf(id)).then(() => expect(processes()).toBe(1))),
  );
  await eventually(() => expect(processes()).toBe(0));
  expect((await printer.print(bookingOf('four'))).subarray(0, 5).toString()).toBe('%PDF-');
});

test('one is printed at a time, few wait, and the others are sent away', async () => {
  const printer = startPrinter({ maximumWaiting: 2 });
  const outcomes = ['one', 'two', 'three', 'four'].map((id) => printer.print(bookingOf(id)));
  expect(printer.waiting()).toBe(2);
  const settled = await Promise.allSettled(outcomes);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
  expect(settled[3]).toMatchObject({ reason: { code: 'printer_busy' } });
  expect(printer.waiting()).toBe(0);
});

test('who asks for the same version again gets the same sheets', async () => {
  const printer = startPrinter();
  const [one, same, other] = await Promise.all([
    printer.print(bookingOf('one')),
    printer.print(bookingOf('one')),
    printer.print({ ...bookingOf('one'), version: 2 }),
  ]);
  expect(same).toBe(one);
  expect(other).not.toBe(one);
});

test('who has waited for too long is sent away', async () => {
  const printer = startPrinter({ longestWaitMs: 1 });
  const [first, second] = await Promise.allSettled(['one', 'two'].map((id) => printer.print(bookingOf(id))));
  expect(first?.status).toBe('fulfilled');
  expect(second).toMatchObject({ reason: { code: 'printer_busy' } });
});

test('a ticket that cannot be printed fails alone', async () => {
  const printer = startPrinter();
  const [wrong, right] = await Promise.allSettled([printer.print(wrongBooking()), printer.print(bookingOf('right'))]);
  expect(wrong).toMatchObject({ reason: { name: 'RangeError' } });
  expect(right.status).toBe('fulfilled');
});

test('a process that takes too long is ended', async () => {
  const printer = startPrinter({ longestPrintMs: 1 });
  await expect(printer.print(bookingOf('one'))).rejects.toMatchObject({
    code: 'ticket_not_printed',
    cause: { name: 'PressBroken', message: 'The printing process took longer than 1 ms' },
  });
  await eventually(() => expect(processes()).toBe(0));
});

test('a process that breaks down takes one ticket along, and the next one gets a new process', async () => {
  const printer = startPrinter({ longestPrintMs: 8_000 });
  const [endless, right] = await Promise.allSettled([
    printer.print(endlessBooking()),
    printer.print(bookingOf('right')),
  ]);
  expect(endless).toMatchObject({ reason: { code: 'ticket_not_printed', cause: { name: 'PressBroken' } } });
  expect(right.status).toBe('fulfilled');
  await eventually(() => expect(processes()).toBe(1));
}, 60_000);

test('stopping waits for what was let in, and leaves no process behind', async () => {
  const printer = startPrinter();
  const printed = ['one', 'two'].map((id) => printer.print(bookingOf(id)));
  await printer.stop();
  await eventually(() => expect(processes()).toBe(0));
  expect((await Promise.all(printed)).map((pdf) => pdf.length > 10_000)).toEqual([true, true]);
});
