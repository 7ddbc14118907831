import { newId } from '@jetbridge/service-kit/ids.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { expect, test } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight } from './flight-catalogue-server.ts';

const adult = { firstName: 'Ada', lastName: 'Lovelace', type: 'adult' };
const flight = { flightId: 'flt_1', cabin: 'economy' };

/** What is wrong, the order with it, and the pointer the answer must name. */
const badOrders: readonly (readonly [what: string, overrides: object, pointer: string])[] = [
  ['no passengers', { passengers: [] }, '/passengers'],
  ['ten passengers', { passengers: Array.from({ length: 10 }, () => adult) }, '/passengers'],
  ['passengers as a string', { passengers: '2' }, '/passengers'],
  ['passengers as an object', { passengers: {} }, '/passengers'],
  ['a passenger without a name', { passengers: [{ ...adult, firstName: ' ' }] }, '/passengers/0/firstName'],
  ['a type that does not exist', { passengers: [{ ...adult, type: 'pet' }] }, '/passengers/0/type'],
  [
    'a birthday that does not exist',
    { passengers: [{ ...adult, dateOfBirth: '2019-02-30' }] },
    '/passengers/0/dateOfBirth',
  ],
  ['an infant without an adult', { passengers: [{ ...adult, type: 'infant' }] }, '/passengers/0/type'],
  ['no flights', { flights: [] }, '/flights'],
  ['the same flight twice', { flights: [flight, flight] }, '/flights'],
  ['a flight id that is a number', { flights: [{ ...flight, flightId: 9007199254740992 }] }, '/flights/0/flightId'],
  ['a flight id that is negative', { flights: [{ ...flight, flightId: -1 }] }, '/flights/0/flightId'],
  ['a flight id in a list', { flights: [{ ...flight, flightId: [1] }] }, '/flights/0/flightId'],
  ['a flight id that is an object', { flights: [{ ...flight, flightId: { $gt: 0 } }] }, '/flights/0/flightId'],
  ['a cabin that does not exist', { flights: [{ ...flight, cabin: 'roof' }] }, '/flights/0/cabin'],
  ['an e-mail with a second recipient', { contact: { email: 'a@b.com\r\nBcc: c@d.com' } }, '/contact/email'],
  ['a quoted e-mail', { contact: { email: '"a b"@example.com' } }, '/contact/email'],
  ['no contact', { contact: undefined }, '/contact'],
  ['a total of its own', { total: { amount: 1, currency: 'USD' } }, '/total'],
  ['a status of its own', { status: 'confirmed' }, '/status'],
  ['a user of its own', { userId: 'usr_1' }, '/userId'],
  ['roles of its own', { roles: ['admin'] }, '/roles'],
  ['an id of its own', { id: 'bkg_1' }, '/id'],
  ['a price with a fraction', { expectedTotal: { amount: 1.5, currency: 'USD' } }, '/expectedTotal/amount'],
];

