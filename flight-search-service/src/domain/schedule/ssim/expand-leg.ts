import type { AirportPlace } from '../../places/geography.ts';
import { formatLocalDateTime, type WallMs, wallTimeAt } from '../../places/local-time.ts';
import type { ScheduleRow } from '../schedule-columns.ts';
import { type RejectedRow, rejected } from '../schedule-row.ts';
import { typeOfIataCode } from './iata-aircraft.ts';
import { type CarrierRecord, daysOf, type LegEnd, type LegRecord } from './ssim-records.ts';

/** Scheduled and additional flights that carry passengers (SSIM, appendix C): not cargo, mail, or flights without either. */
const passengerServices = new Set(['J', 'S', 'U', 'G', 'B', 'Q', 'R', 'C', 'O', 'L']);

/**
 * The rows of a leg, one for each of its days, or why it has none. In a file of local times the clocks at both ends decide,
 * whatever UTC variation stands beside them: a period may run over a change of clocks. In a file of UTC it is the airport's
 * zone that makes local times of them, day by day, for the same reason.
 */
export function* expandLeg(
  leg: LegRecord,
  carrier: CarrierRecord,
  airports: ReadonlyMap<string, AirportPlace>,
): Generator<ScheduleRow | RejectedRow> {
  const { departure, arrival, serviceType } = leg;
  const origin = airports.get(departure.airportCode);
  const destination = airports.get(arrival.airportCode);
  const aircraft = typeOfIataCode(leg.aircraft);
  const until = leg.until ?? carrier.until;
  if (!passengerServices.has(serviceType)) {
    return yield rejected('not_for_passengers', `its service type is "${serviceType}"`);
  }
  if (!origin || !destination) {
    const unknown = origin ? arrival.airportCode : departure.airportCode;
    return yield rejected('unknown_airport', `${unknown} is not an airport of the catalogue`);
  }
  if (aircraft === undefined) {
    return yield rejected('unknown_aircraft', `"${leg.aircraft}" is no aircraft of the fleet that carries passengers`);
  }
  if (until === undefined) return yield rejected('bad_row', 'neither the leg nor its carrier record says a last day');

  const localTime = (day: WallMs, { minutes }: LegEnd, { timeZone }: AirportPlace) => {
    const written = day + minutes * 60_000;
    return formatLocalDateTime(carrier.timeMode === 'local' ? written : wallTimeAt(written, timeZone));
  };
  for (const day of daysOf(leg, until)) {
    yield {
      airline: leg.airlineCode,
      number: leg.number,
      origin: departure.airportCode,
      destination: arrival.airportCode,
      departureLocal: localTime(day, departure, origin),
      arrivalLocal: localTime(day, arrival, destination),
      aircraft,
      seats: leg.seats > 0 ? String(leg.seats) : '',
      departureTerminal: departure.terminal,
      arrivalTerminal: arrival.terminal,
    };
  }
}
