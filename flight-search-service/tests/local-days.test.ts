import { flight as flightSchema } from '@jetbridge/contracts/flights/schemas.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { expect, test } from 'vitest';
import { addFlight, numbersFound, useFlightService } from './flight-world.ts';

/** A flight by its instants, and on which local day it leaves and arrives, at what local times. */
const localDays: readonly {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly departs: string;
  readonly arrives: string;
  readonly departureLocal: string;
  readonly arrivalLocal: string;
  readonly durationMinutes: number;
}[] = [
  {
    name: 'Honolulu to Auckland leaves on Christmas Eve and arrives on Boxing Day, across the date line',
    from: 'HNL',
    to: 'AKL',
    departs: '2026-12-25T09:00:00Z',
    arrives: '2026-12-25T18:00:00Z',
    departureLocal: '2026-12-24T23:00',
    arrivalLocal: '2026-12-26T07:00',
    durationMinutes: 540,
  },
  {
    name: 'Auckland to Honolulu arrives before it left, by the calendar',
    from: 'AKL',
    to: 'HNL',
    departs: '2026-12-25T11:30:00Z',
    arrives: '2026-12-25T20:00:00Z',
    departureLocal: '2026-12-26T00:30',
    arrivalLocal: '2026-12-25T10:00',
    durationMinutes: 510,
  },
  {
    name: 'New York in March: half an hour after the skipped hour it is already daylight time',
    from: 'JFK',
    to: 'LHR',
    departs: '2027-03-14T07:30:00Z',
    arrives: '2027-03-14T14:30:00Z',
    departureLocal: '2027-03-14T03:30',
    arrivalLocal: '2027-03-14T14:30',
    durationMinutes: 420,
  },
  {
    name: 'New York in November: the second 01:30 of the night',
    from: 'JFK',
    to: 'LHR',
    departs: '2026-11-01T06:30:00Z',
    arrives: '2026-11-01T13:30:00Z',
    departureLocal: '2026-11-01T01:30',
    arrivalLocal: '2026-11-01T13:30',
    durationMinutes: 420,
  },
  {
    name: 'Delhi to Kathmandu: half an hour and three quarters of an hour off the full',
    from: 'DEL',
    to: 'KTM',
    departs: '2026-12-24T18:45:00Z',
    arrives: '2026-12-24T20:30:00Z',
    departureLocal: '2026-12-25T00:15',
    arrivalLocal: '2026-12-25T02:15',
    durationMinutes: 105,
  },
  {
    name: 'Apia to Pago Pago: an hour of flight, and the day before',
    from: 'APW',
    to: 'PPG',
    departs: '2026-12-25T11:00:00Z',
    arrives: '2026-12-25T11:35:00Z',
    departureLocal: '2026-12-26T00:00',
    arrivalLocal: '2026-12-25T00:35',
    durationMinutes: 35,
  },
];

describeOnEachDatabase('searching by route and local day', (database) => {
  const world = useFlightService(database);
  const dayAfter = (date: string, days: number) =>
    new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

  test.for(localDays)('$name', async (day) => {
    const { from, to, departs, arrives, name: _name, ...shown } = day;
    const added = await addFlight(world(), {
      originCode: from,
      destinationCode: to,
      departureTime: departs,
      arrivalTime: arrives,
    });
    expect(flightSchema.parse(added)).toEqual(added);
    expect(added).toMatchObject({ ...shown, departureTime: departs, arrivalTime: arrives });
    const date = shown.departureLocal.slice(0, 10);
    const found = (on: string) => numbersFound(world(), `origin=${from}&destination=${to}&date=${on}`);
    expect(await found(date)).toEqual([added.flightNumber]);
    expect(await found(dayAfter(date, -1))).not.toContain(added.flightNumber);
    expect(await found(dayAfter(date, 1))).not.toContain(added.flightNumber);
  });
});
