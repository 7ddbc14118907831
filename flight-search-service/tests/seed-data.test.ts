import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { capacityOf } from '../src/domain/fleet/airplane-type.ts';
import { countSeats, layoutProblem } from '../src/domain/fleet/seat-layout.ts';
import { distanceKm } from '../src/domain/places/geography.ts';
import { localDateTimeAt } from '../src/domain/places/local-time.ts';
import { isKnownZone } from '../src/domain/places/zone-offsets.ts';
import { plausibleBlockMinutes } from '../src/domain/schedule/block-time.ts';
import { flightKeyOf } from '../src/domain/schedule/flight-draft.ts';
import { timetableFlights } from '../src/domain/schedule/timetable.ts';
import { readSeedAirlines, readSeedAirports, readSeedFleet, readSeedRoutes } from '../src/seed/seed-files.ts';

const airports = new Map(readSeedAirports().map((airport) => [airport.code, airport]));
const airlines = new Set(readSeedAirlines().map((airline) => airline.code));
const fleet = readSeedFleet();
const routes = readSeedRoutes();

/** Airports that ten American airlines flew to. */
const americanAirports = `
  ABE ABQ ADQ AGS AKN ALB AMA ANC ATL AUS AVL AVP AZO BDL BET BGM BHM BIL BIS BNA BOI BOS BRW BTR BTV BUF BUR
  BWI BZN CAE CAK CDV CHA CHS CID CLE CLT CMH COS CRP CRW CVG DAB DAL DAY DCA DEN DFW DLG DLH DRO DSM DTW DUT
  EGE ELM ELP ERI EUG EWR FAI FAR FAT FAY FCA FLL FNT FSD FWA GEG GFK GPT GRB GRR GSO GSP GTF GUC HDN HLN HNL
  HOU HPN HRL HSV IAD IAH ICT ILM IND ISP ITH JAC JAN JAX JFK JNU KOA KTN LAN LAS LAX LBB LEX LGA LGB LIH LIT
  LNK LSE MAF MBS MCI MCO MDT MDW MEM MFE MFR MGM MHT MIA MKE MLB MLI MLU MOB MOT MRY MSN MSO MSP MSY MTJ MYR
  OAK OGG OKC OMA OME ONT ORD ORF OTZ PBI PDX PHL PHX PIA PIT PNS PSC PSG PSP PVD PWM RAP RDU RIC RNO ROA ROC
  RST RSW SAN SAT SAV SBA SBN SCC SDF SEA SFO SGF SHV SIT SJC SJU SLC SMF SNA SRQ STL STT STX SUX SWF SYR TLH
  TOL TPA TRI TUL TUS TVC TYS VPS WRG
`;

const words = (text: string) => text.trim().split(/\s+/);
const cityCodesOf = (codes: string) => new Set(words(codes).map((code) => airports.get(code)?.cityCode));
const flightsFrom = (fromLocalDate: string, days: number) =>
  timetableFlights({ routes, airports, fleet, fromLocalDate, days });

describe('the airports that come along', () => {
  it('are the thousands of the world, in every inhabited part of it, each code once', () => {
    expect(readSeedAirports()).toHaveLength(airports.size);
    expect(airports.size).toBeGreaterThan(5_500);
    const parts = Map.groupBy(airports.values(), (airport) => airport.timeZone.split('/')[0] ?? '');
    for (const part of ['Africa', 'America', 'Asia', 'Atlantic', 'Australia', 'Europe', 'Indian', 'Pacific']) {
      expect(parts.get(part)?.length, part).toBeGreaterThan(40);
    }
  });

  it('have zones that the runtime knows, positions that exist, and ISO countries', () => {
    for (const { code, country, timeZone, latitude, longitude } of airports.values()) {
      expect(isKnownZone(timeZone), code).toBe(true);
      expect(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180, code).toBe(true);
      expect(country, code).toMatch(/^[A-Z]{2}$/);
    }
  });

  it('have the zones of today where maps of the past are wrong', () => {
    const zones = words('CUN PUQ YXY BUA CXI GVA CUU URC').map((code) => airports.get(code)?.timeZone);
    expect(zones).toEqual([
      'America/Cancun',
      'America/Punta_Arenas',
      'America/Whitehorse',
      'Pacific/Bougainville',
      'Pacific/Kiritimati',
      'Europe/Zurich',
      'America/Chihuahua',
      'Asia/Shanghai',
    ]);
  });

  it('are in one city where several serve it', () => {
    expect(cityCodesOf('LHR LGW STN LTN LCY')).toEqual(new Set(['LON']));
    expect(cityCodesOf('JFK LGA EWR')).toEqual(new Set(['NYC']));
    expect(cityCodesOf('HND NRT')).toEqual(new Set(['TYO']));
    expect(cityCodesOf('CDG ORY')).toEqual(new Set(['PAR']));
    expect(cityCodesOf('ZRH')).toEqual(new Set(['ZRH']));
  });

  it('are those of the new airports too, and not of the closed ones', () => {
    expect(words('BER IST DOH PKX TFU NQZ KTI TQO DSS').filter((code) => !airports.has(code))).toEqual([]);
    expect(words('TXL SXF THF TSE FRU').filter((code) => airports.has(code))).toEqual([]);
  });

  it('are all that American schedules name', () => {
    expect(words(americanAirports)).toHaveLength(198);
    expect(words(americanAirports).filter((code) => !airports.has(code))).toEqual([]);
  });

  it('belong to exactly the cities of the cities file', () => {
    const file = readFileSync(new URL('../seed/cities.csv', import.meta.url));
    const cities: { code: string; name: string; country: string }[] = parse(file, { columns: true });
    expect(new Set(cities.map((city) => city.code))).toEqual(
      new Set([...airports.values()].map(({ cityCode }) => cityCode)),
    );
    expect(cities.find((city) => city.code === 'NYC')).toEqual({ code: 'NYC', name: 'New York', country: 'US' });
  });
});

