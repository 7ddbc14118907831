import type { Flight } from '@jetbridge/contracts/flights/schemas.ts';
import type { Transaction } from 'sequelize';
import type { CapacityDesk } from '../../sales/desk/capacity-desk.ts';
import type { FlightFollowUps } from '../db/flight-follow-ups.ts';
import type { FlightCopies } from '../db/flights.ts';

export type FollowFlightParts = {
  readonly copies: FlightCopies;
  readonly capacity: CapacityDesk;
  readonly followUps: FlightFollowUps;
};

/**
 * Learns of a version of a flight: keeps it if it is the newest, sets the seats on sale by it, and notes that bookings
 * have to learn of it too. News may come twice and in any order.
 */
export async function followFlight(
  { copies, capacity, followUps }: FollowFlightParts,
  flight: Flight,
  nowMs: number,
  tx: Transaction,
): Promise<void> {
  if (!(await copies.follow(flight, nowMs, tx))) return;
  // First the seats, then the note: in this order the sales desk locks them too.
  await capacity.follow(flight, tx);
  await followUps.note({ flightId: flight.id, version: flight.version }, tx);
}
