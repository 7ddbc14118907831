import { type DeadLetter, deadLetter } from '@jetbridge/contracts/reminders/dead-letter-routes.ts';
import type { TestUser } from '@jetbridge/testing/access-tokens.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildBookingEvent } from './booking-events.ts';
import { hourMs } from './sample-bookings.ts';
import { soon, startWorld, type World } from './world.ts';

describeOnEachDatabase('dead letters over HTTP', (database) => {
  let world: World;
  let admin: TestUser;
  let support: TestUser;
  beforeAll(async () => {
    world = await startWorld(database.settings());
    admin = world.tokens.admin();
    support = world.tokens.support();
  });
  afterAll(() => world.stop());

  const ask = (request: Parameters<World['call']>[0], user: TestUser = admin) =>
    world.call(request, { token: user.token });
  const build = () => buildBookingEvent({ madeAtMs: Date.now(), departsAtMs: Date.now() + 72 * hourMs });
  async function letters(user = support): Promise<DeadLetter[]> {
    const { status, body } = await ask('GET /dead-letters', user);
    expect(status).toBe(200);
    return body.data;
  }
  /** Waits for the letter of an event. */
  const letterOf = (eventId: string) =>
    soon(async () => {
      const letter = (await letters()).find((one) => one.eventId === eventId);
      if (!letter) throw new Error(`There is no letter of ${eventId} yet.`);
      return letter;
    });
  const deedsOn = async (id: string) =>
    (await world.query<{ envelope: string }>("SELECT envelope FROM outbox WHERE type = 'audit.recorded'"))
      .map(({ envelope }) => JSON.parse(envelope).data)
      .filter(({ target }) => target === id)
      .map(({ actor, action }) => [actor, action]);

  test('an event whose handler throws is tried again, set aside, and replayed once its cause is repaired', async () => {
    const booking = build();
    await world.execute('ALTER TABLE bookings RENAME TO bookings_away');
    const eventId = world.bookings.publish('booking.created', booking);
    const letter = await letterOf(eventId);
    expect(deadLetter.strict().parse(letter)).toEqual(letter);
    expect(letter).toMatchObject({ type: 'booking.created', replayRequestedAt: null });
    expect(letter.event).toMatchObject({ id: eventId, data: { id: booking.id } });

    // Its cause is still there: it stays.
    expect((await ask(`POST /dead-letters/${letter.id}/replay`)).status).toBe(202);
    await soon(async () => expect((await letterOf(eventId)).replayRequestedAt).toBeNull());

    await world.execute('ALTER TABLE bookings_away RENAME TO bookings');
    const { status, body } = await ask(`POST /dead-letters/${letter.id}/replay`);
    expect([status, body.id, body.replayRequestedAt]).toEqual([202, letter.id, expect.stringMatching(/Z$/)]);
    await soon(async () => expect(await world.subjects(booking.contact.email)).toHaveLength(1));
    expect((await letters()).map((one) => one.eventId)).not.toContain(eventId);
    expect(await deedsOn(letter.id)).toEqual(Array(2).fill([admin.userId, 'dead_letter.replayed']));
  });

  test('what nobody can read is shown without its secrets, and given up', async () => {
    const data = { id: 'bkg_1', password: 'hunter2', note: 'Bearer abc.def', accessToken: 'eyJhbGciOi.eyJzdWIi.x' };
    const letter = await letterOf(world.bookings.publish('booking.confirmed', data));
    expect(letter.error).toMatch(/^MalformedEvent: /);
    expect(letter.event?.data).toEqual({
      id: 'bkg_1',
      password: '[secret]',
      note: 'Bearer [secret]',
      accessToken: '[secret]',
    });
    expect((await ask(`DELETE /dead-letters/${letter.id}`)).status).toBe(204);
    const again = await ask(`DELETE /dead-letters/${letter.id}`);
    expect([again.status, again.body.code]).toEqual([404, 'dead_letter_not_found']);
    expect(await deedsOn(letter.id)).toEqual([[admin.userId, 'dead_letter.dropped']]);
  });

  test('come in pages, the newest first, each once', async () => {
    const ids = Array.from({ length: 5 }, (_, index) => world.bookings.publish('booking.expired', { index }));
    for (const id of ids) await letterOf(id);
    // Some at the same moment, so that the id decides.
    await world.execute('UPDATE dead_letters SET dead_at_ms = 1000000000000 WHERE event_id IN (?)', [ids.slice(0, 3)]);
    const found: DeadLetter[] = [];
    let cursor: string | null = null;
    do {
      const { status, body } = await ask(`GET /dead-letters?limit=2${cursor ? `&cursor=${cursor}` : ''}`, support);
      expect(status).toBe(200);
      found.push(...body.data);
      cursor = body.nextCursor;
    } while (cursor !== null && found.length < 100);
    const mine = found.filter(({ eventId }) => ids.includes(eventId));
    expect(mine.map(({ eventId }) => eventId).toSorted()).toEqual(ids.toSorted());
    expect(found.map(({ diedAt }) => diedAt)).toEqual(
      found
        .map(({ diedAt }) => diedAt)
        .toSorted()
        .reverse(),
    );
    expect((await ask('GET /dead-letters?cursor=nonsense')).status).toBe(400);
    expect((await ask('GET /dead-letters?service=auth-service')).status).toBe(422);
  });

  test('are read by staff, and dealt with by those who may write: 401, 403, 404', async () => {
    const customer = world.tokens.user();
    for (const request of [
      'GET /dead-letters',
      'POST /dead-letters/dead_nothing/replay',
      'DELETE /dead-letters/dead_nothing',
    ] as const) {
      expect((await world.call(request)).status).toBe(401);
      expect((await ask(request, customer)).status).toBe(403);
      expect((await ask(request, support)).status).toBe(request.startsWith('GET') ? 200 : 403);
    }
    const replay = await ask('POST /dead-letters/dead_nothing/replay');
    expect([replay.status, replay.body.code]).toEqual([404, 'dead_letter_not_found']);
  });
});
