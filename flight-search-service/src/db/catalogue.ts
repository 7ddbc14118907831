import type { Airline, Airplane, Airport, City } from '@jetbridge/contracts/flights/schemas.ts';
import type { SqlRow } from '@jetbridge/service-kit/database/dialect.ts';
import { insertRows } from '@jetbridge/service-kit/database/insert-rows.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';
import type { CatalogueItem, CatalogueKind } from '../domain/catalogue.ts';
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

/** Where each kind of thing is kept, how it is found, and what keeps it from being deleted. */
const tables = {
  city: { table: 'cities', key: 'code', folded: ['name_folded'], users: [['airports', 'city_code']] },
  airport: {
    table: 'airports',
    key: 'code',
    folded: ['name_folded', 'city_folded'],
    users: [
      ['flights', 'origin_code'],
      ['flights', 'destination_code'],
    ],
  },
  airline: { table: 'airlines', key: 'code', folded: ['name_folded'], users: [['flights', 'airline_code']] },
  airplane: { table: 'airplanes', key: 'id', folded: ['model_folded'], users: [['flights', 'airplane_id']] },
} as const satisfies Record<
  CatalogueKind,
  { table: string; key: string; folded: readonly string[]; users: readonly (readonly [string, string])[] }
>;

/** A thing of the catalogue as it is, and which state of it that is. */
export type Versioned<T> = { readonly item: T; readonly version: number };

/** Cities, airports, airlines and airplanes. */
export function createCatalogue(database: Database) {
  const { sequelize, dialect } = database;

  async function select<Row extends object>(
    sql: string,
    values: readonly (string | number | readonly string[])[],
    tx?: Transaction,
  ) {
    return sequelize.query<Row>(sql, { replacements: [...values], type: QueryTypes.SELECT, transaction: tx ?? null });
  }

  /** Those whose key or one of the folded columns begins with `q`, in the order of their keys. */
  async function list<Kind extends CatalogueKind>(kind: Kind, asked: PrefixQuestion): Promise<CatalogueItem<Kind>[]> {
    const { table, key, folded } = tables[kind];
    const conditions = ['1 = 1'];
    const values: (string | number)[] = [];
    if (asked.after !== undefined) {
      conditions.push(`${key} > ?`);
      values.push(asked.after);
    }
    if (asked.q !== undefined) {
      const columns = [key, ...folded].map((column) => `${column} LIKE ? ESCAPE '!'`);
      conditions.push(`(${columns.join(' OR ')})`);
      values.push(toPrefix(asked.q.trim().toUpperCase()), ...folded.map(() => toPrefix(fold(asked.q ?? ''))));
    }
    const where = conditions.join(' AND ');
    const sql = `SELECT * FROM ${table} WHERE ${where} ORDER BY ${key} LIMIT ?`;
    return (await select<object>(sql, [...values, asked.limit])).map((row) => toItem(kind, row));
  }

  async function all<Kind extends CatalogueKind>(kind: Kind): Promise<CatalogueItem<Kind>[]> {
    return (await select<object>(`SELECT * FROM ${tables[kind].table}`, [])).map((row) => toItem(kind, row));
  }

  async function keep(table: string, rows: readonly SqlRow[], tx: Transaction): Promise<void> {
    for (let start = 0; start < rows.length; start += rowsPerInsert) {
      await dialect.insertOrKeep(sequelize, table, rows.slice(start, start + rowsPerInsert), tx);
    }
  }

  return {
    list,
    all,

    async find<Kind extends CatalogueKind>(
      kind: Kind,
      key: string,
      tx?: Transaction,
    ): Promise<Versioned<CatalogueItem<Kind>> | undefined> {
      const sql = `SELECT * FROM ${tables[kind].table} WHERE ${tables[kind].key} = ?`;
      const [row] = await select<{ version: number }>(sql, [key], tx);
      return row && { item: toItem(kind, row), version: Number(row.version) };
    },

    async insert<Kind extends CatalogueKind>(kind: Kind, item: CatalogueItem<Kind>, tx: Transaction): Promise<void> {
      await insertRows(database, tables[kind].table, [{ ...toRow(kind, item), version: 1 }], tx);
    },

    /** Puts the next state in the place of one; false when that is not the present one any more. */
    async update<Kind extends CatalogueKind>(
      kind: Kind,
      item: CatalogueItem<Kind>,
      version: number,
      tx: Transaction,
    ): Promise<boolean> {
      const { table, key } = tables[kind];
      const { [key]: id, ...columns } = { ...toRow(kind, item), version: version + 1 } as Record<
        string,
        string | number
      >;
      const [, changed] = await sequelize.query(
        `UPDATE ${table} SET ${Object.keys(columns)
          .map((column) => `${column} = ?`)
          .join(', ')} WHERE ${key} = ? AND version = ?`,
        {
          replacements: [...Object.values(columns), id, version],
          type: QueryTypes.UPDATE,
          transaction: tx,
        },
      );
      return changed > 0;
    },

    /** Deletes one; false when it is gone or another one by now. Holds its row until the transaction ends. */
    async remove(kind: CatalogueKind, key: string, version: number, tx: Transaction): Promise<boolean> {
      const removed = await sequelize.query(
        `DELETE FROM ${tables[kind].table} WHERE ${tables[kind].key} = ? AND version = ?`,
        { replacements: [key, version], type: QueryTypes.BULKDELETE, transaction: tx },
      );
      return removed > 0;
    },

    /** Whether airports or flights refer to it. */
    async isInUse(kind: CatalogueKind, key: string, tx: Transaction): Promise<boolean> {
      for (const [table, column] of tables[kind].users) {
        const rows = await select(`SELECT 1 AS used FROM ${table} WHERE ${column} = ? LIMIT 1`, [key], tx);
        if (rows.length > 0) return true;
      }
      return false;
    },

    /**
     * Keeps things from being deleted until the transaction ends, for one that will refer to them.
     * @returns whether all of them are there.
     */
    async holdOn(kind: CatalogueKind, keys: readonly string[], tx: Transaction): Promise<boolean> {
      const { table, key } = tables[kind];
      const wanted = [...new Set(keys)];
      const sql = `SELECT ${key} FROM ${table} WHERE ${key} IN (?) ORDER BY ${key} ${dialect.forUpdate}`;
      return (await select(sql, [wanted], tx)).length === wanted.length;
    },

    /** Whether an error says that the key or the registration belongs to another one. */
    isTaken: (error: unknown) =>
      ['code', 'registration', 'PRIMARY'].some((column) => dialect.isUniqueViolation(error, column)),

    keepCities: (cities: readonly City[], tx: Transaction) =>
      keep(
        'cities',
        cities.map((city) => toRow('city', city)),
        tx,
      ),
    keepAirports: (airports: readonly Airport[], tx: Transaction) =>
      keep(
        'airports',
        airports.map((airport) => toRow('airport', airport)),
        tx,
      ),
    keepAirlines: (airlines: readonly Airline[], tx: Transaction) =>
      keep(
        'airlines',
        airlines.map((airline) => toRow('airline', airline)),
        tx,
      ),
    keepAirplanes: (airplanes: readonly Airplane[], tx: Transaction) =>
      keep(
        'airplanes',
        airplanes.map((airplane) => toRow('airplane', airplane)),
        tx,
      ),
  };
}

