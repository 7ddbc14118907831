import { newId } from '@jetbridge/service-kit/ids.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { internalToken } from '@jetbridge/testing/service.ts';
import ICAL from 'ical.js';
import { extractText } from 'unpdf';
import { expect, test } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight } from './flight-catalogue-server.ts';

describeOnEachDatabase('documents', (database) => {
  const world = useBookingService(database, { PAYMENT_PROVIDER: 'sandbox' });

  /** A booking of a new user: paid for, or held. */
  async function book(payment?: { method: string; token: string }) {
    const { url, issuer, catalogue } = world();
    const flightId = catalogue.put(buildFlight());
    const { token } = issuer.user();
    const body = buildOrder(flightId, payment ? { payment } : {});
    const placed = await call(url, 'POST /bookings', { token, body });
    expect(placed.status).toBe(201);
    return { booking: placed.body, token, flightId };
  }
  const paid = { method: 'card', token: 'tok_visa' };

  /** Bytes, which `call` would read as text. */
  async function get(path: string, token: string, init: RequestInit = {}) {
    const headers = { Connection: 'close', Authorization: `Bearer ${token}`, ...init.headers };
    const response = await fetch(`${world().url}${path}`, { ...init, headers });
    return { status: response.status, headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
  }

  const eventsOf = (bytes: Uint8Array) => {
    const calendar = new ICAL.Component(ICAL.parse(Buffer.from(bytes).toString('utf8')));
    const events = calendar.getAllSubcomponents('vevent').map((component) => new ICAL.Event(component));
    return { method: calendar.getFirstPropertyValue('method'), events };
  };

  test('the owner gets the ticket as a file, its head alone, or 304', async () => {
    const { booking, token } = await book(paid);
    const path = `/bookings/${booking.id}/ticket.pdf`;
    const got = await get(path, token);
    expect(got.status).toBe(200);
    expect(Object.fromEntries(got.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename="ticket-${booking.reference}.pdf"`,
      'content-length': `${got.bytes.length}`,
      'x-content-type-options': 'nosniff',
      etag: `"${booking.version}"`,
    });
    const head = await get(path, token, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), head.bytes.length]).toEqual([
      200,
      `${got.bytes.length}`,
      0,
    ]);
    const known = await get(path, token, { headers: { 'If-None-Match': `"${booking.version}"` } });
    expect([known.status, known.headers.get('etag'), known.bytes.length]).toEqual([304, `"${booking.version}"`, 0]);
    const { text } = await extractText(got.bytes, { mergePages: true });
    for (const word of [booking.reference, 'BA178', 'Ada', 'Electronic']) expect(text).toContain(word);
    expect(text.replaceAll(/\s+/g, '')).toContain(`Seat${Object.values(booking.passengers[0].seats)[0]}`);
  });

  test('who writes mails gets the ticket of what is paid for, and nobody else by this way', async () => {
    const { url } = world();
    const [{ booking, token }, held] = [await book(paid), await book()];
    const asker = internalToken('reminder-service', 'booking-service');
    const got = await call(url, `GET /internal/bookings/${booking.id}/ticket`, { token: asker });
    expect(got).toMatchObject({ status: 200, body: { filename: `ticket-${booking.reference}.pdf` } });
    const { text } = await extractText(new Uint8Array(Buffer.from(got.body.pdf, 'base64')), { mergePages: true });
    for (const word of [booking.reference, 'BA178', 'Ada']) expect(text).toContain(word);
    const refused = await call(url, `GET /internal/bookings/${held.booking.id}/ticket`, { token: asker });
    expect(refused).toMatchObject({ status: 409, body: { code: 'booking_not_confirmed' } });
    const unknown = await call(url, `GET /internal/bookings/${newId('bkg')}/ticket`, { token: asker });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'booking_not_found' } });
    expect((await call(url, `GET /internal/bookings/${booking.id}/ticket`, { token })).status).toBe(401);
  });

  test('the owner gets the calendar, in which the flight has its instants', async () => {
    const { booking, token, flightId } = await book(paid);
    const got = await get(`/bookings/${booking.id}/calendar.ics`, token);
    expect(got.status).toBe(200);
    expect(Object.fromEntries(got.headers)).toMatchObject({
      'content-type': 'text/calendar; charset=utf-8; method=PUBLISH',
      'content-disposition': `attachment; filename="booking-${booking.reference}.ics"`,
      etag: `"${booking.version}"`,
    });
    const { method, events } = eventsOf(got.bytes);
    expect(method).toBe('PUBLISH');
    expect(events.map(({ uid, sequence }) => [uid, sequence])).toEqual([
      [`${booking.id}.${flightId}@jetbridge`, booking.version],
    ]);
    const [segment] = booking.segments;
    expect(events[0]?.startDate.toJSDate().getTime()).toBe(Date.parse(segment.departureTime));
    expect(events[0]?.endDate.toJSDate().getTime()).toBe(Date.parse(segment.arrivalTime));
  });

  test('staff gets them, a stranger hears what is said of unknown bookings, nobody without a token', async () => {
    const { url, issuer } = world();
    const { booking } = await book(paid);
    const [stranger, staff] = [issuer.user().token, issuer.user({ permissions: ['bookings:read:any'] }).token];
    for (const document of ['ticket.pdf', 'calendar.ics']) {
      expect((await get(`/bookings/${booking.id}/${document}`, staff)).status).toBe(200);
      const refused = await call(url, `GET /bookings/${booking.id}/${document}`, { token: stranger });
      const unknown = await call(url, `GET /bookings/${newId('bkg')}/${document}`, { token: stranger });
      expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect({ ...refused.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
      expect(refused.body).toMatchObject({ status: 404, code: 'booking_not_found' });
      const anonymous = await call(url, `GET /bookings/${booking.id}/${document}`);
      expect(anonymous.body).toMatchObject({ status: 401, code: 'token_missing' });
    }
  });

  test('who has looked the booking up gets them, of this booking alone', async () => {
    const { url } = world();
    const { booking } = await book(paid);
    const other = await book(paid);
    const body = { reference: booking.reference, lastName: 'Lovelace' };
    const { accessToken } = (await call(url, 'POST /bookings/lookup', { body })).body;
    for (const document of ['ticket.pdf', 'calendar.ics']) {
      const got = await get(`/bookings/${booking.id}/${document}`, accessToken);
      expect([got.status, got.headers.get('etag')]).toEqual([200, `"${booking.version}"`]);
      const refused = await call(url, `GET /bookings/${other.booking.id}/${document}`, { token: accessToken });
      expect(refused).toMatchObject({ status: 404, body: { code: 'booking_not_found' } });
    }
  });

  test('what is not paid yet has neither', async () => {
    const { booking, token } = await book();
    for (const document of ['ticket.pdf', 'calendar.ics']) {
      const answer = await call(world().url, `GET /bookings/${booking.id}/${document}`, { token });
      expect(answer).toMatchObject({ status: 409, body: { code: 'booking_not_confirmed' } });
    }
  });

  test('what was cancelled takes its events back with a higher sequence, and has no ticket', async () => {
    const { booking, token } = await book(paid);
    const path = `/bookings/${booking.id}/calendar.ics`;
    const before = eventsOf((await get(path, token)).bytes).events;
    const cancelled = await call(world().url, `POST /bookings/${booking.id}/cancel`, { token });
    expect(cancelled.status).toBe(200);
    const calendar = await get(path, token, { headers: { 'If-None-Match': `"${booking.version}"` } });
    expect(calendar.headers.get('content-type')).toBe('text/calendar; charset=utf-8; method=CANCEL');
    const { method, events } = eventsOf(calendar.bytes);
    expect([method, events[0]?.component.getFirstPropertyValue('status')]).toEqual(['CANCEL', 'CANCELLED']);
    expect(events.map(({ uid }) => uid)).toEqual(before.map(({ uid }) => uid));
    expect(events[0]?.sequence).toBeGreaterThan(before[0]?.sequence ?? Number.NaN);
    const headers = { 'If-None-Match': `"${booking.version}"` };
    const ticket = await get(`/bookings/${booking.id}/ticket.pdf`, token, { headers });
    expect(ticket.status).toBe(409);
    expect(JSON.parse(Buffer.from(ticket.bytes).toString())).toMatchObject({ code: 'booking_cancelled' });
  });

  test('when more are asked for than can wait, some are told to come back, and sales go on', async () => {
    const { url } = world();
    const bookings = await Promise.all(Array.from({ length: 80 }, () => book(paid)));
    const asked = bookings.map(({ booking, token }) => get(`/bookings/${booking.id}/ticket.pdf`, token));
    expect((await book(paid)).booking.status).toBe('confirmed');
    const answers = await Promise.all(asked);
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status === 200).length).toBe(answers.length - refused.length);
    const [first] = refused;
    expect(first?.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    const problem = JSON.parse(Buffer.from(first?.bytes ?? []).toString());
    expect(problem).toMatchObject({ code: 'service_unavailable', effect: 'none' });
    const one = answers.findIndex(({ status }) => status === 503);
    const { booking, token } = bookings[one] ?? (await book(paid));
    expect((await call(url, `HEAD /bookings/${booking.id}/ticket.pdf`, { token })).status).toBe(200);
  }, 60_000);
});
