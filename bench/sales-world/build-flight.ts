import { type FlightForSale, flightForSale } from '@jetbridge/contracts/flights/internal.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';

/** A cabin of economy: each row has the letters `ABC DEFG HJK`. */
const letters = 'ABC DEFG HJK';
export const seatsPerRow = 10;
/** Row numbers have up to three digits. */
const maximumRows = 999;

const blockMinutes = 420;
const dayMs = 86_400_000;

export type FlightPlan = {
  readonly rows: number;
  /** On sale; all of the layout unless said otherwise. */
  readonly seats: number;
  readonly departsInDays: number;
  readonly priceMinor: number;
  readonly refundable: boolean;
  readonly cancelFeeMinor: number;
};

/** An ordinary flight across the Atlantic with economy alone. */
export function buildFlight(plan: Partial<FlightPlan> = {}): FlightForSale {
  const { rows = 40, departsInDays = 30, priceMinor = 29_900, refundable = true, cancelFeeMinor = 5_000 } = plan;
  if (rows < 1 || rows > maximumRows) throw new RangeError(`A cabin has 1 to ${maximumRows} rows, not ${rows}.`);
  const seatsOfLayout = rows * seatsPerRow;
  const seats = plan.seats ?? seatsOfLayout;
  const departsAtMs = Math.floor((Date.now() + departsInDays * dayMs) / 60_000) * 60_000;
  const arrivesAtMs = departsAtMs + blockMinutes * 60_000;
  const rules = { refundable, cancelFee: money(cancelFeeMinor), changeFee: money(3_000) };
  return flightForSale.parse({
    flight: {
      id: newId('flt'),
      flightNumber: 'BA178',
      airline: { code: 'BA', name: 'British Airways' },
      origin: airport('JFK', 'New York', 'America/New_York'),
      destination: airport('LHR', 'London', 'Europe/London'),
      departureTime: toInstant(departsAtMs),
      arrivalTime: toInstant(arrivesAtMs),
      departureLocal: toInstant(departsAtMs).slice(0, 16),
      arrivalLocal: toInstant(arrivesAtMs).slice(0, 16),
      durationMinutes: blockMinutes,
      status: 'scheduled',
      airplane: { id: 'apl_1', model: 'Boeing 777-300ER' },
      fares: [{ cabin: 'economy', price: money(priceMinor), seats, availableSeats: seats, rules }],
      version: 1,
    },
    layout: [{ cabin: 'economy', rows: { first: 1, last: rows }, letters, seats: seatsOfLayout }],
  });
}

/** The names of all seats of such a flight, row by row. */
export function seatNames(rows: number): string[] {
  return Array.from({ length: rows }, (_, row) =>
    [...letters.replaceAll(' ', '')].map((letter) => `${row + 1}${letter}`),
  ).flat();
}

const money = (amount: number) => ({ amount, currency: 'USD' });

const airport = (code: string, city: string, timeZone: string) => ({
  code,
  cityCode: code,
  name: `${city} Airport`,
  city,
  country: 'US',
  timeZone,
  latitude: 40,
  longitude: -74,
});