describeOnEachDatabase('bad input', (database) => {
  const world = useBookingService(database);
  const countBookings = async () => (await world().rows('SELECT id FROM bookings')).length;

  test.for(badOrders)(
    'an order with %s is refused at its place, and nothing is written',
    async ([, overrides, pointer]) => {
      const { url, issuer, catalogue } = world();
      const flightId = catalogue.put(buildFlight());
      const body = buildOrder(flightId, overrides);
      const refused = await call(url, 'POST /bookings', { token: issuer.user().token, body });
      expect(refused.status).toBe(422);
      expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(refused.body).toMatchObject({ status: 422, code: 'invalid_request', title: 'Unprocessable Content' });
      expect(refused.body.requestId).toBe(refused.headers.get('x-request-id'));
      expect(refused.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
      expect(await countBookings()).toBe(0);
    },
  );

  test('a cabin that the flight does not have, an expected total in another currency', async () => {
    const { url, issuer, catalogue } = world();
    const flightId = catalogue.put(buildFlight());
    const { token } = issuer.user();
    const first = buildOrder(flightId, { flights: [{ flightId, cabin: 'first' }] });
    const noCabin = await call(url, 'POST /bookings', { token, body: first });
    expect(noCabin.body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/flights/0/cabin', code: 'cabin_not_offered' }],
    });
    const euros = buildOrder(flightId, { expectedTotal: { amount: 29_900, currency: 'EUR' } });
    const noEuros = await call(url, 'POST /bookings', { token, body: euros });
    expect(noEuros.body).toMatchObject({ status: 422, errors: [{ pointer: '/expectedTotal/currency' }] });
    expect(await countBookings()).toBe(0);
  });

  test.for([
    ['broken JSON', '{"flights": [', {}, 400, 'invalid_json'],
    ['a megabyte of brackets', '['.repeat(1_000_000), {}, 400, 'invalid_json'],
    ['ten megabytes', `"${'x'.repeat(10_000_000)}"`, {}, 413, 'body_too_large'],
    ['XML', '<booking/>', { 'Content-Type': 'application/xml' }, 415, 'unsupported_media_type'],
    ['another charset', '{}', { 'Content-Type': 'application/json; charset=utf-7' }, 415, 'unsupported_media_type'],
    ['a compressed body', '{}', { 'Content-Encoding': 'gzip' }, 415, 'unsupported_media_type'],
    ['a polluted prototype', '{"__proto__": {"admin": true}}', {}, 422, 'invalid_request'],
    ['nothing', '', {}, 422, 'invalid_request'],
    ['null', 'null', {}, 422, 'invalid_request'],
  ] as const)('a body of %s is refused', async ([, body, headers, status, code]) => {
    const { url, issuer } = world();
    const refused = await call(url, 'POST /bookings', { token: issuer.user().token, body, headers });
    expect(refused.body).toMatchObject({ status, code });
    expect(JSON.stringify(refused.body)).not.toMatch(/node_modules|SyntaxError|sequelize|SQLITE|at \w+ \(/i);
    expect(await countBookings()).toBe(0);
  });

  test.for([
    ['limit=0', 422],
    ['limit=-1', 422],
    ['limit=1e9', 422],
    ['limit=201', 422],
    ['limit=2&limit=3', 422],
    ['where[id]=1', 422],
    ['status=asleep', 422],
    ['cursor=not-a-cursor', 400],
    ['email=%00', 422],
    ['flightId=%00', 422],
  ] as const)('a list with ?%s is refused', async ([query, status]) => {
    const { url, issuer } = world();
    const refused = await call(url, `GET /bookings?${query}`, { token: issuer.user().token });
    expect(refused.status).toBe(status);
    if (status === 422) expect(refused.body.errors[0].parameter).toBe(query.split('=')[0]);
  });

  test.for(['', '.', '..', '\0', '\ud800', "' OR 1=1", 'x'.repeat(200)])(
    'the flight id %j is that of no flight',
    async (flightId) => {
      const { url, issuer } = world();
      const refused = await call(url, 'POST /bookings', { token: issuer.user().token, body: buildOrder(flightId) });
      expect(refused.body).toMatchObject({ status: 404, code: 'flight_not_found' });
    },
  );

  test('a cancellation takes no body, and one that says something is refused', async () => {
    const { url, issuer, catalogue } = world();
    const { token } = issuer.user();
    const placed = await call(url, 'POST /bookings', { token, body: buildOrder(catalogue.put(buildFlight())) });
    const path = `POST /bookings/${placed.body.id}/cancel` as const;
    expect((await call(url, path, { token, body: { refund: 1 } })).body).toMatchObject({ status: 422 });
    expect((await call(url, path, { token, body: '{"refund":' })).body).toMatchObject({ status: 400 });
    expect((await call(url, `GET /bookings/${placed.body.id}`, { token })).body.status).toBe('confirmed');
    expect((await call(url, path, { token, body: {} })).body.status).toBe('cancelled');
  });

  test('another method is refused with those that are allowed, but first comes the token', async () => {
    const { url, issuer } = world();
    expect((await call(url, 'DELETE /bookings')).status).toBe(401);
    const refused = await call(url, 'DELETE /bookings', { token: issuer.user().token });
    expect(refused.status).toBe(405);
    expect(refused.headers.get('allow')).toBe('POST, GET, HEAD');
    expect((await call(url, 'GET /internal/events?types=x')).status).toBe(401);
    expect((await call(url, 'GET /internal/events?types=x', { token: issuer.admin().token })).status).toBe(401);
  });
});

describeOnEachDatabase('bad input to what is held', (database) => {
  const world = useBookingService(database, { PAYMENT_PROVIDER: 'sandbox' });
  const visa = { method: 'card', token: 'tok_visa' };

  async function hold() {
    const { url, issuer, catalogue } = world();
    const flightId = catalogue.put(buildFlight());
    const user = issuer.user();
    const held = await call(url, 'POST /bookings', { token: user.token, body: buildOrder(flightId) });
    return { flightId, user, held: held.body };
  }
  type Pointed = { pointer: string };

  test.for([
    ['no method', { method: undefined }, '/method'],
    ['a method in a list', { method: ['card'] }, '/method'],
    ['a method that does not exist', { method: 'cash' }, '/method'],
    ['no token', { token: undefined }, '/token'],
    ['an empty token', { token: '' }, '/token'],
    ['a token as a number', { token: 9007199254740992 }, '/token'],
    ['a token as an object', { token: { $gt: '' } }, '/token'],
    ['a token with a line break', { token: 'tok_visa\r\nX: y' }, '/token'],
    ['a token of 201 characters', { token: 'x'.repeat(201) }, '/token'],
    ['an amount of its own', { amount: { amount: 1, currency: 'USD' } }, '/amount'],
    ['a total of its own', { total: 1 }, '/total'],
    ['a status of its own', { status: 'succeeded' }, '/status'],
    ['a user of its own', { userId: 'usr_1' }, '/userId'],
    ['roles of its own', { roles: ['admin'] }, '/roles'],
    ['an id of its own', { id: 'pay_1' }, '/id'],
  ] as const)('a payment with %s is refused at its place, and nothing is charged', async ([, wrong, pointer]) => {
    const { user, held, flightId } = await hold();
    const { url, rows } = world();
    const body = { ...visa, ...wrong };
    const refused = await call(url, `POST /bookings/${held.id}/payments`, { token: user.token, body });
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map((error: Pointed) => error.pointer)).toContain(pointer);
    const order = { token: user.token, body: buildOrder(flightId, { payment: body }) };
    const together = await call(url, 'POST /bookings', order);
    expect(together.status).toBe(422);
    expect(together.body.errors.map((error: Pointed) => error.pointer)).toContain(`/payment${pointer}`);
    expect(await rows('SELECT id FROM payments WHERE user_id = ?', [user.userId])).toEqual([]);
    expect((await call(url, `GET /bookings/${held.id}`, { token: user.token })).body).toEqual(held);
  });

  test.for([
    ['no list', { seats: undefined }, '/seats'],
    ['an object', { seats: {} }, '/seats'],
    ['a string', { seats: '12A' }, '/seats'],
    ['null in it', { seats: [null] }, '/seats/0'],
    ['a status of its own', { seats: [], status: 'confirmed' }, '/status'],
    [
      '163 seats',
      { seats: Array.from({ length: 163 }, () => ({ flightId: 'f', passenger: 0, seat: '1A' })) },
      '/seats',
    ],
  ] as const)('a choice of seats with %s is refused at its place', async ([, body, pointer]) => {
    const { user, held } = await hold();
    const { url } = world();
    const refused = await call(url, `PUT /bookings/${held.id}/seats`, { token: user.token, body });
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map((error: Pointed) => error.pointer)).toContain(pointer);
    expect((await call(url, `GET /bookings/${held.id}`, { token: user.token })).body).toEqual(held);
  });

  const routes = [
    ['GET', '', undefined],
    ['POST', '/cancel', undefined],
    ['POST', '/payments', visa],
    ['PUT', '/seats', { seats: [{ flightId: 'flt_1', passenger: 0, seat: '1A' }] }],
  ] as const;

  test.for(routes)("%s of someone else's booking%s looks like that of none", async ([method, path, body]) => {
    const { held, user } = await hold();
    const { url, issuer, rows } = world();
    const stranger = issuer.user();
    const ask = (id: string) =>
      call(url, `${method} /bookings/${id}${path}`, { token: stranger.token, ...(body ? { body } : {}) });
    const theirs = await ask(held.id);
    for (const id of [newId('bkg'), 'bkg_1', '0', '%27%20OR%201=1', 'x'.repeat(500), '%f0%9f%92%a9']) {
      const unknown = await ask(id);
      expect([id, unknown.status]).toEqual([id, 404]);
      expect({ ...unknown.body, requestId: '' }).toEqual({ ...theirs.body, requestId: '' });
    }
    expect(theirs.headers.get('etag')).toBeNull();
    expect((await call(url, `GET /bookings/${held.id}`, { token: user.token })).body).toEqual(held);
    expect(await rows('SELECT id FROM payments WHERE booking_id = ?', [held.id])).toEqual([]);
    // Without a token nobody learns whether the route, the booking or the body is right.
    for (const id of [held.id, newId('bkg')]) {
      const answer = await call(url, `${method} /bookings/${id}${path}`, { body: body ? { wrong: 1 } : undefined });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });

  test('other methods of these routes are refused with those that are allowed', async () => {
    const { held, user, flightId } = await hold();
    const { url } = world();
    for (const [request, allow] of [
      [`PATCH /bookings/${held.id}`, 'GET, HEAD'],
      [`DELETE /bookings/${held.id}/seats`, 'PUT'],
      [`GET /bookings/${held.id}/payments`, 'POST'],
      [`POST /flights/${flightId}/seat-map`, 'GET, HEAD'],
    ] as const) {
      const refused = await call(url, request, { token: user.token });
      expect([request, refused.status, refused.headers.get('allow')]).toEqual([request, 405, allow]);
    }
    expect((await call(url, `GET /bookings/${held.id}`, { token: user.token })).body).toEqual(held);
  });

  test.for(['.', '..', '%00', '%ff', "' OR 1=1", 'x'.repeat(200), '9007199254740993'])(
    'the seat map of %s is that of no flight',
    async (flightId) => {
      const refused = await call(world().url, `GET /flights/${encodeURIComponent(flightId)}/seat-map`);
      expect([400, 404]).toContain(refused.status);
      expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    },
  );

  test('a webhook of two megabytes is too large, whoever sends it', async () => {
    const refused = await call(world().url, 'POST /webhooks/payments/sandbox', { body: 'x'.repeat(2_000_000) });
    expect(refused.body).toMatchObject({ status: 413, code: 'body_too_large' });
  });
});
