import { setPriority } from 'node:os';
import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { printTicket } from '../ticket-pdf.ts';
import type { PrintingAnswer } from './messages.ts';

/** Two fifths of the processor's time that who sells gets, where both want all of it. */
const politeness = 4;

setPriority(politeness);
// Process managers send these to all of a service's processes; the tickets that are asked for are still printed, and the
// service closes the channel when that is done. Where it dies, the channel closes with it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
process.on('disconnect', () => process.exit(0));
// A booking comes in, its ticket goes out. Whoever sends waits for it before
// sending the next.
process.on('message', async (booking: BookingRecord) => {
  const answer = await printTicket(booking).then(
    (pdf): PrintingAnswer => ({ pdf }),
    (error: unknown): PrintingAnswer => ({ error }),
  );
  if (process.connected) process.send?.(answer);
});
