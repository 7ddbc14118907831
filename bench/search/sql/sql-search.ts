import type { Airplane, Airport, Fare, Flight } from '@jetbridge/contracts/flights/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import { QueryTypes } from 'sequelize';

/** What the benchmark asks: a route or an origin, a day, a limit. */
type Asked = {
  readonly origin?: string | undefined;
  readonly destination?: string | undefined;
  readonly date?: string | undefined;
  readonly limit: number;
};

type FlightRow = {
  id: string;
  flight_number: string;
  airline_code: string;
  origin_code: string;
  destination_code: string;
  departs_at_ms: number;
  arrives_at_ms: number;
  status: Flight['status'];
  airplane_id: string;
  version: number;
};

type FareRow = {
  flight_id: string;
  cabin: Fare['cabin'];
  price_minor: number;
  seats: number;
  taken: number;
  refundable: number;
  cancel_fee_minor: number;
  change_fee_minor: number;
};

type AirportRow = Omit<Airport, 'cityCode' | 'timeZone'> & { city_code: string; time_zone: string };

const usd = (amount: number) => ({ amount: Number(amount), currency: 'USD' });

/** Searches by the index over origin, destination and local day; what flights refer to is kept in memory here too. */
export async function createSqlSearch({ sequelize }: Database) {
  const select = <Row extends object>(sql: string, replacements: unknown[] = []) =>
    sequelize.query<Row>(sql, { replacements, type: QueryTypes.SELECT });
  const airportRows = await select<AirportRow>('SELECT * FROM airports');
  const airports = new Map(airportRows.map((row) => [row.code, toAirport(row)]));
  const airlines = await byKey('code', await select<{ code: string; name: string }>('SELECT code, name FROM airlines'));
  const airplanes = await byKey('id', await select<Pick<Airplane, 'id' | 'model'>>('SELECT id, model FROM airplanes'));

  return async ({ origin = '', destination, date = '', limit }: Asked) => {
    const route = destination === undefined ? 'origin_code = ?' : 'origin_code = ? AND destination_code = ?';
    const places = destination === undefined ? [origin] : [origin, destination];
    const rows = await select<FlightRow>(
      `SELECT * FROM flights WHERE ${route} AND local_date = ? ORDER BY departs_at_ms, id LIMIT ?`,
      [...places, date, limit + 1],
    );
    const shown = rows.slice(0, limit);
    const fares = await select<FareRow>('SELECT * FROM fares WHERE flight_id IN (?)', [shown.map(({ id }) => id)]);
    const faresOf = Map.groupBy(fares, (fare) => fare.flight_id);
    const data = shown.map((row) => toFlight(row, faresOf.get(row.id) ?? []));
    return { data, nextCursor: rows.length > limit ? 'more' : null };
  };

  function toFlight(row: FlightRow, fares: readonly FareRow[]): Flight {
    const origin = known(airports.get(row.origin_code));
    const destination = known(airports.get(row.destination_code));
    const [departsAtMs, arrivesAtMs] = [Number(row.departs_at_ms), Number(row.arrives_at_ms)];
    return {
      id: row.id,
      flightNumber: row.flight_number,
      airline: known(airlines.get(row.airline_code)),
      origin,
      destination,
      departureTime: toInstant(departsAtMs),
      arrivalTime: toInstant(arrivesAtMs),
      departureLocal: localTime(departsAtMs, origin.timeZone),
      arrivalLocal: localTime(arrivesAtMs, destination.timeZone),
      durationMinutes: (arrivesAtMs - departsAtMs) / 60_000,
      status: row.status,
      airplane: known(airplanes.get(row.airplane_id)),
      fares: fares.map(toFare),
      version: row.version,
    };
  }
}

async function byKey<Row extends object, Key extends keyof Row>(key: Key, rows: Row[]): Promise<Map<Row[Key], Row>> {
  return new Map(rows.map((row) => [row[key], row]));
}

function known<T>(value: T | undefined): T {
  if (value !== undefined) return value;
  throw new Error('A flight refers to nothing that does not exist.');
}

function toAirport({ code, name, city, country, city_code, time_zone, latitude, longitude }: AirportRow): Airport {
  return { code, cityCode: city_code, name, city, country, timeZone: time_zone, latitude, longitude };
}

function toFare(row: FareRow): Fare {
  return {
    cabin: row.cabin,
    price: usd(row.price_minor),
    seats: row.seats,
    availableSeats: Math.max(0, row.seats - row.taken),
    rules: {
      refundable: row.refundable === 1,
      cancelFee: usd(row.cancel_fee_minor),
      changeFee: usd(row.change_fee_minor),
    },
  };
}

const offsets = new Map<string, number>();

/** Offsets are remembered by zone and hour, so that asking Intl is not what is measured. */
function localTime(instantMs: number, timeZone: string): string {
  const hour = Math.floor(instantMs / 3_600_000);
  const key = `${timeZone} ${hour}`;
  let offsetMs = offsets.get(key);
  if (offsetMs === undefined) {
    const shown = new Date(hour * 3_600_000).toLocaleString('sv-SE', { timeZone });
    offsetMs = Date.parse(`${shown.replace(' ', 'T')}Z`) - hour * 3_600_000;
    offsets.set(key, offsetMs);
  }
  return new Date(instantMs + offsetMs).toISOString().slice(0, 16);
}
