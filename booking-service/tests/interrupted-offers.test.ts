import { call } from '@jetbridge/testing/call.ts';
import { mariadbDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import {
  type MysqlFaultProxy,
  type StatementFault,
  startMysqlFaultProxy,
} from '@jetbridge/testing/mysql-fault-proxy.ts';
import { describeWithServer } from '@jetbridge/testing/suite-availability.ts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight } from './flight-catalogue-server.ts';
import { countsOf, expectNoDifference, heldBy, typesToldOf } from './what-is-written.ts';

/** More statements than a cancellation and the offer that comes of it have, of both runs of their batch. */
const maximumStatements = 60;

type Outcome = { readonly spoilt: string; readonly status: number; readonly what: 'all of it' | 'nothing' };

describeWithServer(
  'a cancellation that gives seats to a waiting party, in which a statement fails (MariaDB)',
  'mariadb',
  () => {
    const database = mariadbDatabase();
    let proxy: MysqlFaultProxy | undefined;
    // Sequelize says on the console, past every logger, that it gives up a connection; here that is the point.
    beforeAll(() => {
      const warnings = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
      return () => warnings.mockRestore();
    });
    afterAll(() => proxy?.stop());
    const world = useBookingService(database, async () => {
      const { BOOKING_DATABASE_URL: url = '' } = database.settings();
      proxy = await startMysqlFaultProxy(url);
      return { PAYMENT_PROVIDER: 'sandbox', BOOKING_DATABASE_URL: proxy.urlFor(url) };
    });

    /** Cancels the only booking of a flight that somebody waits for, while its n-th statement goes wrong. */
    async function cancelWith(fault: StatementFault, failing: number): Promise<Outcome | undefined> {
      const { issuer, catalogue, url, rows } = world();
      const flightId = catalogue.put(buildFlight({ economySeats: 1 }));
      const [owner, waiting] = [issuer.user(), issuer.user()];
      const order = buildOrder(flightId, { payment: { method: 'card', token: 'tok_visa' } });
      const sold = await call(url, 'POST /bookings', { token: owner.token, body: order });
      const { passengers } = order;
      const body = { flightId, cabin: 'economy', passengers };
      expect((await call(url, 'POST /waitlist', { token: waiting.token, body })).status).toBe(201);

      let count = 0;
      let spoilt: string | undefined;
      proxy?.spoil(({ sql }) => {
        count += 1;
        if (count !== failing) return undefined;
        spoilt = sql;
        return fault;
      });
      const { status } = await call(url, `POST /bookings/${sold.body.id}/cancel`, { token: owner.token });
      proxy?.spoil(undefined);
      if (spoilt === undefined) return undefined;

      return eventually(async () => {
        const [booking] = await rows<{ status: string }>('SELECT status FROM bookings WHERE id = ?', [sold.body.id]);
        const [entry] = await rows<{ id: string; status: string; booking_id: string | null }>(
          'SELECT id, status, booking_id FROM waitlist_entries WHERE flight_id = ?',
          [flightId],
        );
        const isDone = booking?.status === 'cancelled';
        expect(entry?.status).toBe(isDone ? 'offered' : 'waiting');
        expect(await countsOf(world(), flightId)).toEqual(isDone ? { sold: 0, held: 1 } : { sold: 1, held: 0 });
        expect(await heldBy(world(), waiting.userId)).toBe(isDone ? 1 : 0);
        expect(await typesToldOf(world(), entry?.id ?? '')).toEqual(isDone ? ['waitlist.offered'] : []);
        expect(await typesToldOf(world(), entry?.booking_id ?? '')).toEqual(isDone ? ['booking.created'] : []);
        await expectNoDifference(world(), flightId);
        return { spoilt: `${failing}: ${spoilt?.slice(0, 80)}`, status, what: isDone ? 'all of it' : 'nothing' };
      });
    }

    async function cancelWithEachStatementFailing(fault: StatementFault): Promise<Outcome[]> {
      const outcomes: Outcome[] = [];
      for (let failing = 1; failing <= maximumStatements; failing++) {
        const outcome = await cancelWith(fault, failing);
        if (!outcome) return outcomes;
        outcomes.push(outcome);
      }
      throw new Error(`A cancellation has more than ${maximumStatements} statements.`);
    }

    test('does all of it in the end when it is a deadlock, whichever it is', { timeout: 60_000 }, async () => {
      const outcomes = await cancelWithEachStatementFailing('deadlock');
      expect(outcomes.length).toBeGreaterThan(20);
      const expected = outcomes.map(({ spoilt }) => ({ spoilt, status: 200, what: 'all of it' }));
      expect(outcomes).toEqual(expected);
    });

    test('does all of it or nothing when the connection is cut, whenever', { timeout: 60_000 }, async () => {
      const outcomes = await cancelWithEachStatementFailing('cut_after');
      expect(outcomes.length).toBeGreaterThan(20);
      for (const { spoilt, status, what } of outcomes) {
        if (status === 200) expect({ spoilt, what }).toEqual({ spoilt, what: 'all of it' });
        else expect({ spoilt, status }).toEqual({ spoilt, status: 503 });
      }
      // What was committed without anybody hearing of it is there: seats and offer together.
      const unheard = outcomes.filter(({ status }) => status !== 200).map(({ what }) => what);
      expect(new Set(unheard)).toEqual(new Set(['all of it', 'nothing']));
    });
  },
);
