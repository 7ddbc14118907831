import { reminder as reminderSchema, sandboxMail } from '@jetbridge/contracts/reminders/routes.ts';
import { startService } from '@jetbridge/service-kit/lifecycle/service.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import type { TestUser } from '@jetbridge/testing/access-tokens.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { internalToken, testInternalSecret } from '@jetbridge/testing/service.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { createReminderService } from '../src/service.ts';
import { buildBookingEvent } from './booking-events.ts';
import { hourMs } from './sample-bookings.ts';
import { soon, startWorker, startWorld, type World } from './world.ts';

describeOnEachDatabase('the doors of reminder-service', (database) => {
  let world: World;
  let owner: TestUser;
  let stranger: TestUser;
  let support: TestUser;
  let admin: TestUser;
  const bookings = Array.from({ length: 4 }, () =>
    buildBookingEvent({ madeAtMs: Date.now(), departsAtMs: Date.now() + 72 * hourMs }, { userId: 'usr_owner' }),
  );
  const [booking = bookings[0]] = bookings;

  beforeAll(async () => {
    world = await startWorld(database.settings());
    owner = world.tokens.user({ userId: 'usr_owner' });
    stranger = world.tokens.user();
    support = world.tokens.support();
    admin = world.tokens.admin();
    for (const one of bookings) world.bookings.publish('booking.created', one);
    await soon(async () => {
      for (const one of bookings) expect(await world.subjects(one.contact.email)).toHaveLength(1);
    });
  });
  afterAll(() => world.stop());

  const ask = (request: Parameters<World['call']>[0], user?: TestUser, body?: unknown) =>
    world.call(request, { ...(user ? { token: user.token } : {}), ...(body === undefined ? {} : { body }) });

  /** All pages of a list, one after the other. */
  async function allPages(path: string, user?: TestUser): Promise<{ id: string; dueAt: string; sentAt: string }[]> {
    const found = [];
    let cursor: string | null = null;
    do {
      const { status, body } = await ask(`GET ${path}${cursor ? `&cursor=${cursor}` : ''}`, user);
      expect(status).toBe(200);
      found.push(...body.data);
      cursor = body.nextCursor;
    } while (cursor !== null && found.length < 1_000);
    return found;
  }

  describe('GET /reminders', () => {
    test('shows the owner those of a booking, in the form of the contract', async () => {
      const { status, body } = await ask(`GET /reminders?bookingId=${booking?.id}`, owner);
      expect(status).toBe(200);
      expect(body.data).toHaveLength(3);
      for (const one of body.data) expect(reminderSchema.strict().parse(one)).toEqual(one);
    });

    test('is empty for the owner of a booking that was not told of yet, and unknown to a stranger', async () => {
      const bookingId = 'bkg_made_a_moment_ago';
      world.bookings.answer(bookingId, {
        id: bookingId,
        userId: owner.userId,
        status: 'confirmed',
        version: 1,
        segments: [],
      });
      const own = await ask(`GET /reminders?bookingId=${bookingId}`, owner);
      expect([own.status, own.body]).toEqual([200, { data: [], nextCursor: null }]);
      expect((await ask(`GET /reminders?bookingId=${bookingId}`, stranger)).body).toMatchObject({
        status: 404,
        code: 'booking_not_found',
      });
    });

    test('tells a stranger the same as of a booking that does not exist', async () => {
      const foreign = await ask(`GET /reminders?bookingId=${booking?.id}`, stranger);
      const unknown = await ask('GET /reminders?bookingId=nothing', stranger);
      for (const { status, body } of [foreign, unknown])
        expect([status, body.code]).toEqual([404, 'booking_not_found']);
      expect(foreign.body.detail).toBe(unknown.body.detail);
      expect((await ask('GET /reminders?bookingId=nothing', support)).status).toBe(404);
      expect((await ask(`GET /reminders?bookingId=${booking?.id}`, support)).status).toBe(200);
    });

    test.each(['', '?status=sent', '?to=ada@example.com', '?limit=none', '?nonsense=1'])(
      'without a booking (%s) is for staff: 401 before 403 before 422',
      async (query) => {
        expect((await ask(`GET /reminders${query}`)).status).toBe(401);
        const refused = await ask(`GET /reminders${query}`, owner);
        expect([refused.status, refused.body.code]).toEqual([403, 'permission_missing']);
      },
    );

    test.each([
      ['limit', 'limit=0'],
      ['limit', 'limit=201'],
      ['limit', 'limit=ten'],
      ['status', 'status=lost'],
      ['to', `to=${'a'.repeat(255)}`],
      ['bookingId', 'bookingId=a&bookingId=b'],
      ['nonsense', 'nonsense=1'],
    ])('refuses %s in %s with 422 and names it', async (parameter, query) => {
      const { status, body } = await ask(`GET /reminders?${query}`, support);
      expect([status, body.code, body.errors[0].parameter]).toEqual([422, 'invalid_request', parameter]);
    });

    test('filters by status and address, whatever its letters', async () => {
      const sent = await ask('GET /reminders?status=sent', support);
      expect(sent.body.data).toHaveLength(4);
      const to = booking?.contact.email.toUpperCase() ?? '';
      const theirs = await ask(`GET /reminders?to=${encodeURIComponent(to)}`, support);
      expect(theirs.body.data.map(({ bookingId }: { bookingId: string }) => bookingId)).toEqual(
        Array(3).fill(booking?.id),
      );
      expect((await ask(`GET /reminders?to=${to}&status=failed`, support)).body).toEqual({
        data: [],
        nextCursor: null,
      });
      expect((await ask(`GET /reminders?bookingId=${booking?.id}&status=scheduled`, owner)).body.data).toHaveLength(2);
    });

    test('pages by due time, each once', async () => {
      const reminders = await allPages('/reminders?limit=5', support);
      expect(reminders).toHaveLength(12);
      expect(new Set(reminders.map(({ id }) => id)).size).toBe(12);
      expect(reminders.map(({ dueAt }) => dueAt)).toEqual(reminders.map(({ dueAt }) => dueAt).toSorted());
    });

    test('refuses a cursor that is broken, forged or of another question with 400', async () => {
      const { nextCursor } = (await ask('GET /reminders?limit=5', support)).body;
      const [fingerprint] = JSON.parse(Buffer.from(nextCursor, 'base64url').toString('utf8'));
      const forged = Buffer.from(JSON.stringify([fingerprint, 'soon', 5])).toString('base64url');
      for (const query of [`cursor=${nextCursor}&status=sent`, 'cursor=nonsense', 'cursor=', `cursor=${forged}`]) {
        const { status, body } = await ask(`GET /reminders?${query}`, support);
        expect([query, status, body.code]).toEqual([query, 400, 'invalid_cursor']);
      }
    });

    test('knows no other methods', async () => {
      const { status, headers } = await ask('POST /reminders', support, {});
      expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    });
  });

  describe('the sandbox clock', () => {
    test('is moved by administrators alone: 401, then 403, then 422', async () => {
      expect((await ask('POST /sandbox/clock', undefined, { advanceSeconds: 1 })).status).toBe(401);
      for (const user of [owner, support]) {
        for (const body of [{ advanceSeconds: 1 }, { nonsense: true }]) {
          const refused = await ask('POST /sandbox/clock', user, body);
          expect([refused.status, refused.body.code]).toEqual([403, 'permission_missing']);
        }
      }
    });

    test.each([
      [{}, '/advanceSeconds'],
      [{ advanceSeconds: -1 }, '/advanceSeconds'],
      [{ advanceSeconds: 1.5 }, '/advanceSeconds'],
      [{ advanceSeconds: '60' }, '/advanceSeconds'],
      [{ advanceSeconds: 315_360_001 }, '/advanceSeconds'],
      [{ advanceSeconds: 60, nonsense: 1 }, '/nonsense'],
      [[], ''],
      [null, ''],
    ])('refuses %j with 422', async (body, pointer) => {
      const { status, body: problem } = await ask('POST /sandbox/clock', admin, body);
      expect([status, problem.code, problem.errors[0].pointer]).toEqual([422, 'invalid_request', pointer]);
    });

    test('says the new time at once, and every process within seconds', async () => {
      const other = await startWorker(world.settings);
      const before = await world.nowMs();
      const { status, body } = await ask('POST /sandbox/clock', admin, { advanceSeconds: 3_600 });
      expect(status).toBe(200);
      expect(Date.parse(body.now) - before).toBeGreaterThanOrEqual(3_600_000);
      expect(Date.parse(body.now) - before).toBeLessThan(3_610_000);
      expect(await world.nowMs()).toBeGreaterThanOrEqual(Date.parse(body.now));
      const elsewhere = await call(other.url, 'GET /sandbox/clock');
      expect(Date.parse(elsewhere.body.now)).toBeGreaterThanOrEqual(Date.parse(body.now));
      const token = internalToken('booking-service', 'reminder-service');
      const { offsetMs } = (await call(other.url, 'GET /internal/clock', { token })).body;
      expect(Date.now() + offsetMs).toBeGreaterThanOrEqual(Date.parse(body.now));
      await other.stop();
    });

    test('keeps its offset when the service starts again', async () => {
      const before = await world.nowMs();
      await world.restart(async () => {});
      expect(await world.nowMs()).toBeGreaterThanOrEqual(before);
    });

    test('adds up moves that come at once', async () => {
      const before = await world.nowMs();
      await Promise.all(Array.from({ length: 5 }, () => ask('POST /sandbox/clock', admin, { advanceSeconds: 100 })));
      expect(await world.nowMs()).toBeGreaterThanOrEqual(before + 500_000);
    });

    test('does not run away: more than a century ahead is refused with 422', async () => {
      const fresh = await startWorld({ ...database.settings(), ...elsewhere(database.settings()) });
      const boss = fresh.tokens.admin();
      const leap = () =>
        fresh.call('POST /sandbox/clock', { token: boss.token, body: { advanceSeconds: 315_360_000 } });
      for (let decade = 0; decade < 10; decade++) expect((await leap()).status).toBe(200);
      const { status, body } = await leap();
      expect([status, body.errors[0]]).toEqual([
        422,
        { pointer: '/advanceSeconds', code: 'clock_too_far', detail: expect.stringContaining('century') },
      ]);
      expect((await fresh.call('GET /sandbox/clock')).body.now).toMatch(/^21\d\d-/);
      await fresh.stop();
    });

    test('is for other services by their token only', async () => {
      expect((await ask('GET /internal/clock')).status).toBe(401);
      expect((await ask('GET /internal/clock', admin)).status).toBe(401);
      const token = internalToken('booking-service', 'auth-service');
      expect((await world.call('GET /internal/clock', { token })).status).toBe(401);
    });
  });

  describe('the mailbox', () => {
    test('shows mails in the form of the contract, newest first, by pages', async () => {
      const mails = await allPages('/sandbox/mails?limit=3');
      expect(mails.length).toBeGreaterThanOrEqual(4);
      for (const mail of mails) expect(sandboxMail.strict().parse(mail)).toEqual(mail);
      expect(new Set(mails.map(({ id }) => id)).size).toBe(mails.length);
      expect(mails.map(({ sentAt }) => sentAt)).toEqual(
        mails
          .map(({ sentAt }) => sentAt)
          .toSorted()
          .reverse(),
      );
    });

    test('refuses what is not of the contract, and knows no mail that is not there', async () => {
      expect((await ask('GET /sandbox/mails?from=ada@example.com')).status).toBe(422);
      expect((await ask('GET /sandbox/mails?limit=1000')).status).toBe(422);
      expect((await ask('GET /sandbox/mails?cursor=nonsense')).status).toBe(400);
      for (const id of ['nothing', '..%2F..%2Fairline_reminder']) {
        const { status, body } = await ask(`GET /sandbox/mails/${id}`);
        expect([id, status, body.code]).toEqual([id, 404, 'mail_not_found']);
      }
    });
  });

  test('in production sandbox and mailbox do not exist', async () => {
    const config = loadConfig({
      ...world.settings,
      INTERNAL_SECRET: testInternalSecret,
      SMTP_URL: 'smtp://127.0.0.1:1',
    });
    const production = {
      ...config,
      profile: { ...config.profile, production: true },
      listen: { host: '127.0.0.1', port: 0 },
    };
    const service = await startService(
      production,
      createReminderService,
      createLogger({ service: 'test', level: 'silent' }),
    );
    const token = internalToken('booking-service', 'reminder-service');
    for (const request of [
      'GET /sandbox/clock',
      'POST /sandbox/clock',
      'GET /sandbox/mails',
      'GET /sandbox/mails/x',
    ] as const) {
      const { status, body } = await call(service.url, request, { token: admin.token });
      expect([request, status, body.code]).toEqual([request, 404, 'not_found']);
    }
    expect((await call(service.url, 'GET /internal/clock', { token })).status).toBe(404);
    expect((await call(service.url, 'GET /reminders', { token: admin.token })).status).toBe(200);
    await service.stop();
  });
});

/** Settings that put a second service on an empty database beside the one of a suite. */
function elsewhere(settings: Record<string, string>): Record<string, string> {
  const { REMINDER_DATABASE_URL: url, DATA_DIR } = settings;
  return url ? { REMINDER_DATABASE_URL: `${url.slice(0, -4)}_far` } : { DATA_DIR: `${DATA_DIR}/far` };
}