describe('the fleet that comes along', () => {
  it('has layouts without fault, with as many seats as they say', () => {
    for (const { type, cabins } of fleet.values()) {
      expect(layoutProblem(cabins), type).toBeUndefined();
      expect(cabins.map(countSeats), type).toEqual(cabins.map((cabin) => cabin.seats));
    }
  });

  it('has each model once, from nine seats to over five hundred, and an airplane with all four cabins', () => {
    expect(new Set([...fleet.values()].map((type) => type.model)).size).toBe(fleet.size);
    const capacities = [...fleet.values()].map(capacityOf);
    expect([Math.min(...capacities), Math.max(...capacities)]).toEqual([9, 548]);
    expect(fleet.get('B77W')?.cabins).toHaveLength(4);
  });
});

describe('the world timetable that comes along', () => {
  it('uses each flight number once, for airlines, airports and airplanes that come along', () => {
    expect(new Set(routes.map((route) => `${route.airline}${route.number}`)).size).toBe(routes.length);
    for (const route of routes) {
      const name = `${route.airline}${route.number}`;
      expect(airlines.has(route.airline), name).toBe(true);
      expect(airports.has(route.origin) && airports.has(route.destination), name).toBe(true);
      expect(fleet.has(route.aircraft), name).toBe(true);
      expect(route.days, name).toMatch(/^1?2?3?4?5?6?7?$/);
    }
  });

  it('flies both ways, and no airplane further than it can', () => {
    const ways = new Set(routes.map((route) => `${route.origin}-${route.destination}`));
    for (const { airline, number, origin, destination, aircraft } of routes) {
      const [from, to] = [airports.get(origin), airports.get(destination)];
      const km = from && to ? distanceKm(from, to) : Number.NaN;
      expect(km, `${airline}${number}`).toBeLessThanOrEqual(fleet.get(aircraft)?.rangeKm ?? 0);
      expect(ways.has(`${destination}-${origin}`), `${destination}-${origin}`).toBe(true);
    }
    expect(ways.size).toBeGreaterThan(600);
  });

  it('connects New York and London daily both ways on several airlines, BA178 leaving New York at 18:30', () => {
    for (const [origin, destination] of [
      ['JFK', 'LHR'],
      ['LHR', 'JFK'],
    ]) {
      const daily = routes.filter(
        (route) => route.origin === origin && route.destination === destination && route.days === '1234567',
      );
      expect(new Set(daily.map((route) => route.airline)).size).toBeGreaterThanOrEqual(4);
    }
    const christmas = [...flightsFrom('2026-12-25', 1)].find((flight) => flight.flightNumber === 'BA178');
    expect(christmas).toMatchObject({ originCode: 'JFK', destinationCode: 'LHR', localDate: '2026-12-25' });
    expect(localDateTimeAt(christmas?.departsAtMs ?? 0, 'America/New_York')).toBe('2026-12-25T18:30');
  });

  it('has at most 100,000 flights over 120 days, whatever the weekday of the first', () => {
    for (let day = 1; day <= 7; day++) {
      let flights = 0;
      for (const _ of flightsFrom(`2026-11-2${day}`, 120)) {
        flights++;
      }
      expect(flights).toBeGreaterThan(95_000);
      expect(flights).toBeLessThanOrEqual(100_000);
    }
  });

  it('has no flight twice, none of an impossible length, and none that its clocks skip, in a year', () => {
    const keys = new Set<string>();
    for (const start of ['2026-11-21', '2027-03-21', '2027-07-19']) {
      for (const flight of flightsFrom(start, 120)) {
        const [from, to] = [airports.get(flight.originCode), airports.get(flight.destinationCode)];
        const { min, max } = plausibleBlockMinutes(from && to ? distanceKm(from, to) : Number.NaN);
        const minutes = (flight.arrivesAtMs - flight.departsAtMs) / 60_000;
        if (!(minutes >= min && minutes <= max)) {
          throw new Error(`${flightKeyOf(flight)} takes ${minutes} minutes`);
        }
        keys.add(flightKeyOf(flight));
      }
    }
    const weeks = routes.reduce((sum, route) => sum + route.days.length, 0);
    // 360 days are 51 weeks and three days.
    expect(keys.size).toBeGreaterThanOrEqual(51 * weeks);
    expect(keys.size).toBeLessThanOrEqual(51 * weeks + 3 * routes.length);
  });
});
