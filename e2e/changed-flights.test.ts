import { describeWithBroker } from '@jetbridge/testing/broker.ts';
import { mariadbDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkedCall } from './checked-call.ts';
import { longestStartMs, type System, startSystem, testAdmin } from './system.ts';

const empty = { WORLD_TIMETABLE: 'off' };

describe('changed flights on SQLite, without a broker', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem(empty);
  }, longestStartMs);
  afterAll(() => system?.stop());
  tellTheStory(() => system);
});

describeWithBroker('changed flights on MariaDB', (broker) => {
  const mariadb = mariadbDatabase();
  let system: System;
  beforeAll(async () => {
    system = await startSystem({ ...empty, ...mariadb.settings(), ...broker.settings() });
  }, longestStartMs);
  afterAll(() => system?.stop());
  tellTheStory(() => system);
});

/** What staff do to a flight reaches those who booked it, and staff can't take away what is sold. */
function tellTheStory(system: () => System): void {
  const departsAtMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 + 30 * 86_400_000;
  const instant = (minutes: number) => `${new Date(departsAtMs + minutes * 60_000).toISOString().slice(0, 19)}Z`;
  const order = {
    ...{ flightNumber: 'BA178', airlineCode: 'BA', originCode: 'JFK', destinationCode: 'LHR' },
    ...{ departureTime: instant(0), arrivalTime: instant(420), airplaneId: 'apl_boeing_777_300er' },
    fares: [{ cabin: 'economy', price: { amount: 29_900, currency: 'USD' }, seats: 100 }],
  };
  const traveller = { email: 'ada@example.com', password: 'correct horse battery', name: 'Ada Lovelace' };

  async function book(flightId: string, token: string) {
    const body = {
      flights: [{ flightId, cabin: 'economy' }],
      passengers: [{ firstName: 'Ada', lastName: 'Lovelace', type: 'adult' }],
      contact: { email: traveller.email },
      payment: { method: 'card', token: 'tok_visa' },
    };
    const placed = await checkedCall(system().api, 'POST /bookings', { token, body });
    expect(placed.status).toBe(201);
    return placed;
  }

  test('a booked flight is delayed, keeps its seats, is cancelled with its bookings, and only then deleted', async () => {
    const { api } = system();
    const admin = (await checkedCall(api, 'POST /auth/login', { body: testAdmin })).body.accessToken;
    const token = (await checkedCall(api, 'POST /auth/register', { body: traveller })).body.accessToken;
    const created = await checkedCall(api, 'POST /flights', { token: admin, body: order });
    expect(created.status).toBe(201);
    const flight = `/flights/${created.body.id}` as const;
    const placed = await book(created.body.id, token);
    const readBooking = async () => (await checkedCall(api, `GET /bookings/${placed.body.id}`, { token })).body;

    const times = { departureTime: instant(90), arrivalTime: instant(510) };
    const delayed = await checkedCall(api, `PATCH ${flight}`, { token: admin, body: { ...times, status: 'delayed' } });
    expect(delayed.body).toMatchObject({ ...times, version: 2 });
    await eventually(async () =>
      expect(await readBooking()).toMatchObject({ version: placed.body.version + 1, segments: [times] }),
    );
    await eventually(async () => {
      const { body } = await checkedCall(api, `GET /reminders?bookingId=${placed.body.id}`, { token });
      const waiting = body.data.filter(({ status }: { status: string }) => status === 'scheduled');
      expect(waiting.map(({ dueAt }: { dueAt: string }) => dueAt)).toEqual([instant(90 - 24 * 60), instant(90 - 120)]);
    });

    const none = { fares: [{ cabin: 'economy', seats: 0 }] };
    const refusedCut = await checkedCall(api, `PATCH ${flight}`, { token: admin, body: none });
    expect(refusedCut.body).toMatchObject({ status: 409, code: 'below_sold' });
    const refusedDelete = await checkedCall(api, `DELETE ${flight}`, { token: admin });
    expect(refusedDelete.body).toMatchObject({ status: 409, code: 'flight_has_bookings' });

    const cancelled = await checkedCall(api, `PATCH ${flight}`, { token: admin, body: { status: 'cancelled' } });
    expect(cancelled.body).toMatchObject({ status: 'cancelled', version: 3 });
    await eventually(async () => expect((await readBooking()).status).toBe('cancelled'));
    await eventually(async () =>
      expect((await checkedCall(api, `DELETE ${flight}`, { token: admin })).status).toBe(204),
    );
    expect((await checkedCall(api, `GET ${flight}`)).status).toBe(404);
  });

  test('the terminal of a flight reaches its travellers with the reminder, also one that changed after they booked', async () => {
    const { api } = system();
    const admin = (await checkedCall(api, 'POST /auth/login', { body: testAdmin })).body.accessToken;
    const { email, password } = traveller;
    const token = (await checkedCall(api, 'POST /auth/login', { body: { email, password } })).body.accessToken;
    const body = { ...order, flightNumber: 'BA112', departureTerminal: '8', arrivalTerminal: '5' };
    const created = await checkedCall(api, 'POST /flights', { token: admin, body });
    expect(created.body).toMatchObject({ departureTerminal: '8', arrivalTerminal: '5' });
    const flight = `/flights/${created.body.id}` as const;
    expect((await checkedCall(api, `GET ${flight}`)).body).toEqual(created.body);
    const placed = await book(created.body.id, token);
    expect(placed.body.segments).toMatchObject([{ departureTerminal: '8', arrivalTerminal: '5' }]);
    const mailsOf = async (id: string) => {
      const { body: page } = await checkedCall(api, `GET /sandbox/mails?to=${email}`);
      return page.data.filter(({ messageId }: { messageId: string }) => messageId.startsWith(`<${id}.`));
    };
    await eventually(async () => expect(await mailsOf(placed.body.id)).toHaveLength(1));

    const change = { departureTerminal: '4' };
    expect((await checkedCall(api, `PATCH ${flight}`, { token: admin, body: change })).body).toMatchObject(change);
    const readBooking = async () => (await checkedCall(api, `GET /bookings/${placed.body.id}`, { token })).body;
    await eventually(async () =>
      expect(await readBooking()).toMatchObject({ version: placed.body.version + 1, segments: [change] }),
    );
    // A confirmation shows that events up to its own were heard, that of the change among them.
    const later = await book(created.body.id, token);
    await eventually(async () => expect(await mailsOf(later.body.id)).toHaveLength(1));

    const { now } = (await checkedCall(api, 'GET /sandbox/clock')).body;
    const advanceSeconds = (Date.parse(instant(-24 * 60)) - Date.parse(now)) / 1_000 + 1;
    await checkedCall(api, 'POST /sandbox/clock', { token: admin, body: { advanceSeconds } });
    const [reminder, confirmation] = await eventually(async () => {
      const mails = await mailsOf(placed.body.id);
      expect(mails).toHaveLength(2);
      return mails;
    });
    expect(confirmation.text).toContain('(JFK), Terminal 8\n');
    expect(reminder.subject).toMatch(/^BA112 to London leaves /);
    for (const said of ['(JFK), Terminal 4\n', '(LHR), Terminal 5\n']) expect(reminder.text).toContain(said);
    expect(reminder.html).toContain('>Terminal 4</div>');
  });
}
