import { copyRows } from './copy-rows.ts';
import type { MailWorld } from './mail-world.ts';

const id = (original: string) => `CONCAT('${original}-', numbers.seq)`;
/** Each has an address of its own: to one of them only so many mails go in an hour. */
const address = "CONCAT('bench', numbers.seq, '@passengers.example')";

/** Copies the booking of the world, called like it with a number behind. */
export async function copyBookings({ database, booking }: MailWorld, from: number, count: number): Promise<void> {
  const inQuotes = (sql: string) => `CONCAT('"', ${sql}, '"')`;
  const renamed = `REPLACE(original.document, '"${booking.id}"', ${inQuotes(id(booking.id))})`;
  await copyRows(database, {
    table: 'bookings',
    where: `original.id = '${booking.id}'`,
    from,
    count,
    overrides: {
      id: id(booking.id),
      document: `REPLACE(${renamed}, '"${booking.email}"', ${inQuotes(address)})`,
    },
  });
}

/** Copies its first departure reminder for as many copies of it. @param dueAtMs SQL */
export async function copyReminders(
  { database, booking }: MailWorld,
  from: number,
  count: number,
  dueAtMs: string,
): Promise<void> {
  await copyRows(database, {
    table: 'reminders',
    where: `original.booking_id = '${booking.id}' AND original.kind = 'departure_24h'`,
    from,
    count,
    overrides: {
      id: id('rem_bench'),
      booking_id: id(booking.id),
      recipient: address,
      due_at_ms: dueAtMs,
      attempt_at_ms: dueAtMs,
    },
  });
}
