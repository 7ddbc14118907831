/** Minutes that changing takes at least, by where one comes from and goes to: within the airport's country or not. */
export type ConnectingMinutes = {
  readonly domesticToDomestic: number;
  readonly domesticToInternational: number;
  readonly internationalToDomestic: number;
  readonly internationalToInternational: number;
};

/** Where an airport says nothing else. Whoever comes from abroad has passport, customs and a new check of bags before them. */
export const usualConnectingMinutes: ConnectingMinutes = {
  domesticToDomestic: 30,
  domesticToInternational: 60,
  internationalToDomestic: 90,
  internationalToInternational: 90,
};

/** A longer stay than this is a stopover, not a connection. */
export const longestConnectionMinutes = 24 * 60;

/** What a connection depends on, of an airport. */
export type ConnectingAirport = { readonly country: string; readonly connecting?: Partial<ConnectingMinutes> };

/** The least minutes between arriving from one airport and leaving for another. */
export function connectingMinutes(
  from: Pick<ConnectingAirport, 'country'>,
  here: ConnectingAirport,
  to: Pick<ConnectingAirport, 'country'>,
): number {
  const minutes = { ...usualConnectingMinutes, ...here.connecting };
  const fromAbroad = from.country !== here.country;
  const goesAbroad = to.country !== here.country;
  if (fromAbroad) return goesAbroad ? minutes.internationalToInternational : minutes.internationalToDomestic;
  return goesAbroad ? minutes.domesticToInternational : minutes.domesticToDomestic;
}
