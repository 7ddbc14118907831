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
  test('a booked flight is delayed, keeps its seats, is cancelled with its bookings, and only then deleted', async () => {
    const { api } = system();
    const admin = (await checkedCall(api, 'POST /auth/login', { body: testAdmin })).body.accessToken;
    const traveller = { email: 'ada@example.com', password: 'correct horse battery', name: 'Ada Lovelace' };
    const token = (await checkedCall(api, 'POST /auth/register', { body: traveller })).body.accessToken;
    const departsAtMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 + 30 * 86_400_000;
    const instant = (minutes: number) => `${new Date(departsAtMs + minutes * 60_000).toISOString().slice(0, 19)}Z`;

    const order = {
      ...{ flightNumber: 'BA178', airlineCode: 'BA', originCode: 'JFK', destinationCode: 'LHR' },
      ...{ departureTime: instant(0), arrivalTime: instant(420), airplaneId: 'apl_boeing_777_300er' },
      fares: [{ cabin: 'economy', price: { amount: 29_900, currency: 'USD' }, seats: 100 }],
    };
    const created = await checkedCall(api, 'POST /flights', { token: admin, body: order });
    expect(created.status).toBe(201);
    const flight = `/flights/${created.body.id}` as const;
    const placed = await checkedCall(api, 'POST /bookings', {
      token,
      body: {
        flights: [{ flightId: created.body.id, cabin: 'economy' }],
        passengers: [{ firstName: 'Ada', lastName: 'Lovelace', type: 'adult' }],
        contact: { email: traveller.email },
        payment: { method: 'card', token: 'tok_visa' },
      },
    });
    expect(placed.status).toBe(201);
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
}
