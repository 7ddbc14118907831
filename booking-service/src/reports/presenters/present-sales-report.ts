import type { SalesReportLine } from '@jetbridge/contracts/bookings/report-routes.ts';
import { toCsv } from './csv.ts';

/** A line of the report, as far as it is shown. Money in minor units. */
type Line = {
  readonly day: string | null;
  readonly flightId: string | null;
  readonly flightNumber: string | null;
  readonly origin: string | null;
  readonly destination: string | null;
  readonly seats: number;
  readonly capacity: number;
  readonly revenueMinor: number;
};

/** What a line is of, in each kind of report. */
const keys = {
  day: ['day'],
  flight: ['day', 'flightId', 'flightNumber', 'origin', 'destination'],
  route: ['origin', 'destination'],
} as const satisfies Record<string, readonly (keyof Line & keyof SalesReportLine)[]>;

export function presentSalesLine(line: Line, currency: string): SalesReportLine {
  const { day, flightId, flightNumber, origin, destination, seats, capacity, revenueMinor } = line;
  return {
    ...(day === null ? {} : { day }),
    ...(flightId === null ? {} : { flightId }),
    ...(flightNumber === null ? {} : { flightNumber }),
    ...(origin === null ? {} : { origin }),
    ...(destination === null ? {} : { destination }),
    seats,
    capacity,
    loadFactor: loadFactorOf(line),
    revenue: { amount: revenueMinor, currency },
  };
}

/** The whole report as a file for spreadsheets, with the columns of its kind. */
export function presentSalesCsv(by: keyof typeof keys, lines: readonly Line[], currency: string): string {
  const columns = [...keys[by], 'seats', 'capacity', 'loadFactor', 'revenueMinor', 'currency'];
  const rows = lines.map((line) => [
    ...keys[by].map((key) => line[key]),
    line.seats,
    line.capacity,
    loadFactorOf(line),
    line.revenueMinor,
    currency,
  ]);
  return toCsv(columns, rows);
}

/** To four places: hundredths of a percent. */
function loadFactorOf({ seats, capacity }: Line): number | null {
  return capacity === 0 ? null : Math.round((seats / capacity) * 10_000) / 10_000;
}
