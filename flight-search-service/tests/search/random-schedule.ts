import fc from 'fast-check';
import type { FlightRecord } from '../../src/domain/flight.ts';

const day0 = Date.parse('2027-03-01T00:00:00Z');
const codes = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE', 'FFF'] as const;

/** Countries of the airports above: three in one, the others each in its own or sharing one. */
export const countries: Readonly<Record<string, string>> = {
  AAA: 'US',
  BBB: 'US',
  CCC: 'US',
  DDD: 'GB',
  EEE: 'GB',
  FFF: 'FR',
};

const fare = fc.record({
  cabin: fc.constantFrom('economy', 'business' as const),
  // Few prices, so that ties are common.
  priceMinor: fc.constantFrom(10_000, 20_000, 30_000),
  seats: fc.constantFrom(9, 2),
  taken: fc.constantFrom(0, 0, 0, 2),
});

/** A flight between two of the airports within three days, on a grid of half hours, so that times coincide. */
export const randomFlight: fc.Arbitrary<FlightRecord> = fc
  .record({
    number: fc.integer({ min: 1, max: 9_999 }),
    serial: fc.integer({ min: 0, max: 2 ** 30 }),
    ends: fc.uniqueArray(fc.constantFrom(...codes), { minLength: 2, maxLength: 2 }),
    departure: fc.integer({ min: 0, max: 3 * 48 - 1 }),
    length: fc.integer({ min: 1, max: 12 }),
    status: fc.constantFrom('scheduled', 'scheduled', 'scheduled', 'delayed', 'cancelled', 'departed' as const),
    fares: fc.uniqueArray(fare, { minLength: 1, maxLength: 2, selector: ({ cabin }) => cabin }),
    version: fc.integer({ min: 1, max: 3 }),
    inventoryVersion: fc.integer({ min: 0, max: 3 }),
    departureTerminal: fc.constantFrom(null, '4'),
    arrivalTerminal: fc.constantFrom(null, '2E'),
  })
  .map(({ number, serial, ends: [originCode = '', destinationCode = ''], departure, length, fares, ...rest }) => {
    const departsAtMs = day0 + departure * 30 * 60_000;
    return {
      id: `flt_${serial.toString(36).padStart(8, '0')}`,
      flightNumber: `BA${number}`,
      airlineCode: 'BA',
      originCode,
      destinationCode,
      localDate: new Date(departsAtMs).toISOString().slice(0, 10),
      departsAtMs,
      arrivesAtMs: departsAtMs + length * 30 * 60_000,
      airplaneId: 'apl_one',
      fares: fares.map((one) => ({ ...one, refundable: true, cancelFeeMinor: 100, changeFeeMinor: 50 })),
      ...rest,
    };
  });

/** Flights of different ids, many enough that some connect. */
export const randomFlights = (maximum: number) =>
  fc.uniqueArray(fc.noBias(randomFlight), {
    minLength: Math.floor(maximum / 2),
    maxLength: maximum,
    selector: ({ id }) => id,
  });
