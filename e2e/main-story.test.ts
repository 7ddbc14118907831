import { setTimeout as wait } from 'node:timers/promises';
import { booking } from '@jetbridge/contracts/bookings/schemas.ts';
import { signedIn } from '@jetbridge/contracts/identity/routes.ts';
import { describeWithBroker } from '@jetbridge/testing/broker.ts';
import { mariadbDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { type SmtpSink, startSmtpSink } from '@jetbridge/testing/smtp-sink.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkedCall } from './checked-call.ts';
import { longestStartMs, type System, startSystem, testAdmin } from './system.ts';

/** A mail as a test looks at it, whichever way it was sent. */
type SeenMail = {
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  readonly attachments: readonly { readonly filename: string | null }[];
};
type SeeMails = (to: string) => Promise<SeenMail[]>;

const hour = 3_600;

describe('the main job on SQLite, without a broker or a mail server', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({});
  }, longestStartMs);
  afterAll(() => system?.stop());

  tellTheStory(
    () => system,
    async (to) => (await checkedCall(system.api, `GET /sandbox/mails?to=${encodeURIComponent(to)}`)).body.data,
  );
});

describeWithBroker('the main job on MariaDB and a mail server', (broker) => {
  const mariadb = mariadbDatabase();
  let system: System;
  let sink: SmtpSink;
  beforeAll(async () => {
    sink = await startSmtpSink();
    system = await startSystem({ ...mariadb.settings(), ...broker.settings(), SMTP_URL: sink.url });
  }, longestStartMs);
  afterAll(async () => {
    await system?.stop();
    await sink?.stop();
  });

  tellTheStory(
    () => system,
    async (to) =>
      sink
        .mails()
        .filter(({ envelope }) => envelope.to.includes(to))
        .map(({ subject = '', text = '', messageId = '', attachments }) => ({ subject, text, messageId, attachments })),
  );

  test('whoever has a mail ends its kind by one click of their mail program, without an account', async () => {
    const { api } = system;
    const { token } = await signIn(api, testAdmin);
    const email = 'grace+quiet@example.com';
    const flight = await findFlight(api, { daysAhead: 20 });
    const placed = await checkedCall(api, 'POST /bookings', { token, body: order(flight, email) });
    expect(placed.status).toBe(201);
    const mail = await eventually(() => {
      const [confirmation] = sink.mails().filter(({ envelope }) => envelope.to.includes(email));
      if (!confirmation) throw new Error('The confirmation has not come yet.');
      return confirmation;
    });
    const header = (key: string) => mail.headers.find((one) => one.key === key)?.value ?? '';
    expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    const [, link = ''] = /^<(.+)>$/.exec(header('list-unsubscribe')) ?? [];
    const click = (method: string, body?: URLSearchParams) =>
      fetch(new URL(new URL(link).pathname, api), { method, ...(body ? { body } : {}) });
    // Programs that look into mails open every link.
    expect((await click('GET')).status).toBe(405);
    expect(await departuresOf(placed.body.id)).toEqual(['scheduled', 'scheduled']);
    expect((await click('POST', new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }))).status).toBe(204);
    expect(await departuresOf(placed.body.id)).toEqual(['skipped', 'skipped']);

    async function departuresOf(bookingId: string): Promise<string[]> {
      const { body } = await checkedCall(api, `GET /reminders?bookingId=${bookingId}`, { token });
      const departures = body.data.filter(({ kind }: { kind: string }) => kind.startsWith('departure_'));
      return departures.map(({ status }: { status: string }) => status);
    }
  });
});

