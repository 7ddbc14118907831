import type { TestUser } from '@jetbridge/testing/access-tokens.ts';
import { type Answer, call } from '@jetbridge/testing/call.ts';
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
import {
  bookingsOf,
  chargesOf,
  countsOf,
  expectNoDifference,
  heldBy,
  moneyOf,
  typesToldOf,
} from './what-is-written.ts';

const priceMinor = 29_900;

/** More statements than a sale with payment has, of all its transactions together. */
const maximumStatements = 80;

/** A request during which something went wrong, and what it was answered. */
type Attempt = { readonly user: TestUser; readonly spoilt: string; readonly answer: Answer };

describeWithServer('a sale in which a statement fails (MariaDB)', 'mariadb', () => {
  const database = mariadbDatabase();
  let proxy: MysqlFaultProxy | undefined;
  // Sequelize says on the console, past every logger, that it gives up a connection; here that is the point.
  beforeAll(() => {
    const warnings = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    return () => warnings.mockRestore();
  });
  // Hooks run last in, first out: the service ends before its proxy does.
  afterAll(() => proxy?.stop());
  const world = useBookingService(database, async () => {
    const { BOOKING_DATABASE_URL: url = '' } = database.settings();
    proxy = await startMysqlFaultProxy(url);
    return {
      PAYMENT_PROVIDER: 'sandbox',
      PAYMENT_TIMEOUT_SECONDS: '0.5',
      BOOKING_DATABASE_URL: proxy.urlFor(url),
    };
  });

  const key = 'the-sale';
  const buy = (user: TestUser, flightId: string) =>
    call(world().url, 'POST /bookings', {
      token: user.token,
      body: buildOrder(flightId, {
        payment: { method: 'card', token: 'tok_visa' },
        seats: [],
      }),
      headers: { 'Idempotency-Key': key },
    });

  /** Buys once for each statement of a sale, each time with another one failing. */
  async function buyWithEachStatementFailing(fault: StatementFault, flightId: string): Promise<Attempt[]> {
    // A sale without faults, so that what a process does only once is done.
    expect((await buy(world().issuer.user(), flightId)).status).toBe(201);
    const attempts: Attempt[] = [];
    for (let failing = 1; failing <= maximumStatements; failing++) {
      let count = 0;
      let spoilt: string | undefined;
      proxy?.spoil(({ sql }) => {
        count += 1;
        if (count !== failing) return undefined;
        spoilt = sql;
        return fault;
      });
      const user = world().issuer.user();
      const answer = await buy(user, flightId);
      proxy?.spoil(undefined);
      if (spoilt === undefined) return attempts;
      attempts.push({ user, spoilt: `${failing}: ${spoilt.slice(0, 80)}`, answer });
      await expectTruth(attempts.at(-1));
    }
    throw new Error(`A sale has more than ${maximumStatements} statements.`);
  }

  /** What a client is told at once is so: sold, or without effect, or not known and then told by the key. */
  async function expectTruth(attempt: Attempt | undefined): Promise<void> {
    if (!attempt) throw new Error('There was no attempt.');
    const { user, spoilt, answer } = attempt;
    const seen = { spoilt, status: answer.status, effect: answer.body.effect };
    if (answer.status === 201) return;
    expect(seen).toEqual({ spoilt, status: 503, effect: expect.stringMatching(/^(none|unknown)$/) });
    expect(answer.headers.get('retry-after')).not.toBeNull();
    if (answer.body.effect === 'unknown') return;
    const written = {
      spoilt,
      bookings: await bookingsOf(world(), user.userId),
      keys: await world().rows('SELECT user_id FROM idempotency_keys WHERE user_id = ?', [user.userId]),
      payments: await world().rows('SELECT id FROM payments WHERE user_id = ?', [user.userId]),
    };
    expect(written).toEqual({ spoilt, bookings: [], keys: [], payments: [] });
  }

  /** Who asks again under the same key gets the one booking there is, paid once. */
  async function expectOneSaleEach(attempts: readonly Attempt[], flightId: string): Promise<void> {
    for (const { user, spoilt } of attempts) {
      const told = await eventually(async () => {
        const answer = await buy(user, flightId);
        expect({ spoilt, status: answer.status }).toEqual({ spoilt, status: 201 });
        return answer;
      });
      await eventually(async () =>
        expect(await bookingsOf(world(), user.userId)).toMatchObject([{ id: told.body.id, status: 'confirmed' }]),
      );
      expect(await chargesOf(world(), user.userId)).toHaveLength(1);
      expect(await moneyOf(world(), user.userId)).toEqual({ taken: priceMinor, returned: 0 });
      expect(await heldBy(world(), user.userId)).toBe(0);
      expect((await typesToldOf(world(), told.body.id)).toSorted()).toEqual(['booking.confirmed', 'booking.created']);
    }
    // Those before and after all faults were sold as well; on a busy machine the last of them a moment later.
    await eventually(async () =>
      expect(await countsOf(world(), flightId)).toEqual({ sold: attempts.length + 2, held: 0 }),
    );
    await expectNoDifference(world(), flightId);
  }

  test.for(['deadlock', 'lock_timeout'] as const)(
    'is sold after all when it is a %s, whichever it is',
    { timeout: 60_000 },
    async (fault) => {
      const flightId = world().catalogue.put(buildFlight());
      const attempts = await buyWithEachStatementFailing(fault, flightId);
      expect(attempts.length).toBeGreaterThan(20);
      const answers = attempts.map(({ spoilt, answer }) => ({ spoilt, status: answer.status }));
      expect(answers).toEqual(attempts.map(({ spoilt }) => ({ spoilt, status: 201 })));
      await expectOneSaleEach(attempts, flightId);
    },
  );

  test.for([
    ['before the server has it', 'cut'],
    ['before its answer is back', 'cut_after'],
  ] as const)(
    'is sold once or not at all when the connection is cut %s, and the key tells which',
    { timeout: 60_000 },
    async ([, fault]) => {
      const flightId = world().catalogue.put(buildFlight());
      const attempts = await buyWithEachStatementFailing(fault, flightId);
      expect(attempts.length).toBeGreaterThan(20);
      const effects = new Set(attempts.map(({ answer }) => (answer.status === 201 ? 'sold' : answer.body.effect)));
      expect(effects).toContain('none');
      expect(effects).toContain('unknown');
      await expectOneSaleEach(attempts, flightId);
    },
  );

  test('takes its neighbours of the same batch with it to the next try, and all 20 are sold', async () => {
    const flightId = world().catalogue.put(buildFlight());
    const users = Array.from({ length: 20 }, () => world().issuer.user());
    let cuts = 0;
    proxy?.spoil(({ sql }) => {
      if (cuts > 0 || !/INSERT INTO `?bookings/i.test(sql)) return undefined;
      cuts += 1;
      return 'deadlock';
    });
    const answers = await Promise.all(users.map((user) => buy(user, flightId)));
    proxy?.spoil(undefined);
    expect(cuts).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual(users.map(() => 201));
    expect(await countsOf(world(), flightId)).toEqual({ sold: 20, held: 0 });
    await expectNoDifference(world(), flightId);
  });
});
