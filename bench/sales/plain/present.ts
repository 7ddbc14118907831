import type { Booking, Payment } from '@jetbridge/contracts/bookings/schemas.ts';
import type { BookingEventData, EventData } from '@jetbridge/contracts/events/catalogue.ts';
import type { FlightForSale } from '@jetbridge/contracts/flights/internal.ts';
import type { EventDraft } from '@jetbridge/service-kit/events/outbox.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { Draft } from './draft.ts';
import type { CabinRow, InventoryRow } from './models.ts';

/** A confirmed booking as the API shows it. */
export function presentConfirmed(draft: Draft, seats: SeatsByFlight, nowMs: number): Booking {
  const { booking, segments, passengers, payment } = draft;
  const money = (amount: number) => ({ amount, currency: booking.currency });
  return {
    id: booking.id,
    reference: booking.reference,
    status: 'confirmed',
    holdExpiresAt: null,
    userId: booking.userId,
    contact: {
      email: booking.contactEmail,
      ...(booking.contactPhone === null ? {} : { phone: booking.contactPhone }),
    },
    segments: segments.map(({ flight, fare }) => ({
      flightId: flight.id,
      flightNumber: flight.flightNumber,
      origin: flight.origin.code,
      destination: flight.destination.code,
      departureTime: flight.departureTime,
      arrivalTime: flight.arrivalTime,
      departureLocal: flight.departureLocal,
      arrivalLocal: flight.arrivalLocal,
      cabin: fare.cabin,
      fare: { price: fare.price, rules: fare.rules },
    })),
    passengers: passengers.map(({ dateOfBirth, ...passenger }) => ({
      ...passenger,
      ...(dateOfBirth === undefined ? {} : { dateOfBirth }),
      seats: seatsOf(passenger.id, seats),
    })),
    total: money(booking.totalMinor),
    payments: [presentPayment(payment)],
    refunds: [],
    version: 2,
    createdAt: toInstant(booking.createdAtMs),
    updatedAt: toInstant(nowMs),
  };
}

/** Seats by passenger id, by flight id. */
export type SeatsByFlight = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** What is told when a booking is made and paid in one go. */
export function placedEvents(draft: Draft, presented: Booking): EventDraft[] {
  const { payments: _payments, ...booking } = presented;
  const data: BookingEventData = { ...booking, airports: airportsOf(draft.segments.map(({ flight }) => flight)) };
  const { payment } = draft;
  return [
    { type: 'booking.created', subject: booking.id, data },
    { type: 'booking.confirmed', subject: booking.id, data },
    {
      type: 'payment.succeeded',
      subject: payment.id,
      data: {
        ...presentPayment(payment),
        version: 2,
        bookingId: booking.id,
        bookingReference: booking.reference,
        userId: booking.userId,
        email: booking.contact.email,
      },
    },
  ];
}

export function inventoryChanged({ flightId, version }: InventoryRow, cabins: readonly CabinRow[]): EventDraft {
  const data: EventData<'inventory.changed'> = {
    flightId,
    version,
    cabins: cabins.map(({ cabin, capacity, sold, held }) => ({
      // The fares of a flight wrote it, and theirs is a checked cabin.
      cabin: cabin as EventData<'inventory.changed'>['cabins'][number]['cabin'],
      capacity,
      sold,
      held,
    })),
  };
  return { type: 'inventory.changed', subject: flightId, data };
}

function presentPayment({ id, amountMinor, currency, method, createdAtMs }: Draft['payment']): Payment {
  return {
    id,
    status: 'succeeded',
    amount: { amount: amountMinor, currency },
    method,
    createdAt: toInstant(createdAtMs),
  };
}

function seatsOf(passengerId: string, seats: SeatsByFlight): Record<string, string> {
  const entries = [...seats].flatMap(([flightId, byPassenger]): [string, string][] => {
    const seat = byPassenger.get(passengerId);
    return seat === undefined ? [] : [[flightId, seat]];
  });
  return Object.fromEntries(entries);
}

function airportsOf(flights: readonly FlightForSale['flight'][]): BookingEventData['airports'] {
  const airports = flights
    .flatMap(({ origin, destination }) => [origin, destination])
    .map(({ code, name, city, timeZone }) => [code, { code, name, city, timeZone }] as const);
  return [...new Map(airports).values()];
}
