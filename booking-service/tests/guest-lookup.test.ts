import { booking as bookingSchema } from '@jetbridge/contracts/bookings/schemas.ts';
import { accessTokenAudience, accessTokenIssuer, accessTokenType } from '@jetbridge/service-kit/auth/access-tokens.ts';
import { signLookupToken } from '@jetbridge/service-kit/auth/lookup-tokens.ts';
import { openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import jwt from 'jsonwebtoken';
import { expect, test } from 'vitest';
import { createLookupAttempts } from '../src/bookings/db/lookup-attempts.ts';
import { loadConfig } from '../src/config.ts';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight } from './flight-catalogue-server.ts';

describeOnEachDatabase('looking a booking up', (database) => {
  const world = useBookingService(database);

  async function book(...lastNames: string[]) {
    const { url, issuer, catalogue } = world();
    const flightId = catalogue.put(buildFlight());
    const passengers = lastNames.map((lastName) => ({ firstName: 'Ada', lastName, type: 'adult' }));
    const { token } = issuer.user();
    const placed = await call(url, 'POST /bookings', { token, body: buildOrder(flightId, { passengers }) });
    expect(placed.status).toBe(201);
    return { booking: placed.body, flightId, token };
  }
  const lookUp = (reference: unknown, lastName: unknown) =>
    call(world().url, 'POST /bookings/lookup', { body: { reference, lastName } });
  const withoutRequestId = ({ status, body }: { status: number; body: object }) => ({ status, ...body, requestId: '' });

  test('finds it by the last name of any passenger, however it is written', async () => {
    const { booking } = await book('Lovelace', 'Núñez');
    for (const [reference, lastName] of [
      [booking.reference, 'Lovelace'],
      [` ${booking.reference.toLowerCase()} `, ' LOVELACE '],
      [booking.reference, 'nunez'],
      [booking.reference, 'Nu\u0301n\u0303ez'],
    ] as const) {
      const found = await lookUp(reference, lastName);
      expect(found).toMatchObject({ status: 200, body: { booking, expiresIn: 3_600 } });
      expect(bookingSchema.parse(found.body.booking)).toEqual(booking);
      expect(found.headers.get('cache-control')).toBe('no-store');
    }
  });

  test('a wrong name and an unknown reference are answered alike, and counted alike without keeping the reference', async () => {
    const { booking } = await book('Lovelace');
    const wrongName = await lookUp(booking.reference, 'Byron');
    const unknown = await lookUp('ZZZZZZ', 'Byron');
    expect(wrongName).toMatchObject({ status: 404, body: { code: 'booking_not_found' } });
    expect(withoutRequestId(wrongName)).toEqual(withoutRequestId(unknown));
    const kept = await world().rows<{ reference_hash: string; wrong_tries: number }>('SELECT * FROM lookup_attempts');
    expect(JSON.stringify(kept)).not.toContain(booking.reference);
    expect(kept.filter(({ wrong_tries }) => Number(wrong_tries) === 1).length).toBeGreaterThanOrEqual(2);
  });

  test('what has not the form of a look-up is refused', async () => {
    expect((await lookUp('K7QX2M', '')).status).toBe(422);
    expect((await lookUp(['K7QX2M'], { $gt: '' })).status).toBe(422);
    expect((await call(world().url, 'GET /bookings/lookup')).status).toBe(405);
  });

  test('the token opens this one booking and its quote, and nothing that writes or lists', async () => {
    const { url, issuer } = world();
    const { booking, flightId } = await book('Lovelace');
    const other = await book('Lovelace');
    const { accessToken: token } = (await lookUp(booking.reference, 'Lovelace')).body;

    const read = await call(url, `GET /bookings/${booking.id}`, { token });
    expect(read).toMatchObject({ status: 200, body: booking });
    expect(read.headers.get('etag')).toBe('"1"');
    expect((await call(url, `HEAD /bookings/${booking.id}`, { token })).status).toBe(200);
    expect((await call(url, `GET /bookings/${booking.id}/refund-quote`, { token })).status).toBe(200);

    for (const path of ['', '/refund-quote']) {
      const strangers = await call(url, `GET /bookings/${other.booking.id}${path}`, { token });
      const unknown = await call(url, `GET /bookings/bkg_unknown${path}`, { token });
      expect(strangers).toMatchObject({ status: 404, body: { code: 'booking_not_found' } });
      expect(withoutRequestId(strangers)).toEqual(withoutRequestId(unknown));
    }
    const body = { seats: [{ flightId, passenger: 0, seat: '12A' }] };
    const refused = [
      await call(url, `POST /bookings/${booking.id}/cancel`, { token }),
      await call(url, `POST /bookings/${booking.id}/payments`, { token, body: { method: 'card', token: 'tok_visa' } }),
      await call(url, `PUT /bookings/${booking.id}/seats`, { token, body }),
      await call(url, 'POST /bookings', { token, body: buildOrder(flightId) }),
      await call(url, 'GET /bookings', { token }),
    ];
    const forged = await call(url, 'GET /bookings', { token: 'forged' });
    for (const answer of refused) {
      expect(withoutRequestId(answer)).toEqual({ ...withoutRequestId(forged), code: 'invalid_token' });
    }
    const asStaff = await call(url, `GET /bookings/${booking.id}`, { token: issuer.support().token });
    expect(asStaff.body).toEqual(booking);
  });

  test('no other token is taken for one', async () => {
    const { url, issuer } = world();
    const { booking } = await book('Lovelace');
    const { keys } = (await call(issuer.url, 'GET /.well-known/jwks.json')).body;
    const claims = { iss: 'booking-service', aud: 'booking-service/lookup', sub: booking.id };
    const sign = (payload: object, secret: string, algorithm: 'none' | 'HS256', typ: string) =>
      jwt.sign(payload, secret, { algorithm, expiresIn: 60, header: { alg: algorithm, typ, kid: keys[0].kid } });
    const accessClaims = {
      ...claims,
      iss: accessTokenIssuer,
      aud: accessTokenAudience,
      sid: 'ses_1',
      roles: ['admin'],
      permissions: ['bookings:read:any'],
      ver: 1,
      rv: 1,
    };
    const forged = [
      sign(claims, '', 'none', 'lookup+jwt'),
      sign(claims, testInternalSecret, 'HS256', 'lookup+jwt'),
      sign(claims, JSON.stringify(keys[0]), 'HS256', 'lookup+jwt'),
      sign(accessClaims, JSON.stringify(keys[0]), 'HS256', accessTokenType),
      signLookupToken(booking.id, { service: 'flight-search-service', secret: testInternalSecret }),
      signLookupToken(booking.id, { service: 'booking-service', secret: 'another secret that is long enough' }),
    ];
    for (const token of forged) {
      const answer = await call(url, `GET /bookings/${booking.id}`, { token });
      expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    }
    // An access token of somebody whose id is that of the booking is still only theirs.
    const { token } = issuer.user({ userId: booking.id });
    expect((await call(url, `GET /bookings/${booking.id}`, { token })).status).toBe(404);
  });

  test('after ten wrong tries, also at once, nobody looks it up, whether it exists or not', async () => {
    const { booking } = await book('Lovelace');
    for (const reference of [booking.reference, 'QQQQQQ']) {
      const tries = await Promise.all(Array.from({ length: 25 }, (_, n) => lookUp(reference, `Byron ${n}`)));
      expect(tries.map(({ status }) => status).toSorted()).toEqual([
        ...Array.from({ length: 10 }, () => 404),
        ...Array.from({ length: 15 }, () => 429),
      ]);
      const right = await lookUp(` ${reference.toLowerCase()}`, 'Lovelace');
      expect(right).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
      const seconds = Number(right.headers.get('retry-after'));
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(900);
    }
    const neighbour = await book('Lovelace');
    for (let n = 0; n < 12; n++) expect((await lookUp(neighbour.booking.reference, 'Lovelace')).status).toBe(200);
  });

  test('tries are forgotten when their window is over', async () => {
    const { profile } = loadConfig({ ...database.settings(), INTERNAL_SECRET: testInternalSecret });
    const own = await openDatabase(profile.database, createLogger({ service: 'test', level: 'fatal' }));
    const attempts = createLookupAttempts(own);
    const [old, young] = [
      { referenceHash: 'forgotten', windowStartMs: 1_000 },
      { referenceHash: 'kept', windowStartMs: 2_000 },
    ];
    await own.write(async (tx) => {
      for (const key of [old, young]) {
        await attempts.lock(key, tx);
        await attempts.count(key, tx);
      }
    });
    expect(await attempts.purge(2_000)).toBe(1);
    expect(await own.write((tx) => attempts.lock(young, tx))).toBe(1);
    expect(await own.write((tx) => attempts.lock(old, tx))).toBe(0);
    await own.close();
  });
});
