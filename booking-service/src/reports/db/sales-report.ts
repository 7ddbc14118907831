import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes } from 'sequelize';

export type ReportBy = 'day' | 'flight' | 'route';

/** What one day, flight or route sold. Money in minor units. Of a day and of a route, parts of the key are missing. */
export type SalesLine = {
  readonly day: string | null;
  readonly flightId: string | null;
  readonly flightNumber: string | null;
  readonly origin: string | null;
  readonly destination: string | null;
  readonly seats: number;
  readonly capacity: number;
  readonly revenueMinor: number;
};

type Row = {
  day: string | null;
  flight_id: string | null;
  flight_number: string | null;
  origin: string | null;
  destination: string | null;
} & Record<'seats' | 'capacity' | 'revenue', number | string>;

/** Text of a flight's document. SQLite gives it bare, MySQL and MariaDB between quotes. */
const textOf = (field: string) => `REPLACE(JSON_EXTRACT(document, '$.flight.${field}'), '"', '')`;

/** Rows that an earlier release has written have no day of their own. */
const dayOf = `SUBSTR(${textOf('departureLocal')}, 1, 10)`;

/** The columns of a line that say what it is of, then those it is ordered by: two, to be compared with a position. */
const groups = {
  day: { shown: 'day', key: ['day', "''"] },
  flight: { shown: 'day, flight_id, flight_number, origin, destination', key: ['day', 'flight_id'] },
  route: { shown: 'origin, destination', key: ['origin', 'destination'] },
} as const satisfies Record<ReportBy, { shown: string; key: readonly [string, string] }>;

/**
 * What a booking has brought in counts on its flights by their prices. Shares are rounded as differences of sums, so that
 * those of one booking always make up the whole. Where all its flights are free, fees count on the first.
 */
const shareOfRevenue = `CASE WHEN whole > 0
  THEN ROUND(kept * 1e0 * up_to / whole) - ROUND(kept * 1e0 * (up_to - own) / whole)
  ELSE CASE WHEN place = 0 THEN kept ELSE 0 END END`;

/** Adds up what was sold, from bookings, payments and refunds. */
export function createSalesReport({ sequelize }: Database) {
  return {
    /** The next lines of the flights that depart on these local days, from the one after `after` on. */
    lines: async (asked: {
      readonly from: string;
      readonly to: string;
      readonly by: ReportBy;
      readonly after: readonly [string, string] | undefined;
      readonly limit: number;
    }): Promise<SalesLine[]> => {
      const { shown, key } = groups[asked.by];
      const [first, second] = asked.after ?? ['', ''];
      const rows = await sequelize.query<Row>(
        `WITH departing AS (
           SELECT id AS flight_id, COALESCE(departure_day, ${dayOf}) AS day, ${textOf('flightNumber')} AS flight_number,
             ${textOf('origin.code')} AS origin, ${textOf('destination.code')} AS destination,
             ${textOf('status')} AS flight_status
           FROM flights
           WHERE departure_day BETWEEN ? AND ? OR (departure_day IS NULL AND ${dayOf} BETWEEN ? AND ?)
         ), touched AS (
           SELECT DISTINCT segments.booking_id FROM segments JOIN departing ON departing.flight_id = segments.flight_id
         ), kept AS (
           SELECT bookings.id, bookings.status,
             COALESCE(
               (SELECT SUM(amount_minor) FROM payments
                WHERE payments.booking_id = bookings.id AND payments.status IN ('succeeded', 'refunded')),
               CASE WHEN bookings.status = 'confirmed' THEN bookings.total_minor ELSE 0 END
             ) - COALESCE(
               (SELECT SUM(amount_minor) FROM refunds
                WHERE refunds.booking_id = bookings.id AND refunds.status <> 'failed'), 0) AS kept
           FROM bookings JOIN touched ON touched.booking_id = bookings.id
         ), parts AS (
           SELECT segments.flight_id, segments.position AS place, segments.seats, kept.status, kept.kept,
             price_minor * seats AS own,
             SUM(price_minor * seats) OVER (PARTITION BY segments.booking_id) AS whole,
             SUM(price_minor * seats) OVER (PARTITION BY segments.booking_id ORDER BY segments.position) AS up_to
           FROM segments JOIN kept ON kept.id = segments.booking_id
         ), sales AS (
           SELECT flight_id, SUM(CASE WHEN status = 'confirmed' THEN seats ELSE 0 END) AS seats,
             SUM(${shareOfRevenue}) AS revenue
           FROM parts GROUP BY flight_id
         ), capacities AS (
           SELECT cabin_inventories.flight_id, SUM(capacity) AS capacity
           FROM cabin_inventories JOIN departing ON departing.flight_id = cabin_inventories.flight_id
           WHERE flight_status <> 'cancelled' GROUP BY cabin_inventories.flight_id
         ), lines_of_flights AS (
           SELECT departing.*, COALESCE(sales.seats, 0) AS seats, COALESCE(sales.revenue, 0) AS revenue,
             COALESCE(capacities.capacity, 0) AS capacity
           FROM departing LEFT JOIN sales ON sales.flight_id = departing.flight_id
           LEFT JOIN capacities ON capacities.flight_id = departing.flight_id
         )
         SELECT ${shown}, SUM(seats) AS seats, SUM(capacity) AS capacity, SUM(revenue) AS revenue
         FROM lines_of_flights
         WHERE (${key.join(', ')}) > (?, ?)
         GROUP BY ${shown} ORDER BY ${shown} LIMIT ?`,
        {
          replacements: [asked.from, asked.to, asked.from, asked.to, first, second, asked.limit],
          type: QueryTypes.SELECT,
        },
      );
      return rows.map(toLine);
    },
  };
}

export type SalesReport = ReturnType<typeof createSalesReport>;

function toLine(row: Row): SalesLine {
  return {
    day: row.day ?? null,
    flightId: row.flight_id ?? null,
    flightNumber: row.flight_number ?? null,
    origin: row.origin ?? null,
    destination: row.destination ?? null,
    seats: Number(row.seats),
    capacity: Number(row.capacity),
    revenueMinor: Number(row.revenue),
  };
}
