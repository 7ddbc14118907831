import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes } from 'sequelize';

/** What a search looks for. Places are airport codes; prices minor units for one passenger; instants Unix ms. */
export type FlightQuestion = {
  readonly originCodes?: readonly string[] | undefined;
  readonly destinationCodes?: readonly string[] | undefined;
  readonly localDate?: string | undefined;
  readonly departsFromMs?: number | undefined;
  readonly departsUntilMs?: number | undefined;
  readonly airlineCodes?: readonly string[] | undefined;
  readonly status?: string | undefined;
  readonly cabin?: string | undefined;
  readonly passengers?: number | undefined;
  readonly minimumPriceMinor?: number | undefined;
  readonly maximumPriceMinor?: number | undefined;
  readonly sort: { readonly by: 'departure' | 'price' | 'duration'; readonly descending: boolean };
  /** The sort value and id of the last flight of the page before. */
  readonly after?: { readonly value: number; readonly id: string } | undefined;
  readonly limit: number;
};

/** A flight found, with the value it was sorted by. */
export type FoundFlight = { readonly id: string; readonly sortValue: number };

type SqlValue = string | number | readonly string[];

/** Finds flights by route, day and fare. */
export function createFlightSearch({ sequelize }: Database) {
  return async function searchFlights(question: FlightQuestion): Promise<FoundFlight[]> {
    const fares = faresWanted(question);
    const price = { sql: `(SELECT MIN(price_minor) FROM fares WHERE ${fares.sql})`, values: fares.values };
    const sortValue = { departure: plain('departs_at_ms'), price, duration: plain('(arrives_at_ms - departs_at_ms)') }[
      question.sort.by
    ];
    const where = conditions(question, fares, price);
    const comparison = question.sort.descending ? '<' : '>';
    if (question.after) {
      where.push({
        sql: `(${sortValue.sql} ${comparison} ? OR (${sortValue.sql} = ? AND flights.id ${comparison} ?))`,
        values: [
          ...sortValue.values,
          question.after.value,
          ...sortValue.values,
          question.after.value,
          question.after.id,
        ],
      });
    }
    const direction = question.sort.descending ? 'DESC' : 'ASC';
    const rows = await sequelize.query<{ id: string; sort_value: number }>(
      `SELECT id, ${sortValue.sql} AS sort_value FROM flights WHERE ${where.map(({ sql }) => sql).join(' AND ')}
       ORDER BY sort_value ${direction}, id ${direction} LIMIT ?`,
      {
        replacements: [...sortValue.values, ...where.flatMap(({ values }) => values), question.limit],
        type: QueryTypes.SELECT,
      },
    );
    return rows.map((row) => ({ id: row.id, sortValue: Number(row.sort_value) }));
  };
}

export type SearchFlights = ReturnType<typeof createFlightSearch>;

type Fragment = { readonly sql: string; readonly values: readonly SqlValue[] };

const plain = (sql: string): Fragment => ({ sql, values: [] });

/** The fares of a flight that would do for the party. */
function faresWanted({ cabin, passengers }: FlightQuestion): Fragment {
  const sql = ['fares.flight_id = flights.id'];
  const values: SqlValue[] = [];
  if (cabin !== undefined) {
    sql.push('fares.cabin = ?');
    values.push(cabin);
  }
  if (passengers !== undefined) {
    sql.push('fares.seats - fares.taken >= ?');
    values.push(passengers);
  }
  return { sql: sql.join(' AND '), values };
}

function conditions(question: FlightQuestion, fares: Fragment, price: Fragment): Fragment[] {
  const simple: readonly [string, SqlValue | undefined][] = [
    ['origin_code IN (?)', question.originCodes],
    ['destination_code IN (?)', question.destinationCodes],
    ['local_date = ?', question.localDate],
    ['departs_at_ms >= ?', question.departsFromMs],
    ['departs_at_ms <= ?', question.departsUntilMs],
    ['airline_code IN (?)', question.airlineCodes],
    ['status = ?', question.status],
  ];
  const where: Fragment[] = simple.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, values: [value] }]));
  where.push({ sql: `EXISTS (SELECT 1 FROM fares WHERE ${fares.sql})`, values: fares.values });
  for (const [comparison, limit] of [
    ['>=', question.minimumPriceMinor],
    ['<=', question.maximumPriceMinor],
  ] as const) {
    if (limit !== undefined) where.push({ sql: `${price.sql} ${comparison} ?`, values: [...price.values, limit] });
  }
  return where;
}
