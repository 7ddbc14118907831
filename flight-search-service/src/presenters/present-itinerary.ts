import { type ItineraryOffer, itineraryPriceMinutes } from '@jetbridge/contracts/flights/itineraries.ts';
import type { Cabin } from '@jetbridge/contracts/flights/schemas.ts';
import type { TextSigner } from '@jetbridge/service-kit/auth/signed-text.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { Journey } from '../domain/search/combine-trips.ts';
import { cabinsByNumber, minuteMs, type Schedule } from '../domain/search/schedule.ts';
import type { FlightFragments } from './flight-fragments.ts';

type Party = { readonly cabin: Cabin; readonly passengers: number };

/** Writes itineraries as JSON, with flights as they are written in lists. */
export function createItineraryWriter(parts: {
  schedule: Schedule;
  fragments: FlightFragments;
  signer: TextSigner;
  currency: string;
}) {
  const { schedule, fragments, signer, currency } = parts;

  function offerOf(slots: readonly number[], cabin: Cabin, expiresAtMs: number): ItineraryOffer {
    const number = cabinsByNumber.indexOf(cabin);
    const flights = slots.map((slot) => ({ id: schedule.idOf(slot), price: schedule.priceOf(slot, number, 0) }));
    return { flights, cabin, currency, expiresAtMs };
  }

  return function itineraryJson({ trips }: Journey, { cabin, passengers }: Party, nowMs: number): Buffer {
    const slots = trips.flatMap((trip) => trip.slots);
    // Whole seconds, as the API shows the moment.
    const expiresAtMs = Math.floor(nowMs / 1_000) * 1_000 + itineraryPriceMinutes * minuteMs;
    const price = trips.reduce((sum, trip) => sum + trip.price, 0) * passengers;
    const free = Math.min(...slots.map((slot) => schedule.freeSeatsOf(slot, cabinsByNumber.indexOf(cabin))));
    const id = signer.sign(JSON.stringify(offerOf(slots, cabin, expiresAtMs)));
    const json = [Buffer.from(`{"id":"${id}","segments":[`), ...segmentsOf(slots), Buffer.from('],"legs":[')];
    for (const [index, trip] of trips.entries()) {
      const facts = `],"durationMinutes":${trip.arrival - trip.departure},"stops":${trip.stops}}`;
      json.push(Buffer.from(`${index > 0 ? ',' : ''}{"segments":[`), ...segmentsOf(trip.slots), Buffer.from(facts));
    }
    const money = `{"amount":${price},"currency":"${currency}"}`;
    json.push(Buffer.from(`],"price":${money},"availableSeats":${free},"expiresAt":"${toInstant(expiresAtMs)}"}`));
    return Buffer.concat(json);
  };

  function segmentsOf(slots: readonly number[]): Buffer[] {
    return slots.flatMap((slot, index) => (index > 0 ? [comma, fragments.jsonOf(slot)] : [fragments.jsonOf(slot)]));
  }
}

const comma = Buffer.from(',');

export type ItineraryWriter = ReturnType<typeof createItineraryWriter>;
