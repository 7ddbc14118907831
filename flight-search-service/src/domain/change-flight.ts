import type { FlightChange } from '@jetbridge/contracts/flights/routes.ts';
import type { Airplane } from '@jetbridge/contracts/flights/schemas.ts';
import { FlightError } from './errors.ts';
import type { FareRecord, FlightRecord } from './flight.ts';
import { localDateAt } from './places/local-time.ts';
import { rulesOf } from './pricing/tariff.ts';

/** What a change is checked against: the airplane that will fly, the zone of the origin, the one currency. */
type ChangeContext = { readonly airplane: Airplane; readonly timeZone: string; readonly currency: string };

/**
 * The flight as it will be, one version on.
 * @throws FlightError when the flight is cancelled, or fares, seats or currency do not fit; times are checked elsewhere.
 */
export function changedFlight(flight: FlightRecord, change: FlightChange, context: ChangeContext): FlightRecord {
  if (flight.status === 'cancelled') {
    throw new FlightError('flight_cancelled', 'This flight is cancelled, and stays so: schedule another one.');
  }
  const departsAtMs = change.departureTime === undefined ? flight.departsAtMs : Date.parse(change.departureTime);
  const fares = changedFares(flight, change, context.currency);
  assertSeats(fares, change, context.airplane);
  return {
    ...flight,
    departsAtMs,
    arrivesAtMs: change.arrivalTime === undefined ? flight.arrivesAtMs : Date.parse(change.arrivalTime),
    departureTerminal: change.departureTerminal === undefined ? flight.departureTerminal : change.departureTerminal,
    arrivalTerminal: change.arrivalTerminal === undefined ? flight.arrivalTerminal : change.arrivalTerminal,
    localDate: localDateAt(departsAtMs, context.timeZone),
    status: change.status ?? flight.status,
    airplaneId: context.airplane.id,
    version: flight.version + 1,
    fares,
  };
}

/** The seats the seller must give up before the change may be made: at most what both states have; none to ask for otherwise. */
export function seatsToLimit(before: FlightRecord, after: FlightRecord) {
  const cabins = before.fares.map(({ cabin, seats }) => {
    const later = after.fares.find((fare) => fare.cabin === cabin)?.seats ?? 0;
    return { cabin, seats: Math.min(seats, later), isCut: later < seats };
  });
  const mustAsk = before.airplaneId !== after.airplaneId || cabins.some(({ isCut }) => isCut);
  return mustAsk ? cabins.map(({ cabin, seats }) => ({ cabin, seats })) : [];
}

type FareChange = NonNullable<FlightChange['fares']>[number];

function changedFares(flight: FlightRecord, { fares: changes = [] }: FlightChange, currency: string): FareRecord[] {
  for (const [index, { cabin }] of changes.entries()) {
    if (changes.findIndex((other) => other.cabin === cabin) === index) continue;
    throw new FlightError('doubled_cabin', 'must name each cabin once', `/fares/${index}/cabin`);
  }
  const kept = flight.fares.map((fare) => {
    const index = changes.findIndex(({ cabin }) => cabin === fare.cabin);
    const change = changes[index];
    return change ? changedFare(fare, change, `/fares/${index}`, currency) : fare;
  });
  const added = changes.flatMap((change, index) =>
    flight.fares.some(({ cabin }) => cabin === change.cabin) ? [] : [addedFare(change, `/fares/${index}`, currency)],
  );
  return [...kept, ...added];
}

function changedFare(fare: FareRecord, { price, seats, rules }: FareChange, at: string, currency: string): FareRecord {
  assertCurrency({ price, rules }, at, currency);
  return {
    ...fare,
    priceMinor: price?.amount ?? fare.priceMinor,
    seats: seats ?? fare.seats,
    ...(rules
      ? {
          refundable: rules.refundable,
          cancelFeeMinor: rules.cancelFee.amount,
          changeFeeMinor: rules.changeFee.amount,
        }
      : {}),
  };
}

function addedFare(change: FareChange, at: string, currency: string): FareRecord {
  const { cabin, price, seats } = change;
  if (price === undefined || seats === undefined) {
    const missing = price === undefined ? 'price' : 'seats';
    throw new FlightError('fare_incomplete', `is needed, because ${cabin} is new to this flight`, `${at}/${missing}`);
  }
  const fare = { cabin, priceMinor: price.amount, seats, taken: 0, ...rulesOf(cabin, price.amount) };
  return changedFare(fare, change, at, currency);
}

function assertCurrency({ price, rules }: Pick<FareChange, 'price' | 'rules'>, at: string, currency: string): void {
  const amounts = [price, rules?.cancelFee, rules?.changeFee];
  if (amounts.every((amount) => amount === undefined || amount.currency === currency)) return;
  throw new FlightError('currency_not_sold', `must be in ${currency}`, `${at}/price/currency`);
}

/** No cabin sells more seats than the airplane has in it; the place to blame is what the change names. */
function assertSeats(
  fares: readonly FareRecord[],
  { fares: changes = [], airplaneId }: FlightChange,
  airplane: Airplane,
) {
  for (const { cabin, seats } of fares) {
    const inAirplane = airplane.cabins.find((layout) => layout.cabin === cabin)?.seats ?? 0;
    if (seats <= inAirplane) continue;
    const index = changes.findIndex((change) => change.cabin === cabin && change.seats !== undefined);
    const at = index >= 0 || airplaneId === undefined ? `/fares/${Math.max(index, 0)}/seats` : '/airplaneId';
    const has = `${airplane.model} has ${inAirplane} seats in ${cabin}, and ${seats} would be on sale`;
    throw new FlightError('too_many_seats', has, at);
  }
}
