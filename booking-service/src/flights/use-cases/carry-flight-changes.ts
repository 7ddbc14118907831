import type { Flight } from '@jetbridge/contracts/flights/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { appendEvents } from '@jetbridge/service-kit/events/outbox.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Transaction } from 'sequelize';
import type { BookingHistory } from '../../bookings/db/booking-history.ts';
import type { Bookings } from '../../bookings/db/bookings.ts';
import { isToldOtherwise, type SegmentRecord, segmentAfter } from '../../bookings/domain/booking.ts';
import { type HistoryEntry, historyOf } from '../../bookings/domain/booking-history.ts';
import { bookingChanged } from '../../messaging/booking-events.ts';
import type { Answers } from '../../sales/desk/answers.ts';
import type { SalesDesk } from '../../sales/desk/sales-desk.ts';
import { cancelForAirline } from '../../sales/use-cases/cancel-booking.ts';
import type { FlightFollowUp, FlightFollowUps } from '../db/flight-follow-ups.ts';
import type { FlightCopies } from '../db/flights.ts';
import { type RefitSeatsParts, refitSeats } from './refit-seats.ts';

export type CarryFlightChangesParts = {
  readonly database: Database;
  readonly bookings: Bookings;
  readonly history: BookingHistory;
  readonly copies: FlightCopies;
  readonly followUps: FlightFollowUps;
  readonly desk: SalesDesk;
  readonly answers: Answers;
  readonly clock: Clock;
} & RefitSeatsParts;

/** Bookings of one turn and flight: few enough that sales of the flight wait for moments only. */
const bookingsPerBatch = 50;

/** Flights of one turn. One that fails is passed over until the next turn, so that it does not hold the others up. */
const flightsPerTurn = 20;

/**
 * Carries changes of flights into the next bookings that do not know them: other times and terminals are written into them,
 * a cancelled flight cancels them. What was done shows in the bookings, so that a run that breaks off is taken up by the
 * next one, here or in another process.
 * @returns how much was done; 0 when nothing is left.
 * @throws AggregateError after all flights had their turn, when some failed.
 */
export async function carryFlightChanges(parts: CarryFlightChangesParts): Promise<number> {
  const failures: unknown[] = [];
  const followUps = await parts.followUps.list(flightsPerTurn);
  for (const followUp of followUps) {
    try {
      await carryFlightChange(parts, followUp);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, 'Changes of some flights could not reach their bookings.');
  return followUps.length;
}

async function carryFlightChange(parts: CarryFlightChangesParts, followUp: FlightFollowUp): Promise<void> {
  const { bookings, copies, followUps } = parts;
  const flight = (await copies.find([followUp.flightId])).get(followUp.flightId)?.flight;
  if (!flight) throw new Error(`Flight ${followUp.flightId} is to be followed, but there is no copy of it.`);
  const ids = await bookings.findLiveBefore({ flightId: flight.id, version: flight.version, limit: bookingsPerBatch });
  if (flight.status === 'cancelled') {
    for (const id of ids) await cancelForAirline(parts, id);
  } else if (ids.length > 0) {
    await parts.database.write((tx) => moveBookings(parts, flight, ids, tx));
  }
  if (ids.length === bookingsPerBatch) return;
  await refitSeats(parts, flight.id);
  await followUps.strike(followUp);
}

/** Bookings are locked in the order of their ids, as everywhere. */
async function moveBookings(
  { database, bookings, history, clock }: CarryFlightChangesParts,
  flight: Flight,
  ids: readonly string[],
  tx: Transaction,
): Promise<void> {
  const entries: HistoryEntry[] = [];
  for (const id of ids) {
    const booking = await bookings.find(id, tx);
    const isLive = booking?.status === 'confirmed' || booking?.status === 'pending';
    const before = booking?.segments.find(({ flightId }) => flightId === flight.id);
    if (!booking || !isLive || !before || before.flightVersion >= flight.version) continue;
    const after = segmentAfter(before, flight);
    await bookings.replaceSegment(id, after, tx);
    if (!isToldOtherwise(before, after)) continue;
    const segments = booking.segments.map((segment): SegmentRecord => (segment === before ? after : segment));
    const changed = await bookings.markChanged({ ...booking, segments }, clock.nowMs(), tx);
    await appendEvents(database, [bookingChanged(changed)], tx);
    const by = { who: 'airline', requestId: null } as const;
    const entry = historyOf({ before: booking, after: changed, gone: false, by });
    if (entry) entries.push(entry);
  }
  await history.append(entries, tx);
}
