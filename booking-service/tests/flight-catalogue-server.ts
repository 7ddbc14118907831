import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FlightForSale, flightForSale } from '@jetbridge/contracts/flights/internal.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';

const price = (amount: number) => ({ amount, currency: 'USD' });
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

/** A flight tomorrow, with 100 seats in economy for 299.00 and 10 in business for 1,200.00. */
export function buildFlight(
  overrides: { departsInMs?: number; economySeats?: number; status?: FlightForSale['flight']['status'] } = {},
): FlightForSale {
  const departsAtMs = Math.floor((Date.now() + (overrides.departsInMs ?? 86_400_000)) / 60_000) * 60_000;
  const arrivesAtMs = departsAtMs + 420 * 60_000;
  const rules = { refundable: true, cancelFee: price(5_000), changeFee: price(3_000) };
  const seats = overrides.economySeats ?? 100;
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
      durationMinutes: 420,
      status: overrides.status ?? 'scheduled',
      airplane: { id: 'apl_1', model: 'Boeing 777-300ER' },
      fares: [
        { cabin: 'economy', price: price(29_900), seats, availableSeats: seats, rules },
        { cabin: 'business', price: price(120_000), seats: 10, availableSeats: 10, rules },
      ],
      version: 1,
    },
    layout: [{ cabin: 'economy', rows: { first: 1, last: 25 }, letters: 'AB CD', seats: 100 }],
  });
}

/** Stands where flight-search-service would, and answers from a list of flights by the agreed form. */
export async function startFlightCatalogue() {
  const flights = new Map<string, FlightForSale>();
  let asked = 0;
  const server = http.createServer((req, res) => {
    asked += 1;
    const found = flights.get(decodeURIComponent(req.url?.split('/').at(-1) ?? ''));
    const body = found ?? { status: 404, code: 'flight_not_found' };
    res.writeHead(found ? 200 : 404, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    // A server that listens on TCP has an address of this form.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** How often it was asked. */
    asked: () => asked,
    put(flight: FlightForSale): string {
      flights.set(flight.flight.id, flight);
      return flight.flight.id;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type FlightCatalogueServer = Awaited<ReturnType<typeof startFlightCatalogue>>;
