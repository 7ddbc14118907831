import { reminderKinds } from '@jetbridge/contracts/reminders/routes.ts';
import type { TestUser } from '@jetbridge/testing/access-tokens.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { internalToken, testInternalSecret } from '@jetbridge/testing/service.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSwitchable, switchableKinds } from '../src/domain/switchable-kinds.ts';
import { createUnsubscribeTokens } from '../src/mail/unsubscribe-tokens.ts';
import { buildBookingEvent, nextVersion } from './booking-events.ts';
import { hourMs } from './sample-bookings.ts';
import { soon, startWorld, type World } from './world.ts';

const path = '/users/me/notification-preferences';
const tokens = createUnsubscribeTokens(testInternalSecret);
const alwaysSent = reminderKinds.filter((kind) => !isSwitchable(kind));

describeOnEachDatabase('which mails people want', (database) => {
  let world: World;
  let made = 0;
  beforeAll(async () => {
    world = await startWorld(database.settings());
  });
  afterAll(() => world.stop());

  const newUser = () => world.tokens.user({ userId: `usr_${++made}` });
  const ask = (request: Parameters<World['call']>[0], user?: TestUser, options: Parameters<World['call']>[1] = {}) =>
    world.call(request, { ...(user ? { token: user.token } : {}), ...options });
  const choose = (user: TestUser, kinds: Record<string, boolean>) => ask(`PUT ${path}`, user, { body: { kinds } });
  const unsubscribe = (token: string, body?: string, type = 'application/x-www-form-urlencoded') =>
    world.call(`POST /unsubscribe/${token}`, body === undefined ? {} : { body, headers: { 'Content-Type': type } });

  /** A booking in three days whose mails are planned. */
  async function book(userId: string, email?: string) {
    const times = { madeAtMs: await world.nowMs(), departsAtMs: (await world.nowMs()) + 72 * hourMs };
    const booking = buildBookingEvent(times, { userId, ...(email ? { contact: { email } } : {}) });
    world.bookings.publish('booking.created', booking);
    await soon(async () => expect(await world.reminders(booking.id)).toHaveLength(3));
    return { ...booking, departsAtMs: Date.parse(booking.segments[0]?.departureTime ?? '') };
  }
  const standingsOf = async (bookingId: string) =>
    Object.fromEntries(
      (await world.reminders(bookingId)).map(({ kind, status, reason }) => [
        kind,
        reason ? `${status}: ${reason}` : status,
      ]),
    );

  describe('preferences of an account', () => {
    test('are all on at first, and tagged', async () => {
      const { status, body, headers } = await ask(`GET ${path}`, newUser());
      expect([status, headers.get('etag')]).toEqual([200, '"1"']);
      expect(body).toEqual({ kinds: Object.fromEntries(reminderKinds.map((kind) => [kind, true])) });
    });

    test('are replaced as a whole: what is left out is on', async () => {
      const user = newUser();
      expect((await choose(user, { departure_24h: false })).body.kinds).toMatchObject({
        departure_24h: false,
        departure_2h: true,
      });
      const { body } = await choose(user, { departure_2h: false });
      expect(body.kinds).toMatchObject({ departure_24h: true, departure_2h: false });
      const read = await ask(`GET ${path}`, user);
      expect([read.body, read.headers.get('etag')]).toEqual([body, '"3"']);
      // What was read can be sent back as it is.
      expect(await ask(`PUT ${path}`, user, { body: read.body })).toMatchObject({ status: 200, body });
      expect((await ask(`GET ${path}`, user)).headers.get('etag')).toBe('"3"');
    });

    test('are changed by If-Match only in the version it names', async () => {
      const user = newUser();
      const body = { kinds: { departure_2h: false } };
      expect((await ask(`PUT ${path}`, user, { body, headers: { 'If-Match': '"1"' } })).status).toBe(200);
      const stale = await ask(`PUT ${path}`, user, { body: { kinds: {} }, headers: { 'If-Match': '"1"' } });
      expect([stale.status, stale.body.code]).toEqual([412, 'stale']);
      expect((await ask(`GET ${path}`, user)).body.kinds.departure_2h).toBe(false);
      expect((await ask(`GET ${path}`, user, { headers: { 'If-None-Match': '"2"' } })).status).toBe(304);
      const broken = await ask(`PUT ${path}`, user, { body, headers: { 'If-Match': 'soon' } });
      expect([broken.status, broken.body.code]).toEqual([400, 'bad_header']);
    });

    test('keep on what is always sent, and name each kind that can not be switched off', async () => {
      const user = newUser();
      const off = Object.fromEntries(reminderKinds.map((kind) => [kind, false]));
      const { status, body } = await choose(user, off);
      expect([status, body.code]).toEqual([422, 'invalid_request']);
      expect(body.errors.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code])).toEqual(
        alwaysSent.map((kind) => [`/kinds/${kind}`, 'always_sent']),
      );
      expect((await ask(`GET ${path}`, user)).body.kinds.departure_2h).toBe(true);
      const allowed = Object.fromEntries(switchableKinds.map((kind) => [kind, false]));
      expect((await choose(user, allowed)).status).toBe(200);
    });

    test.each([
      [{}, '/kinds'],
      [{ kinds: { nonsense: false } }, '/kinds/nonsense'],
      [{ kinds: { departure_2h: 'no' } }, '/kinds/departure_2h'],
      [{ kinds: [], userId: 'usr_2' }, '/kinds'],
    ])('refuse %j with 422', async (body, pointer) => {
      const answer = await ask(`PUT ${path}`, newUser(), { body });
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer]);
    });

    test('are for whoever is signed in', async () => {
      expect((await ask(`GET ${path}`)).status).toBe(401);
      expect((await ask(`PUT ${path}`, undefined, { body: 'nonsense' })).status).toBe(401);
      expect((await ask(`GET ${path}?user=usr_2`, newUser())).status).toBe(422);
    });
  });

  test('what is switched off is skipped at once, and not sent; what is switched on again goes out', async () => {
    const [user, other] = [newUser(), newUser()];
    const [booking, foreign] = [await book(user.userId), await book(other.userId)];
    await choose(user, { departure_24h: false });
    await soon(async () =>
      expect(await standingsOf(booking.id)).toEqual({
        booking_confirmed: 'sent',
        departure_24h: 'skipped: switched_off',
        departure_2h: 'scheduled',
      }),
    );
    expect(await standingsOf(foreign.id)).toMatchObject({ departure_24h: 'scheduled' });
    await world.moveTo(booking.departsAtMs - 24 * hourMs);
    await soon(async () => expect(await standingsOf(foreign.id)).toMatchObject({ departure_24h: 'sent' }));
    expect(await world.subjects(booking.contact.email)).toHaveLength(1);
    // Still within its window: it is caught up on.
    await choose(user, {});
    await soon(async () =>
      expect(await standingsOf(booking.id)).toMatchObject({ departure_24h: expect.stringMatching(/^sent/) }),
    );
    expect(await world.subjects(booking.contact.email)).toHaveLength(2);
  });

  test('bookings that come or move later keep to it', async () => {
    const user = newUser();
    await choose(user, { departure_24h: false });
    const booking = await book(user.userId);
    expect(await standingsOf(booking.id)).toMatchObject({ departure_24h: 'skipped: switched_off' });
    const later = new Date(booking.departsAtMs + 5 * hourMs).toISOString().replace('.000Z', 'Z');
    const moved = nextVersion(booking, { segments: booking.segments.map((one) => ({ ...one, departureTime: later })) });
    world.bookings.publish('booking.changed', moved);
    await soon(async () => {
      const departures = (await world.reminders(booking.id)).filter(({ kind }) => kind.startsWith('departure'));
      const rows = departures.map(({ kind, status, reason }) => `${kind} ${status} ${reason}`);
      expect(rows.toSorted()).toEqual([
        'departure_24h cancelled flight_moved',
        'departure_24h skipped switched_off',
        'departure_2h cancelled flight_moved',
        'departure_2h scheduled moved_with_flight',
      ]);
    });
  });

  test('a mail that was on its way when its kind was switched off is decided on when it is sent', async () => {
    const user = newUser();
    const booking = await book(user.userId);
    // As it would be had the choice come between the plan and the sender's look.
    await soon(async () => expect(await standingsOf(booking.id)).toMatchObject({ booking_confirmed: 'sent' }));
    await choose(user, { departure_24h: false });
    await world.execute(
      "UPDATE reminders SET status = 'scheduled', reason = NULL WHERE booking_id = ? AND kind = 'departure_24h'",
      [booking.id],
    );
    await world.moveTo(booking.departsAtMs - 24 * hourMs);
    await soon(async () =>
      expect(await standingsOf(booking.id)).toMatchObject({ departure_24h: 'skipped: switched_off' }),
    );
    expect(await world.subjects(booking.contact.email)).toHaveLength(1);
  });

  describe('the link of a mail', () => {
    test.each([
      ['the form of mail programs', 'List-Unsubscribe=One-Click', 'application/x-www-form-urlencoded'],
      [
        'a form in parts',
        '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
        'multipart/form-data; boundary=x',
      ],
      ['nothing', undefined, undefined],
      ['an empty object', '{}', 'application/json'],
    ])('switches the kind off for an account at its own address, by %s', async (_, body, type) => {
      const user = newUser();
      const email = `${user.userId}.${database.kind}@example.com`;
      world.auth.setAccount(user.userId, { email, name: 'Ada', emailVerified: true });
      const booking = await book(user.userId, email);
      const token = tokens.issue({ userId: user.userId, email, kind: 'departure_24h' });
      expect((await unsubscribe(token, body, type)).status).toBe(204);
      expect((await unsubscribe(token, body, type)).status).toBe(204);
      const { body: read, headers } = await ask(`GET ${path}`, user);
      expect([read.kinds.departure_24h, read.kinds.departure_2h, headers.get('etag')]).toEqual([false, true, '"2"']);
      expect(await standingsOf(booking.id)).toMatchObject({
        departure_24h: 'skipped: switched_off',
        departure_2h: 'scheduled',
      });
    });

    test.each([
      ['no account', {}],
      ['an account that has another address', { account: 'other@example.com', emailVerified: true }],
      ['an account that has not confirmed the address', { emailVerified: false }],
      ['an account of which nobody can be asked', { silent: true }],
    ])(
      'with %s speaks for the address, whoever books for it',
      async (_, {
        account,
        emailVerified,
        silent,
      }: {
        account?: string;
        emailVerified?: boolean;
        silent?: boolean;
      }) => {
        const user = newUser();
        const guest = `guest.${user.userId}.${database.kind}@example.com`;
        const isKnown = emailVerified !== undefined;
        if (isKnown) world.auth.setAccount(user.userId, { email: account ?? guest, name: 'Ada', emailVerified });
        const [booking, another] = [await book(user.userId, guest), await book(newUser().userId, guest)];
        const own = await book(user.userId);
        const token = tokens.issue({
          ...(isKnown || silent ? { userId: user.userId } : {}),
          email: guest,
          kind: 'departure_2h',
        });
        expect((await unsubscribe(token)).status).toBe(204);
        for (const { id } of [booking, another]) {
          expect(await standingsOf(id)).toMatchObject({ departure_2h: 'skipped: switched_off' });
        }
        expect(await standingsOf(own.id)).toMatchObject({ departure_2h: 'scheduled' });
        expect((await ask(`GET ${path}`, user)).body.kinds.departure_2h).toBe(true);
      },
    );

    test('of a mail that is always sent switches off all that can be', async () => {
      const booking = await book(newUser().userId);
      await unsubscribe(tokens.issue({ email: booking.contact.email, kind: 'booking_confirmed' }));
      await soon(async () =>
        expect(await standingsOf(booking.id)).toEqual({
          booking_confirmed: 'sent',
          departure_24h: 'skipped: switched_off',
          departure_2h: 'skipped: switched_off',
        }),
      );
    });

    test('is undone by the account once it has confirmed that address', async () => {
      const user = newUser();
      const booking = await book(user.userId);
      const { email } = booking.contact;
      await unsubscribe(tokens.issue({ userId: user.userId, email, kind: 'departure_2h' }));
      await choose(user, {});
      expect(await standingsOf(booking.id)).toMatchObject({ departure_2h: 'skipped: switched_off' });
      world.auth.setAccount(user.userId, { email, name: 'Ada', emailVerified: true });
      await choose(user, {});
      expect(await standingsOf(booking.id)).toMatchObject({ departure_2h: 'scheduled' });
    });

    test('that is forged, cut or of another purpose is unknown', async () => {
      const token = tokens.issue({ email: 'ada@example.com', kind: 'departure_2h' });
      const others = createUnsubscribeTokens('another secret, as long as the first one');
      for (const wrong of [
        'nothing',
        token.slice(0, -1),
        others.issue({ email: 'ada@example.com', kind: 'welcome' }),
      ]) {
        const { status, body } = await unsubscribe(wrong);
        expect([status, body.code]).toEqual([404, 'unsubscribe_token_invalid']);
      }
    });

    test('that is only opened changes nothing', async () => {
      const booking = await book(newUser().userId);
      const token = tokens.issue({ email: booking.contact.email, kind: 'departure_2h' });
      const { status, headers } = await ask(`GET /unsubscribe/${token}`);
      expect([status, headers.get('allow')]).toEqual([405, 'POST']);
      expect(await standingsOf(booking.id)).toMatchObject({ departure_2h: 'scheduled' });
    });

    test.each([
      ['List-Unsubscribe=Later', 'application/x-www-form-urlencoded', 422],
      ['List-Unsubscribe=One-Click&kind=all', 'application/x-www-form-urlencoded', 422],
      ['no form at all', 'multipart/form-data; boundary=x', 422],
      ['{"kind":"all"}', 'application/json', 415],
      ['<a/>', 'application/xml', 415],
      [`List-Unsubscribe=${'x'.repeat(5_000)}`, 'application/x-www-form-urlencoded', 413],
    ])('with %.24s as %s is answered %i, and changes nothing', async (body, type, expected) => {
      const booking = await book(newUser().userId);
      const token = tokens.issue({ email: booking.contact.email, kind: 'departure_2h' });
      expect((await unsubscribe(token, body, type)).status).toBe(expected);
      expect(await standingsOf(booking.id)).toMatchObject({ departure_2h: 'scheduled' });
    });
  });

  test('are part of what is told to a user who asks for everything, and go with the account', async () => {
    const user = newUser();
    await choose(user, { departure_2h: false });
    const token = internalToken('auth-service', 'reminder-service');
    const exported = () => world.call(`GET /internal/users/${user.userId}/data`, { token });
    expect((await exported()).body.preferences.kinds).toMatchObject({ departure_2h: false, departure_24h: true });
    world.auth.publish('user.deleted', { id: user.userId, version: 2 });
    await soon(async () => expect((await exported()).body.preferences.kinds).toMatchObject({ departure_2h: true }));
    expect(await world.query('SELECT * FROM notification_preferences WHERE user_id = ?', [user.userId])).toEqual([]);
  });
});