export type Catalogue = ReturnType<typeof createCatalogue>;

/** A LIKE pattern for texts that begin with this one; `!` takes the meaning from the characters that have one. */
function toPrefix(text: string): string {
  return `${text.replace(/[!%_]/g, '!$&')}%`;
}

type Converters = {
  readonly [Kind in CatalogueKind]: {
    readonly toItem: (row: object) => CatalogueItem<Kind>;
    readonly toRow: (item: CatalogueItem<Kind>) => SqlRow;
  };
};

/** Rows come from the table of their kind, which the queries above name. */
const converters: Converters = {
  city: {
    toItem: (row) => {
      const { code, name, country } = row as City;
      return { code, name, country };
    },
    toRow: (city) => ({ ...city, name_folded: fold(city.name) }),
  },
  airport: { toItem: (row) => toAirport(row as AirportRow), toRow: toAirportRow },
  airline: {
    toItem: (row) => {
      const { code, name } = row as Airline;
      return { code, name };
    },
    toRow: (airline) => ({ ...airline, name_folded: fold(airline.name) }),
  },
  airplane: { toItem: (row) => toAirplane(row as AirplaneRow), toRow: toAirplaneRow },
};

function toItem<Kind extends CatalogueKind>(kind: Kind, row: object): CatalogueItem<Kind> {
  return converters[kind].toItem(row);
}

function toRow<Kind extends CatalogueKind>(kind: Kind, item: CatalogueItem<Kind>): SqlRow {
  return converters[kind].toRow(item);
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
