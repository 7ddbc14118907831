import type { FareDraft } from '../pricing/fares.ts';

/** A flight as a timetable or a schedule file yields it: all that the catalogue keeps but id, status and versions. */
export type FlightDraft = {
  readonly airlineCode: string;
  /** With the airline's code: `BA178`. */
  readonly flightNumber: string;
  readonly originCode: string;
  readonly destinationCode: string;
  /** Local day of departure at the origin: `2026-12-25`. */
  readonly localDate: string;
  readonly departsAtMs: number;
  readonly arrivesAtMs: number;
  /** Where the file names them: `4`, `2E`. */
  readonly departureTerminal?: string;
  readonly arrivalTerminal?: string;
  /** Names one airplane type of the fleet. */
  readonly model: string;
  readonly fares: readonly FareDraft[];
};

/** What no two flights share: airline and number, origin, and local day of departure. */
export function flightKeyOf(flight: Pick<FlightDraft, 'flightNumber' | 'originCode' | 'localDate'>): string {
  return `${flight.flightNumber} ${flight.originCode} ${flight.localDate}`;
}
