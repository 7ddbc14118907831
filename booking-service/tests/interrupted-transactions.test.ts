import { type Answer, call } from '@jetbridge/testing/call.ts';
import { mariadbDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import {
  type MysqlFaultProxy,
  type StatementFault,
  startMysqlFaultProxy,
} from '@jetbridge/testing/mysql-fault-proxy.ts';
import { describeWithServer } from '@jetbridge/testing/suite-availability.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight } from './flight-catalogue-server.ts';

/** Placing with a payment is two transactions: holding, and settling once the charge was made. */
const names = ['holding', 'settling'] as const;
const faults: readonly StatementFault[] = ['deadlock', 'lock_timeout', 'cut'];

describeWithServer('a sale whose transaction is hurt', 'mariadb', () => {
  const database = mariadbDatabase();
  let proxy: MysqlFaultProxy | undefined;
  beforeAll(async () => {
    const { port } = new URL(database.settings().DATABASE_URL ?? '');
    proxy = await startMysqlFaultProxy(Number(port));
  });
  // Before the service's own hooks, so that it ends after the service.
  afterAll(() => proxy?.stop());
  const world = useBookingService(
    {
      kind: 'mariadb',
      settings: () => {
        const settings = database.settings();
        const own = new URL(settings.BOOKING_DATABASE_URL ?? '');
        own.port = String(proxy?.port);
        return { ...settings, BOOKING_DATABASE_URL: own.href };
      },
    },
    // What is left unsettled is taken up again after four times this.
    { PAYMENT_PROVIDER: 'sandbox', PAYMENT_TIMEOUT_SECONDS: '0.5' },
  );

  const faultProxy = () => {
    if (!proxy) throw new Error('The proxy runs while the tests of this suite do.');
    return proxy;
  };

  function book(token: string, key: string, flightId: string): Promise<Answer> {
    const body = buildOrder(flightId, { payment: { method: 'card', token: 'tok_visa' } });
    return call(world().url, 'POST /bookings', { token, headers: { 'Idempotency-Key': key }, body });
  }

  test.for([1, 2] as const)(
    'at any statement of transaction %i: done once, or not at all, and a repeat tells which',
    { timeout: 90_000 },
    async (transaction) => {
      const { issuer, catalogue, rows } = world();
      const flightId = catalogue.put(buildFlight());
      const { userId, token } = issuer.user();
      // The first sale opens the flight, the second shows which statements the others will have.
      await book(token, 'opening', flightId);
      faultProxy().plan({ marker: `'watched-${transaction}'`, transaction: 0, statement: 0, fault: 'cut' });
      await book(token, `watched-${transaction}`, flightId);
      const watched = faultProxy().transactions();
      expect(watched).toHaveLength(names.length);
      const statements = watched[transaction - 1] ?? [];
      expect(statements.at(-1)).toMatch(/^COMMIT/);
      expect(statements.length).toBeGreaterThan(8);

      const keys: string[] = [];
      const answers: Answer[] = [];
      async function hurt(statement: number, fault: StatementFault): Promise<void> {
        const key = `${names[transaction - 1]}-${statement}-${fault}`;
        faultProxy().plan({ marker: `'${key}'`, transaction, statement, fault });
        answers.push(await book(token, key, flightId));
        expect([key, faultProxy().hasStruck()]).toEqual([key, true]);
        keys.push(key);
      }
      for (let statement = 1; statement <= statements.length; statement++) {
        for (const fault of faults) await hurt(statement, fault);
      }
      await hurt(statements.length, 'lose_answer');

      for (const { status, body } of answers) {
        // A deadlock is run again; a lost connection is told, with what may have come of it.
        if (status === 201) expect(body).toMatchObject({ status: 'confirmed' });
        else expect(body).toMatchObject({ status: 503, effect: expect.stringMatching(/^(?:none|unknown)$/) });
        // Once money may have moved, nobody is told that nothing happened.
        if (transaction === 2 && status !== 201) expect(body.effect).toBe('unknown');
      }
      expect(answers.filter(({ status }) => status === 503).length).toBeGreaterThanOrEqual(statements.length);

      for (const key of keys) {
        await eventually(async () => expect((await book(token, key, flightId)).status).toBe(201));
      }
      const expected = keys.length + 2;
      const bookings = await rows<{ id: string }>(
        "SELECT id FROM bookings WHERE user_id = ? AND status = 'confirmed'",
        [userId],
      );
      expect(bookings).toHaveLength(expected);
      const [counted] = await rows<{ sold: number; held: number }>(
        "SELECT sold, held FROM cabin_inventories WHERE flight_id = ? AND cabin = 'economy'",
        [flightId],
      );
      expect(counted).toEqual({ sold: expected, held: 0 });
      expect(await rows('SELECT seat FROM seats WHERE flight_id = ?', [flightId])).toHaveLength(expected);
      const ids = bookings.map(({ id }) => id);
      const charges = await rows(
        `SELECT sandbox_charges.id FROM sandbox_charges JOIN payments ON payments.id = sandbox_charges.id
         WHERE payments.booking_id IN (${ids.map(() => '?').join(', ')})`,
        ids,
      );
      expect(charges).toHaveLength(expected);
      expect(await rows('SELECT id FROM payments WHERE user_id = ?', [userId])).toHaveLength(expected);
      const told = await rows(
        `SELECT id FROM outbox WHERE type = 'booking.confirmed' AND subject IN (${ids.map(() => '?').join(', ')})`,
        ids,
      );
      expect(told).toHaveLength(expected);
    },
  );
});
