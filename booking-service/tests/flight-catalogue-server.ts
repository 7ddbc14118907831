import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventEnvelope } from '@jetbridge/contracts/events/envelope.ts';
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

/** The next version of a flight, with changes. */
export function revise(from: FlightForSale, changes: Partial<FlightForSale['flight']> = {}): FlightForSale {
  return { ...from, flight: { ...from.flight, version: from.flight.version + 1, ...changes } };
}

/** The same flight so many minutes later. */
export function delay({ flight }: FlightForSale, minutes: number): Partial<FlightForSale['flight']> {
  const later = (instant: string) => toInstant(Date.parse(instant) + minutes * 60_000);
  const departureTime = later(flight.departureTime);
  const arrivalTime = later(flight.arrivalTime);
  return {
    departureTime,
    arrivalTime,
    departureLocal: departureTime.slice(0, 16),
    arrivalLocal: arrivalTime.slice(0, 16),
    status: 'delayed',
  };
}

/** The same flight with another number of seats in economy. */
export function withSeats({ flight }: FlightForSale, seats: number): Partial<FlightForSale['flight']> {
  return { fares: flight.fares.map((fare) => (fare.cabin === 'economy' ? { ...fare, seats } : fare)) };
}

/** Stands where flight-search-service would: answers from a list of flights and tells events, both by the agreed form. */
export async function startFlightCatalogue() {
  const flights = new Map<string, FlightForSale>();
  const events: { position: number; event: EventEnvelope }[] = [];
  let asked = 0;
  let mayAnswer: Promise<void> = Promise.resolve();
  const server = http.createServer(async (req, res) => {
    const address = new URL(req.url ?? '/', 'http://here');
    if (address.pathname === '/internal/events') {
      const after = Number(address.searchParams.get('after') ?? 0);
      const page = events.filter(({ position }) => position > after).slice(0, 200);
      const body = { events: page, position: page.at(-1)?.position ?? after };
      res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      return;
    }
    asked += 1;
    await mayAnswer;
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
    /** Keeps those who ask for flights from now on waiting, until what it returns is called. */
    keepWaiting(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      mayAnswer = promise;
      return resolve;
    },
    put(flight: FlightForSale): string {
      flights.set(flight.flight.id, flight);
      return flight.flight.id;
    },
    /** Tells of a flight's version; the same event again when an id is given twice. */
    tell(type: 'flight.updated' | 'flight.cancelled', { flight }: FlightForSale, eventId = newId('evt')): string {
      const event: EventEnvelope = {
        specversion: '1.0',
        id: eventId,
        source: '/flight-search-service',
        type,
        subject: flight.id,
        time: new Date().toISOString(),
        datacontenttype: 'application/json',
        data: flight,
      };
      events.push({ position: events.length + 1, event });
      return eventId;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type FlightCatalogueServer = Awaited<ReturnType<typeof startFlightCatalogue>>;
