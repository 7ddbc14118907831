import { appendEvents } from '@jetbridge/service-kit/events/outbox.ts';
import { flightDeed } from '../messaging/flight-deeds.ts';
import { flightCancelled } from '../messaging/flight-events.ts';
import { presentFlight } from '../presenters/present-flight.ts';
import { type ChangeFlightParts, changesTooFast, findAtVersion, maximumTries } from './update-flight.ts';

/**
 * Takes a flight out of the schedule, after the seller has closed it, and tells others that it is cancelled. When this
 * breaks off in between, the flight stays closed for sale: deleting it again succeeds, and any change reopens it.
 * @throws FlightError `flight_not_found`, `stale`, or `flight_has_bookings`.
 */
export async function deleteFlight(
  parts: ChangeFlightParts,
  asked: { actor: string; flightId: string; ifVersion: number | undefined },
): Promise<void> {
  const { database, flights, reference, seller, currency } = parts;
  for (let tries = 1; tries <= maximumTries; tries++) {
    const flight = await findAtVersion(flights, asked.flightId, asked.ifVersion);
    const version = flight.version + 1;
    if ((await seller.close({ flightId: flight.id, version })) === 'stale') continue;
    const [references] = await reference.referencesOf([flight]);
    if (!references) throw new Error('References are found for each flight.');
    const last = presentFlight({ ...flight, status: 'cancelled', version }, references, currency);
    const gone = await database.write(async (tx) => {
      if (!(await flights.remove(flight, tx))) return false;
      await appendEvents(database, [flightCancelled(last), flightDeed({ actor: asked.actor, before: flight })], tx);
      return true;
    });
    if (!gone) continue;
    await parts.keeper.refresh([flight.id]);
    return;
  }
  throw changesTooFast();
}
