import type { Airport, ConnectingMinutes } from '@jetbridge/contracts/flights/schemas.ts';

/** Where an airport says nothing else. Whoever comes from abroad has passports, customs and a new check before them. */
const usualMinutes = {
  domesticToDomestic: 30,
  domesticToInternational: 60,
  internationalToDomestic: 90,
  internationalToInternational: 90,
} as const satisfies ConnectingMinutes;

/** A longer stay than this is a stopover, not a connection. */
export const longestConnectionMinutes = 24 * 60;

/** What a connection depends on, of an airport. */
export type ConnectingAirport = Pick<Airport, 'country' | 'connectingMinutes'>;

/** The least minutes between arriving from one airport and leaving for another: by what crosses the border of the country. */
export function connectingMinutes(
  from: Pick<ConnectingAirport, 'country'>,
  here: ConnectingAirport,
  to: Pick<ConnectingAirport, 'country'>,
): number {
  const fromAbroad = from.country !== here.country;
  const goesAbroad = to.country !== here.country;
  const way = fromAbroad
    ? goesAbroad
      ? 'internationalToInternational'
      : 'internationalToDomestic'
    : goesAbroad
      ? 'domesticToInternational'
      : 'domesticToDomestic';
  return here.connectingMinutes?.[way] ?? usualMinutes[way];
}
