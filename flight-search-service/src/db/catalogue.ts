import type { Airline, Airplane, Airport } from '@jetbridge/contracts/flights/schemas.ts';
import type { SqlRow } from '@jetbridge/service-kit/database/dialect.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';
import { fold } from '../domain/fold.ts';

/** Rows of one INSERT. */
const rowsPerInsert = 500;

type AirportRow = Airport & { city_code: string; time_zone: string; connecting_minutes: string | null };
type AirplaneRow = { id: string; model: string; registration: string | null; cabins: string };

/** How a list of the catalogue is asked for: by the beginning of a name, after a key, at most so many. */
export type PrefixQuestion = {
  readonly q?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
};

/** Airports, airlines and airplanes. */
export function createCatalogue(database: Database) {
  const { sequelize, dialect } = database;

  async function select<Row extends object>(sql: string, values: readonly (string | number | readonly string[])[]) {
    return sequelize.query<Row>(sql, { replacements: [...values], type: QueryTypes.SELECT });
  }

  /** Rows whose key or one of the folded columns begins with `q`, in the order of their keys. */
  async function list<Row extends object>(
    table: string,
    key: string,
    folded: readonly string[],
    asked: PrefixQuestion,
  ) {
    const conditions = ['1 = 1'];
    const values: (string | number)[] = [];
    if (asked.after !== undefined) {
      conditions.push(`${key} > ?`);
      values.push(asked.after);
    }
    if (asked.q !== undefined) {
      conditions.push(
        `(${[`${key} LIKE ? ESCAPE '!'`, ...folded.map((column) => `${column} LIKE ? ESCAPE '!'`)].join(' OR ')})`,
      );
      values.push(toPrefix(asked.q.trim().toUpperCase()), ...folded.map(() => toPrefix(fold(asked.q ?? ''))));
    }
    const where = conditions.join(' AND ');
    return select<Row>(`SELECT * FROM ${table} WHERE ${where} ORDER BY ${key} LIMIT ?`, [...values, asked.limit]);
  }

  async function keep(table: string, rows: readonly SqlRow[], tx: Transaction): Promise<void> {
    for (let start = 0; start < rows.length; start += rowsPerInsert) {
      await dialect.insertOrKeep(sequelize, table, rows.slice(start, start + rowsPerInsert), tx);
    }
  }

  return {
    listAirports: async (asked: PrefixQuestion) =>
      (await list<AirportRow>('airports', 'code', ['name_folded', 'city_folded'], asked)).map(toAirport),
    listAirlines: async (asked: PrefixQuestion) =>
      (await list<Airline>('airlines', 'code', ['name_folded'], asked)).map(toAirline),
    listAirplanes: async (asked: PrefixQuestion) =>
      (await list<AirplaneRow>('airplanes', 'id', ['model_folded'], asked)).map(toAirplane),

    allAirports: async () => (await select<AirportRow>('SELECT * FROM airports', [])).map(toAirport),
    allAirlines: async () => (await select<Airline>('SELECT * FROM airlines', [])).map(toAirline),
    allAirplanes: async () => (await select<AirplaneRow>('SELECT * FROM airplanes', [])).map(toAirplane),

    keepAirports: (airports: readonly Airport[], tx: Transaction) => keep('airports', airports.map(toAirportRow), tx),
    keepAirlines: (airlines: readonly Airline[], tx: Transaction) =>
      keep(
        'airlines',
        airlines.map((airline) => ({ ...airline, name_folded: fold(airline.name) })),
        tx,
      ),
    keepAirplanes: (airplanes: readonly Airplane[], tx: Transaction) =>
      keep('airplanes', airplanes.map(toAirplaneRow), tx),
  };
}

export type Catalogue = ReturnType<typeof createCatalogue>;

/** A LIKE pattern for texts that begin with this one; `!` takes the meaning from the characters that have one. */
function toPrefix(text: string): string {
  return `${text.replace(/[!%_]/g, '!$&')}%`;
}

function toAirport(row: AirportRow): Airport {
  return {
    code: row.code,
    cityCode: row.city_code,
    name: row.name,
    city: row.city,
    country: row.country,
    timeZone: row.time_zone,
    latitude: Number(row.latitude),
    longitude: Number(row.longitude),
    // `toAirportRow` wrote it.
    ...(row.connecting_minutes === null
      ? {}
      : { connectingMinutes: JSON.parse(row.connecting_minutes) as NonNullable<Airport['connectingMinutes']> }),
  };
}

function toAirline({ code, name }: Airline): Airline {
  return { code, name };
}

function toAirplane(row: AirplaneRow): Airplane {
  return {
    id: row.id,
    model: row.model,
    ...(row.registration === null ? {} : { registration: row.registration }),
    // `toAirplaneRow` wrote it.
    cabins: JSON.parse(row.cabins) as Airplane['cabins'],
  };
}

function toAirportRow(airport: Airport): SqlRow {
  return {
    code: airport.code,
    city_code: airport.cityCode,
    name: airport.name,
    city: airport.city,
    country: airport.country,
    time_zone: airport.timeZone,
    latitude: airport.latitude,
    longitude: airport.longitude,
    name_folded: fold(airport.name),
    city_folded: fold(airport.city),
    connecting_minutes: airport.connectingMinutes ? JSON.stringify(airport.connectingMinutes) : null,
  };
}

function toAirplaneRow(airplane: Airplane): SqlRow {
  return {
    id: airplane.id,
    model: airplane.model,
    model_folded: fold(airplane.model),
    registration: airplane.registration ?? null,
    cabins: JSON.stringify(airplane.cabins),
  };
}
