import { readTable } from './csv-tables.ts';

/** An airport as airports.csv has it. */
export type Airport = {
  readonly code: string;
  readonly cityCode: string;
  readonly name: string;
  readonly city: string;
  readonly country: string;
  readonly timeZone: string;
  readonly latitude: number;
  readonly longitude: number;
};

/** An airport as OpenFlights has it. */
export type OpenFlightsAirport = {
  readonly iata: string | null;
  readonly name: string;
  readonly city: string | null;
  readonly country: string;
  readonly tz: string | null;
  readonly latitude: number;
  readonly longitude: number;
};

/** Zones by the names the IANA database has today. */
const renamedZones: Readonly<Record<string, string>> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Godthab': 'America/Nuuk',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Mendoza': 'America/Argentina/Mendoza',
  'America/Yellowknife': 'America/Edmonton',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Johnston': 'Pacific/Honolulu',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
};

/** The airports that have an IATA code, by it, in our form; a zone that OpenFlights lacks is empty. */
export function airportsWithCode(source: readonly OpenFlightsAirport[]): Map<string, Airport> {
  const countries = new Map(readTable('countries.csv').map((row) => [row.name, row.code]));
  // Codes with digits are American landing-strip numbers, not IATA codes.
  const coded = source.filter((airport) => /^[A-Z]{3}$/.test(airport.iata ?? ''));
  return new Map(coded.map((airport) => [airport.iata ?? '', tidy(airport, countries.get(airport.country))]));
}

function tidy(airport: OpenFlightsAirport, country: string | undefined): Airport {
  if (country === undefined) {
    throw new Error(`No ISO 3166 code is known for the country "${airport.country}": add it to countries.csv`);
  }
  const code = airport.iata ?? '';
  const name = tidyText(airport.name);
  const city = tidyText(airport.city ?? '');
  return {
    code,
    cityCode: code,
    name,
    city: city === '' ? name.replace(/ (?:International |Regional |Municipal )?Airport$/, '') : city,
    country,
    timeZone: renamedZones[airport.tz ?? ''] ?? airport.tz ?? '',
    latitude: round(airport.latitude),
    longitude: round(airport.longitude),
  };
}

function tidyText(text: string): string {
  return text.replaceAll('\\', '').replaceAll(/\s+/g, ' ').trim();
}

/** Five decimals are one metre. */
function round(degrees: number): number {
  return Math.round(degrees * 100_000) / 100_000;
}
