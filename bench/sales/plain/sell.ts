import type { NewBooking, placeBookingRoute } from '@jetbridge/contracts/bookings/routes.ts';
import type { Booking } from '@jetbridge/contracts/bookings/schemas.ts';
import type { Fare, Flight } from '@jetbridge/contracts/flights/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { appendEvents } from '@jetbridge/service-kit/events/outbox.ts';
import type { RouteReply } from '@jetbridge/service-kit/http/app.ts';
import { HttpProblem } from '@jetbridge/service-kit/http/problems.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Transaction } from 'sequelize';
import { type Draft, draftBooking, flightsOf } from './draft.ts';
import type { FlightStore } from './flight-store.ts';
import { type Claim, createIdempotencyKeys } from './idempotency.ts';
import { createInventory } from './inventory.ts';
import type { Models } from './models.ts';
import { inventoryChanged, placedEvents, presentConfirmed } from './present.ts';

const holdMs = 15 * 60_000;

type Asked = {
  readonly userId: string;
  readonly order: NewBooking;
  readonly key: string | undefined;
  readonly requestId: string;
};

/** Sells seats: a transaction that holds them, a charge, a transaction that confirms. */
export function createSeller(parts: { database: Database; models: Models; flights: FlightStore; clock: Clock }) {
  const { database, models, flights, clock } = parts;
  const keys = createIdempotencyKeys({ database, models });
  const inventory = createInventory(models);

  async function placeBooking(asked: Asked): Promise<RouteReply<typeof placeBookingRoute>> {
    const { userId, order, key, requestId } = asked;
    const nowMs = clock.nowMs();
    const draft = draftBooking(order, await flights.find(flightsOf(order).map(({ flightId }) => flightId)), {
      userId,
      nowMs,
    });
    const claim = key === undefined ? undefined : { userId, key, requestId, fingerprint: keys.fingerprintOf(order) };
    try {
      await database.write((tx) => hold(draft, claim, tx));
    } catch (error) {
      if (!claim || !keys.isTaken(error)) throw error;
      const answer: Booking = JSON.parse(await keys.replay(claim));
      return { body: answer, version: answer.version, headers: { 'Idempotent-Replayed': 'true' } };
    }
    if (!(await charge(draft))) {
      await database.write((tx) => release(draft, claim, tx));
      throw new HttpProblem({ status: 402, code: 'payment_declined', detail: 'The payment was declined.' });
    }
    const booking = await database.write((tx) => confirm(draft, claim, tx));
    return { body: booking, version: booking.version };
  }

  async function hold(draft: Draft, claim: Claim | undefined, tx: Transaction): Promise<void> {
    const { booking, segments, passengers, payment } = draft;
    const { seats, ...columns } = booking;
    const nowMs = booking.createdAtMs;
    if (claim) await keys.claim(claim, payment.id, tx);
    const locked = await inventory.lock(flightIdsOf(draft), tx);
    for (const { flight, fare } of segments) await locked.hold(flight.id, fare.cabin, seats);
    await models.Booking.create(
      { ...columns, status: 'pending', holdExpiresAtMs: nowMs + holdMs, version: 1, updatedAtMs: nowMs, announced: 0 },
      { transaction: tx },
    );
    await models.Segment.bulkCreate(
      segments.map(({ flight, fare }, position) => ({
        bookingId: booking.id,
        position,
        flightId: flight.id,
        cabin: fare.cabin,
        seats,
        departsAtMs: Date.parse(flight.departureTime),
        priceMinor: fare.price.amount,
        details: JSON.stringify(detailsOf(flight, fare)),
        flightVersion: flight.version,
      })),
      { transaction: tx },
    );
    await models.Passenger.bulkCreate(
      passengers.map(({ dateOfBirth, ...passenger }, position) => ({
        ...passenger,
        bookingId: booking.id,
        position,
        dateOfBirth: dateOfBirth ?? null,
      })),
      { transaction: tx },
    );
    await models.Payment.create(
      {
        ...payment,
        bookingId: booking.id,
        activeBookingId: booking.id,
        userId: booking.userId,
        provider: 'sandbox',
        status: 'processing',
        failureCode: null,
        providerReference: null,
        idempotencyKey: claim?.key ?? null,
        version: 1,
        updatedAtMs: nowMs,
        attemptDeadlineMs: null,
      },
      { transaction: tx },
    );
    await appendEvents(database, await conclude(locked), tx);
  }

  /** As the sandbox does it: the charge is on its books before it is answered. */
  async function charge({ payment }: Draft): Promise<boolean> {
    const { id, token, amountMinor, currency, createdAtMs } = payment;
    const succeeded = token === 'tok_visa';
    await models.Charge.create({
      id,
      token,
      amountMinor,
      currency,
      status: succeeded ? 'succeeded' : 'failed',
      failureCode: succeeded ? null : 'card_declined',
      asked: 1,
      createdAtMs,
    });
    return succeeded;
  }

  async function confirm(draft: Draft, claim: Claim | undefined, tx: Transaction): Promise<Booking> {
    const { booking, segments, passengers, payment } = draft;
    const nowMs = clock.nowMs();
    const locked = await inventory.lock(flightIdsOf(draft), tx);
    await assertStillHeld(booking.id, tx);
    const seated = passengers.filter(({ type }) => type !== 'infant').map(({ id }) => id);
    const given = new Map<string, Map<string, string>>();
    for (const { flight, fare, layout } of segments) {
      const seats = await locked.confirm(flight.id, fare.cabin, { layout, seats: booking.seats });
      given.set(flight.id, new Map(seats.map((seat, index) => [seated[index] ?? '', seat])));
    }
    await models.Seat.bulkCreate(
      [...given].flatMap(([flightId, seats]) =>
        [...seats].map(([passengerId, seat]) => ({ flightId, seat, bookingId: booking.id, passengerId })),
      ),
      { transaction: tx },
    );
    const change = { version: 2, updatedAtMs: nowMs };
    await models.Booking.update(
      { ...change, status: 'confirmed', holdExpiresAtMs: null, announced: 1 },
      { where: { id: booking.id }, transaction: tx },
    );
    await models.Payment.update(
      { ...change, status: 'succeeded', token: null, providerReference: payment.id },
      { where: { id: payment.id }, transaction: tx },
    );
    const presented = presentConfirmed(draft, given, nowMs);
    await appendEvents(database, [...placedEvents(draft, presented), ...(await conclude(locked))], tx);
    if (claim) await keys.answer(claim, presented, tx);
    return presented;
  }

  async function assertStillHeld(bookingId: string, tx: Transaction): Promise<void> {
    const row = await models.Booking.findByPk(bookingId, { transaction: tx, lock: tx.LOCK.UPDATE });
    if (row?.dataValues.status !== 'pending') throw new Error(`Booking ${bookingId} is no longer held.`);
  }

  async function release(draft: Draft, claim: Claim | undefined, tx: Transaction): Promise<void> {
    const { booking, segments, payment } = draft;
    const locked = await inventory.lock(flightIdsOf(draft), tx);
    for (const { flight, fare } of segments) await locked.release(flight.id, fare.cabin, booking.seats);
    const where = { bookingId: booking.id };
    await models.Passenger.destroy({ where, transaction: tx });
    await models.Segment.destroy({ where, transaction: tx });
    await models.Booking.destroy({ where: { id: booking.id }, transaction: tx });
    await models.Payment.update(
      { status: 'failed', activeBookingId: null, failureCode: 'card_declined' },
      { where: { id: payment.id }, transaction: tx },
    );
    if (claim) await keys.release(claim, tx);
    await appendEvents(database, await conclude(locked), tx);
  }

  return { placeBooking };
}

/** What of a flight is shown with a booking, as it was sold. */
function detailsOf(flight: Flight, { rules }: Fare) {
  const { flightNumber, origin, destination, departureTime, arrivalTime, departureLocal, arrivalLocal } = flight;
  return { flightNumber, origin, destination, departureTime, arrivalTime, departureLocal, arrivalLocal, rules };
}

const flightIdsOf = ({ segments }: Draft) => segments.map(({ flight }) => flight.id);

const conclude = async (locked: Awaited<ReturnType<ReturnType<typeof createInventory>['lock']>>) =>
  (await locked.conclude()).map(({ inventory, cabins }) => inventoryChanged(inventory, cabins));
