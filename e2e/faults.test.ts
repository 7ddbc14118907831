import { setTimeout as wait } from 'node:timers/promises';
import type { Answer } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { type MariadbServer, startMariadb } from '@jetbridge/testing/mariadb-server.ts';
import { type RabbitmqServer, startRabbitmq } from '@jetbridge/testing/rabbitmq-server.ts';
import { type SmtpSink, startSmtpSink } from '@jetbridge/testing/smtp-sink.ts';
import { describeWithServer } from '@jetbridge/testing/suite-availability.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkedCall, UndocumentedAnswer } from './checked-call.ts';
import { longestStartMs, type System, type SystemService, startSystem, testAdmin } from './system.ts';

const seatsPerFlight = 300;

/** Who is killed while people book, in this order. */
const victims: readonly SystemService[] = [
  'booking-service',
  'reminder-service',
  'flight-search-service',
  'auth-service',
  'api-gateway',
  'booking-service',
  'reminder-service',
];

/** Long enough for a consumer to come back, catch up and mail what waits, each mail with a ticket that has to be printed. */
const patienceMs = 150_000;

describeWithServer('faults on MariaDB, RabbitMQ and a mail server', 'rabbitmq', () => {
  let mariadb: MariadbServer;
  let rabbitmq: RabbitmqServer;
  let sink: SmtpSink;
  let system: System;
  let admin: string;
  let customer: string;
  let flightCount = 0;

  beforeAll(async () => {
    [mariadb, rabbitmq, sink] = await Promise.all([startMariadb(), startRabbitmq(), startSmtpSink()]);
    system = await startSystem({
      DATABASE_URL: mariadb.url,
      RABBITMQ_URL: rabbitmq.url,
      SMTP_URL: sink.url,
      WORLD_TIMETABLE: 'off',
      // What a killed process leaves unpaid is taken up after four times this.
      PAYMENT_TIMEOUT_SECONDS: '2',
    });
    admin = await tokenOf('POST /auth/login', testAdmin);
    const traveller = { email: 'grace@example.com', password: 'correct horse battery', name: 'Grace Hopper' };
    customer = await tokenOf('POST /auth/register', traveller);
  }, longestStartMs);
  afterAll(async () => {
    await system?.stop();
    await Promise.all([sink?.stop(), rabbitmq?.stop(), mariadb?.stop()]);
  });

  test('while the broker is away bookings go on, and every mail arrives once it is back', async () => {
    const flightId = await createFlight(100);
    await rabbitmq.kill();
    const references = await bookMany(flightId, 30);
    expect(references).toHaveLength(30);
    expect(mailsFor(references)).toHaveLength(0);
    await rabbitmq.restart();
    await everyMailOnce(references);
  }, 300_000);

  test('a consumer that was away for a thousand events catches up', async () => {
    const flightId = await createFlight(400);
    await system.kill('reminder-service');
    const references: string[] = [];
    while (references.length < 350) references.push(...(await bookMany(flightId, 50)));
    await system.start('reminder-service');
    await everyMailOnce(references);
  }, 300_000);

  test('while the database is away a booking is told so, and works again without a restart of ours', async () => {
    const flightId = await createFlight(100);
    const before = await bookMany(flightId, 1);
    await mariadb.kill();
    const refused = await book(flightId);
    expect(refused.body).toMatchObject({ status: 503, code: 'service_unavailable' });
    expect(['none', 'unknown']).toContain(refused.body.effect);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    await mariadb.restart();
    const after = await eventually(
      async () => {
        const placed = await book(flightId);
        expect(placed.status).toBe(201);
        return placed.body.reference as string;
      },
      { timeoutMs: patienceMs },
    );
    await everyMailOnce([...before, after]);
  }, 300_000);

  test('processes killed at any moment lose no booking, sell no seat twice and mail each once', async () => {
    const flightIds: string[] = [];
    for (let count = 0; count < 10; count++) flightIds.push(await createFlight(seatsPerFlight));
    const answers: Answer[] = [];
    let booking = true;
    const buyers = Array.from({ length: 8 }, async (_, buyer) => {
      for (let turn = buyer; booking; turn++) {
        const answer = await book(flightIds[turn % flightIds.length] ?? '').catch(nothingFromLostConnection);
        if (answer) answers.push(answer);
        else await wait(50);
      }
    });
    for (const victim of victims) {
      await wait(300 + Math.random() * 400);
      await system.kill(victim);
      await system.start(victim);
      await system.untilReady();
    }
    booking = false;
    await Promise.all(buyers);

    const acknowledged = answers.filter(({ status }) => status === 201).map(({ body }) => body.reference as string);
    expect(acknowledged.length).toBeGreaterThan(100);
    // The crashes were felt: some requests got no booking.
    expect(answers.some(({ status }) => status >= 500)).toBe(true);
    const sold = new Map(await Promise.all(flightIds.map(async (id) => [id, await allBookingsOf(id)] as const)));
    const known = new Set([...sold.values()].flat().map(({ reference }) => reference));
    expect(acknowledged.filter((reference) => !known.has(reference))).toEqual([]);
    for (const [flightId, bookings] of sold) {
      expect(bookings.length).toBeLessThanOrEqual(seatsPerFlight);
      await eventually(
        async () => {
          const { body } = await checkedCall(system.api, `GET /flights/${flightId}`);
          expect(body.fares[0].availableSeats).toBe(seatsPerFlight - bookings.length);
        },
        { timeoutMs: patienceMs },
      );
    }
    await eventually(() => expect(new Set(mailsFor([...known]).map(referenceOf)).size).toBe(known.size), {
      timeoutMs: patienceMs,
    });
    // A worker killed between the mail server's reply and its own mark may send again, but under the same Message-ID.
    expect(new Set(mailsFor([...known]).map(({ messageId }) => messageId)).size).toBe(known.size);
  }, 240_000);

  async function tokenOf(request: 'POST /auth/login' | 'POST /auth/register', body: object): Promise<string> {
    const answer = await checkedCall(system.api, request, { body });
    expect([200, 201]).toContain(answer.status);
    return answer.body.accessToken;
  }

  /** A flight the day after tomorrow, so that no reminder comes between. */
  async function createFlight(seats: number): Promise<string> {
    flightCount += 1;
    const departsAtMs = Math.floor(Date.now() / 60_000 + 3 * 1_440) * 60_000;
    const instant = (unixMs: number) => `${new Date(unixMs).toISOString().slice(0, 19)}Z`;
    const body = {
      flightNumber: `BA${7_000 + flightCount}`,
      airlineCode: 'BA',
      originCode: 'JFK',
      destinationCode: 'LHR',
      departureTime: instant(departsAtMs),
      arrivalTime: instant(departsAtMs + 25_200_000),
      airplaneId: 'apl_airbus_a380_800',
      fares: [{ cabin: 'economy', price: { amount: 29_900, currency: 'USD' }, seats }],
    };
    const created = await checkedCall(system.api, 'POST /flights', { token: admin, body });
    expect(created.body).toMatchObject({ id: expect.any(String) });
    return created.body.id;
  }

  /** A gateway that was killed answers nothing; an answer must be as documented also in the middle of crashes. */
  function nothingFromLostConnection(error: unknown): undefined {
    if (error instanceof UndocumentedAnswer) throw error;
  }

  function book(flightId: string): Promise<Answer> {
    const body = {
      flights: [{ flightId, cabin: 'economy' }],
      passengers: [{ firstName: 'Grace', lastName: 'Hopper', type: 'adult' }],
      contact: { email: 'grace@example.com' },
      payment: { method: 'card', token: 'tok_visa' },
    };
    return checkedCall(system.api, 'POST /bookings', { token: customer, body });
  }

  async function bookMany(flightId: string, count: number): Promise<string[]> {
    const answers = await Promise.all(Array.from({ length: count }, () => book(flightId)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    return answers.map(({ body }) => body.reference);
  }

  async function allBookingsOf(flightId: string): Promise<{ reference: string }[]> {
    const found: { reference: string }[] = [];
    let cursor = '';
    do {
      const page = await checkedCall(system.api, `GET /bookings?flightId=${flightId}&limit=200${cursor}`, {
        token: customer,
      });
      found.push(...page.body.data);
      cursor = page.body.nextCursor === null ? '' : `&cursor=${page.body.nextCursor}`;
    } while (cursor !== '');
    return found;
  }

  const referenceOf = ({ subject = '' }: { subject?: string | undefined }) => /[A-Z2-9]{6}/.exec(subject)?.[0] ?? '';

  function mailsFor(references: readonly string[]) {
    const wanted = new Set(references);
    return sink.mails().filter((mail) => wanted.has(referenceOf(mail)));
  }

  async function everyMailOnce(references: readonly string[]): Promise<void> {
    await eventually(() => expect(new Set(mailsFor(references).map(referenceOf)).size).toBe(references.length), {
      timeoutMs: patienceMs,
    });
    expect(mailsFor(references)).toHaveLength(references.length);
  }
});
