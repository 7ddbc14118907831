import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { type ServerProcess, startServerProcess } from '@jetbridge/testing/server-process.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import { type SmtpSink, startSmtpSink } from '@jetbridge/testing/smtp-sink.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { buildBookingEvent } from './booking-events.ts';
import { hourMs } from './sample-bookings.ts';
import { soon, startWorld, type World } from './world.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

describeOnEachDatabase('a worker that is killed', (database) => {
  let world: World;
  let sink: SmtpSink;
  const folder = temporaryFolder('worker');
  beforeAll(async () => {
    sink = await startSmtpSink();
    world = await startWorld({ ...database.settings(), SMTP_URL: sink.url });
  });
  afterEach(() => {
    sink.clear();
    world.bookings.setMood('answers');
  });
  afterAll(async () => {
    await world.stop();
    await sink.stop();
    folder.remove();
  });

  async function startProcess(): Promise<ServerProcess> {
    const settings = {
      REMINDER_PORT: String(await freePort()),
      INTERNAL_SECRET: testInternalSecret,
      LOG_LEVEL: 'warn',
    };
    return startServerProcess({
      program: process.execPath,
      parameters: [main],
      environment: { ...world.settings, ...settings },
      folder: folder.path,
      logFile: join(folder.path, 'worker.log'),
    });
  }

  /** Kills it, and ends its right to pull events, which would keep the others from hearing of bookings for 10 s. */
  async function kill(worker: ServerProcess): Promise<void> {
    await worker.kill();
    await world.execute('UPDATE leases SET expires_at_ms = 0');
  }

  /** What the database has of the confirmation of a booking. */
  async function rowOf(bookingId: string) {
    const [row] = await world.query<{ status: string; attempts: number; lease_holder: string | null }>(
      "SELECT status, attempts, lease_holder FROM reminders WHERE booking_id = ? AND kind = 'booking_confirmed'",
      [bookingId],
    );
    return row;
  }

  /** As if so much time had passed on the database's clock. */
  const letLeasesEnd = () => world.execute('UPDATE reminders SET lease_until_ms = lease_until_ms - 30001');

  const publish = () => {
    const booking = buildBookingEvent({ madeAtMs: Date.now(), departsAtMs: Date.now() + 72 * hourMs });
    world.bookings.publish('booking.created', booking);
    return booking;
  };

  test('between claiming and sending loses nothing and doubles nothing: another one sends when the lease has ended', async () => {
    world.bookings.setMood('hangs');
    const booking = await world.restart(async () => {
      const worker = await startProcess();
      const published = publish();
      await soon(async () => expect((await rowOf(published.id))?.status).toBe('sending'));
      await kill(worker);
      return published;
    });
    world.bookings.setMood('answers');
    const claimed = await rowOf(booking.id);
    expect(claimed).toMatchObject({ status: 'sending', attempts: 0 });

    // While the lease runs the others keep their hands off; what comes in meanwhile is sent.
    const witness = publish();
    await soon(() => expect(sink.mails().flatMap(({ envelope }) => envelope.to)).toEqual([witness.contact.email]));
    expect(await rowOf(booking.id)).toEqual(claimed);
    await letLeasesEnd();
    await soon(async () => expect(await rowOf(booking.id)).toMatchObject({ status: 'sent', attempts: 1 }));
    expect(sink.mails().filter(({ envelope }) => envelope.to.includes(booking.contact.email))).toHaveLength(1);
  });

  test('before it read the reply may send twice, and then with the same Message-ID', async () => {
    const delay = sink.addFault({ kind: 'delay', delayMs: 10_000, times: 1 });
    const booking = await world.restart(async () => {
      const worker = await startProcess();
      const published = publish();
      await soon(() => expect(sink.mails()).toHaveLength(1));
      await kill(worker);
      return published;
    });
    expect(await rowOf(booking.id)).toMatchObject({ status: 'sending', attempts: 1 });
    await letLeasesEnd();
    await soon(async () => expect(await rowOf(booking.id)).toMatchObject({ status: 'sent', attempts: 2 }));
    const ids = sink.mails().map(({ messageId }) => messageId);
    expect(ids).toEqual(Array.from({ length: 2 }, () => `<${booking.id}.booking_confirmed@jetbridge.example>`));
    delay.remove();
  });

  test('so often that a mail is suspected of it is given up on', async () => {
    world.bookings.setMood('hangs');
    const booking = publish();
    await soon(async () => expect((await rowOf(booking.id))?.status).toBe('sending'));
    await world.execute(
      "UPDATE reminders SET attempts = 60, lease_holder = 'gone', lease_until_ms = 1 WHERE booking_id = ? AND status = 'sending'",
      [booking.id],
    );
    await soon(async () => expect((await rowOf(booking.id))?.status).toBe('failed'));
    expect(await world.reminder(booking.id, 'booking_confirmed')).toMatchObject({ reason: 'too_many_attempts' });
    world.bookings.setMood('answers');
  });
});
