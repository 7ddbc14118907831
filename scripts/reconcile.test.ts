import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { call } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longestStartMs, type System, startSystem } from '../e2e/system.ts';

describe('reconciling a running system', () => {
  let system: System;
  let token: string;
  let bookingId: string;
  beforeAll(async () => {
    system = await startSystem({});
    const traveller = { email: 'grace@example.com', password: 'correct horse battery', name: 'Grace Hopper' };
    token = (await call(system.api, 'POST /auth/register', { body: traveller })).body.accessToken;
    const departureFrom = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    const found = await call(system.api, `GET /flights?origin=JFK&destination=LHR&date=${departureFrom}&limit=1`);
    const body = {
      flights: [{ flightId: found.body.data[0].id, cabin: 'economy' }],
      passengers: [{ firstName: 'Grace', lastName: 'Hopper', type: 'adult' }],
      contact: { email: traveller.email },
      payment: { method: 'card', token: 'tok_visa' },
    };
    const placed = await call(system.api, 'POST /bookings', { token, body });
    expect(placed.status).toBe(201);
    bookingId = placed.body.id;
    await eventually(async () => expect(await reminderKinds()).toHaveLength(3));
  }, longestStartMs);
  afterAll(() => system?.stop());

  async function reminderKinds(): Promise<string[]> {
    const { body } = await call(system.api, `GET /reminders?bookingId=${bookingId}`, { token });
    return (body.data ?? []).map(({ kind }: { kind: string }) => kind);
  }

  function reconcile(...parameters: string[]): Promise<{ code: number; output: string }> {
    const env = { PATH: process.env.PATH, NODE_ENV: 'test', DATA_DIR: system.dataFolder };
    const program = join(import.meta.dirname, 'reconcile.ts');
    return new Promise((resolve) => {
      execFile(process.execPath, [program, ...parameters], { env }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
      });
    });
  }

  function spoil(service: 'booking' | 'reminder', sql: string): void {
    const database = new DatabaseSync(join(system.dataFolder, `airline_${service}.sqlite`), { timeout: 5_000 });
    database.exec(sql);
    database.close();
  }

  test('finds nothing where all is well', async () => {
    expect(await reconcile()).toMatchObject({ code: 0, output: expect.stringContaining('Nothing differs.') });
  });

  test('finds nothing of a booking that was changed, cancelled and refunded', async () => {
    const { body: first } = await call(system.api, `GET /bookings/${bookingId}`, { token });
    const [{ flightId }] = first.segments;
    const payment = { method: 'card', token: 'tok_visa' };
    const order = {
      flights: [{ flightId, cabin: 'economy' }],
      passengers: [{ firstName: 'Ada', lastName: 'Lovelace', type: 'adult' }],
      contact: { email: 'grace@example.com' },
      payment,
    };
    const { body: placed } = await call(system.api, 'POST /bookings', { token, body: order });
    const body = { flights: [{ flightId, cabin: 'business' }], payment };
    expect((await call(system.api, `POST /bookings/${placed.id}/change`, { token, body })).status).toBe(200);
    expect((await call(system.api, `POST /bookings/${placed.id}/cancel`, { token })).status).toBe(200);
    await eventually(async () => {
      const { refunds } = (await call(system.api, `GET /bookings/${placed.id}`, { token })).body;
      expect(refunds.map(({ status }: { status: string }) => status)).toEqual(['succeeded', 'succeeded']);
    });
    expect(await reconcile()).toMatchObject({ code: 0, output: expect.stringContaining('Nothing differs.') });
  });

  test('finds what was spoilt, ends with 1, repairs it when asked to, and finds nothing more', async () => {
    spoil('booking', 'UPDATE cabin_inventories SET sold = sold + 2 WHERE sold > 0');
    spoil('reminder', 'DELETE FROM reminders; DELETE FROM bookings');
    const found = await reconcile();
    expect(found).toMatchObject({ code: 1, output: expect.stringContaining('2 differences') });
    expect(found.output).toMatch(new RegExp(`${bookingId} +is unknown to reminder-service +found`));

    expect(await reconcile('--fix')).toMatchObject({ code: 0, output: expect.stringContaining('2 repaired, 0 left') });
    await eventually(async () => expect(await reminderKinds()).toHaveLength(3));
    expect(await reconcile()).toMatchObject({ code: 0 });
  });

  test('finds money that is not that of its booking, and moves none', async () => {
    const ofThis = `active_booking_id = '${bookingId}'`;
    spoil('booking', `UPDATE payments SET status = 'failed', active_booking_id = NULL WHERE ${ofThis}`);
    const found = await reconcile('--fix');
    expect(found).toMatchObject({ code: 1, output: expect.stringContaining('0 repaired, 2 left') });
    expect(found.output).toMatch(new RegExp(`${bookingId} +is confirmed and not paid in full +not repaired`));
    expect(found.output).toMatch(/pay_\w+ +was taken by the sandbox, but has failed here +not repaired/);
    const { body } = await call(system.api, `GET /bookings/${bookingId}`, { token });
    expect(body).toMatchObject({ status: 'confirmed', refunds: [] });
  });
});
