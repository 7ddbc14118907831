import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildBookingEvent, nextVersion } from './booking-events.ts';
import { hourMs } from './sample-bookings.ts';
import { soon, startWorld, type World } from './world.ts';

const dayMs = 24 * hourMs;

describeOnEachDatabase('events', (database) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(database.settings());
  });
  afterAll(() => world.stop());

  const inThreeDays = () => buildBookingEvent({ madeAtMs: Date.now(), departsAtMs: Date.now() + 3 * dayMs });
  /** Another booking, published after what is looked at: when it is known, all before it was dealt with. */
  async function dealtWith() {
    const witness = inThreeDays();
    world.bookings.publish('booking.created', witness);
    await soon(async () => expect(await world.reminders(witness.id)).toHaveLength(3));
  }

  test('that come twice or again under another id have one effect', async () => {
    const booking = inThreeDays();
    const id = world.bookings.publish('booking.created', booking);
    for (const type of ['booking.confirmed', 'booking.confirmed', 'booking.created'])
      world.bookings.publish(type, booking);
    world.bookings.publish('booking.created', booking, id);
    await dealtWith();
    expect(await world.reminders(booking.id)).toHaveLength(3);
    await soon(async () => expect(await world.subjects(booking.contact.email)).toHaveLength(1));
  });

  test('that come in the wrong order: a cancelled booking stays cancelled', async () => {
    const booking = inThreeDays();
    world.bookings.publish('booking.cancelled', nextVersion(booking, { status: 'cancelled' }));
    world.bookings.publish('booking.confirmed', booking);
    world.bookings.publish('booking.created', booking);
    await dealtWith();
    expect(await world.reminders(booking.id)).toMatchObject([{ kind: 'booking_cancelled' }]);
    await soon(async () =>
      expect(await world.subjects(booking.contact.email)).toEqual([expect.stringMatching(/is cancelled/)]),
    );
  });

  test('that are older than what is known change nothing, also long after', async () => {
    const booking = inThreeDays();
    const newer = nextVersion(nextVersion(booking, {}), { contact: { email: `new.${booking.contact.email}` } });
    world.bookings.publish('booking.changed', newer);
    await dealtWith();
    world.bookings.publish('booking.changed', nextVersion(booking, { status: 'cancelled' }));
    world.bookings.publish('booking.created', booking);
    await dealtWith();
    const reminders = await world.reminders(booking.id);
    expect(reminders.map(({ to }) => to)).toEqual(Array(3).fill(newer.contact.email));
    expect(reminders.map(({ status }) => status)).not.toContain('cancelled');
  });

  test('with fields that a later release may add are understood as far as they are known', async () => {
    const booking = inThreeDays();
    const [segment] = booking.segments;
    const later = { ...booking, loyalty: { points: 12 }, segments: [{ ...segment, carbonKg: 410 }] };
    world.bookings.publish('booking.confirmed', later);
    await soon(async () => expect(await world.subjects(booking.contact.email)).toHaveLength(1));
    expect(await world.reminders(booking.id)).toHaveLength(3);
  });

  test('of a type that nobody here works on are passed over', async () => {
    const booking = inThreeDays();
    world.bookings.publish('booking.audited', booking);
    await dealtWith();
    expect(await world.query('SELECT id FROM bookings WHERE id = ?', [booking.id])).toEqual([]);
    expect(await world.query('SELECT id FROM dead_letters WHERE type = ?', ['booking.audited'])).toEqual([]);
  });

  test('of a booking that is not held plan nothing until it is confirmed', async () => {
    const held = { ...inThreeDays(), status: 'pending' as const };
    world.bookings.publish('booking.created', held);
    await dealtWith();
    expect(await world.reminders(held.id)).toEqual([]);
    world.bookings.publish('booking.confirmed', nextVersion(held, { status: 'confirmed' }));
    await soon(async () => expect(await world.reminders(held.id)).toHaveLength(3));
  });

  test.each([
    ['has no data', () => null],
    ['has data of another form', () => ({ ...inThreeDays(), segments: 'none' })],
    ['names a day that does not exist', () => ({ ...inThreeDays(), updatedAt: '2026-02-30T00:00:00Z' })],
    ['has an id longer than any of ours', () => ({ ...inThreeDays(), id: 'b'.repeat(41) })],
    ['has NUL in its address', () => ({ ...inThreeDays(), contact: { email: 'ada@example.com\0' } })],
    [
      'has an address longer than any',
      () => ({ ...inThreeDays(), contact: { email: `${'a'.repeat(255)}@example.com` } }),
    ],
  ])('an event that %s goes to the dead letters, and those behind it are heard', async (_, data) => {
    const eventId = world.bookings.publish('booking.confirmed', data());
    await dealtWith();
    const letters = await world.query<{ type: string; error: string }>(
      'SELECT type, error FROM dead_letters WHERE event_id = ?',
      [eventId],
    );
    expect(letters).toEqual([{ type: 'booking.confirmed', error: expect.stringMatching(/^MalformedEvent: /) }]);
  });

  test('a booking without flights asks for no mail', async () => {
    const empty = { ...inThreeDays(), segments: [] };
    world.bookings.publish('booking.confirmed', empty);
    await dealtWith();
    expect(await world.reminders(empty.id)).toEqual([]);
  });

  test('an address no mail can go to fails visibly, untried', async () => {
    const booking = { ...inThreeDays(), contact: { email: 'ada@example.com, eve@example.com' } };
    world.bookings.publish('booking.confirmed', booking);
    await soon(async () =>
      expect(await world.reminder(booking.id, 'booking_confirmed')).toMatchObject({
        status: 'failed',
        reason: 'address_invalid',
        lastError: expect.stringContaining('not a plain e-mail address'),
      }),
    );
  });
});