/** Register, search, book, be told, be reminded twice; and nothing more once it is cancelled. */
function tellTheStory(system: () => System, seeMails: SeeMails): void {
  const traveller = { email: 'grace@example.com', password: 'correct horse battery', name: 'Grace Hopper' };
  const advanceClock = async (advanceSeconds: number) => {
    const { api } = system();
    const { token } = await signIn(api, testAdmin);
    const moved = await checkedCall(api, 'POST /sandbox/clock', { token, body: { advanceSeconds } });
    expect(moved.status).toBe(200);
    return Date.parse(moved.body.now);
  };

  test('register, log in, search, book, be mailed, be reminded', async () => {
    const { api } = system();
    const registered = await checkedCall(api, 'POST /auth/register', { body: traveller });
    expect(registered.status).toBe(201);
    expect(signedIn.parse(registered.body).user.roles).toEqual(['user']);
    const { token } = await signIn(api, traveller);

    const flight = await findFlight(api, { daysAhead: 5 });
    expect(flight.fares[0].availableSeats).toBeGreaterThan(3);
    const placed = await checkedCall(api, 'POST /bookings', { token, body: order(flight, traveller.email) });
    expect(placed.status).toBe(201);
    expect(booking.parse(placed.body)).toEqual(placed.body);
    expect(placed.body).toMatchObject({ status: 'confirmed', total: flight.fares[0].price });

    await eventually(async () => {
      const mails = await seeMails(traveller.email);
      expect(mails.filter(({ subject }) => subject.startsWith('Welcome to'))).toHaveLength(1);
      const confirmation = mails.find(({ subject }) => subject.includes(placed.body.reference));
      expect(confirmation?.text).toContain(flight.flightNumber);
      const { reference } = placed.body;
      expect(confirmation?.attachments.map(({ filename }) => filename)).toEqual([
        `ticket-${reference}.pdf`,
        `${reference}.ics`,
      ]);
    });
    await eventually(async () => {
      const seen = await checkedCall(api, `GET /flights/${flight.id}`);
      expect(seen.body.fares[0].availableSeats).toBe(flight.fares[0].availableSeats - 1);
    });

    const departsAtMs = Date.parse(flight.departureTime);
    // A mail is there a moment before it is marked as sent.
    await eventually(async () => {
      const { body: planned } = await checkedCall(api, `GET /reminders?bookingId=${placed.body.id}`, { token });
      expect(
        planned.data.map(({ kind, dueAt, status }: Planned) => ({ kind, dueAt: Date.parse(dueAt), status })),
      ).toEqual([
        { kind: 'booking_confirmed', dueAt: expect.any(Number), status: 'sent' },
        { kind: 'departure_24h', dueAt: departsAtMs - 24 * hour * 1_000, status: 'scheduled' },
        { kind: 'departure_2h', dueAt: departsAtMs - 2 * hour * 1_000, status: 'scheduled' },
      ]);
    });

    await advanceTo(departsAtMs - 24 * hour * 1_000);
    // The welcome, the confirmation, and now the first reminder.
    await expectMails(traveller.email, 3);
    await advanceTo(departsAtMs - 2 * hour * 1_000);
    await expectMails(traveller.email, 4);
    expect(new Set((await seeMails(traveller.email)).map(({ messageId }) => messageId)).size).toBe(4);
  });

  test('a cancelled booking is not reminded of', async () => {
    const { api } = system();
    const { token } = await signIn(api, traveller);
    const email = 'grace+cancelled@example.com';
    const flight = await findFlight(api, { daysAhead: 12 });
    const placed = await checkedCall(api, 'POST /bookings', { token, body: order(flight, email) });
    expect(placed.status).toBe(201);
    await expectMails(email, 1);
    expect((await checkedCall(api, `POST /bookings/${placed.body.id}/cancel`, { token })).body.status).toBe(
      'cancelled',
    );
    await eventually(async () => {
      const { body } = await checkedCall(api, `GET /reminders?bookingId=${placed.body.id}`, { token });
      const waiting = body.data.filter(({ kind }: Planned) => kind.startsWith('departure_'));
      expect(waiting.map(({ status }: Planned) => status)).toEqual(['cancelled', 'cancelled']);
    });
    // Its cancellation: three days later it would be no news any more.
    await expectMails(email, 2);
    await advanceTo(Date.parse(flight.departureTime) - hour * 1_000);
    // Long enough for several ticks: what is due is mailed within two of them, as the test above shows.
    await wait(5_000);
    expect((await seeMails(email)).map(({ subject }) => subject)).toEqual(
      expect.arrayContaining([expect.stringContaining('is confirmed'), expect.stringContaining('is cancelled')]),
    );
    expect(await seeMails(email)).toHaveLength(2);
  });

  type Planned = { kind: string; dueAt: string; status: string };

  async function advanceTo(instantMs: number): Promise<void> {
    const nowMs = await advanceClock(0);
    await advanceClock(Math.ceil((instantMs - nowMs) / 1_000) + 1);
  }

  async function expectMails(to: string, count: number): Promise<void> {
    await eventually(async () => expect(await seeMails(to)).toHaveLength(count), { timeoutMs: 15_000 });
  }
}

async function signIn(api: string, { email, password }: { email: string; password: string }) {
  const { status, body } = await checkedCall(api, 'POST /auth/login', { body: { email, password } });
  expect(status).toBe(200);
  return { token: signedIn.parse(body).accessToken };
}

async function findFlight(api: string, { daysAhead }: { daysAhead: number }) {
  const { body: clock } = await checkedCall(api, 'GET /sandbox/clock');
  const date = new Date(Date.parse(clock.now) + daysAhead * 86_400_000).toISOString().slice(0, 10);
  const found = await checkedCall(api, `GET /flights?origin=JFK&destination=LHR&date=${date}`);
  expect(found.status).toBe(200);
  expect(found.body.data.length).toBeGreaterThan(0);
  return found.body.data[0];
}

const order = (flight: { id: string }, email: string) => ({
  flights: [{ flightId: flight.id, cabin: 'economy' }],
  passengers: [{ firstName: 'Grace', lastName: 'Hopper', type: 'adult' }],
  contact: { email },
  payment: { method: 'card', token: 'tok_visa' },
});
