import type { TokenIssuer } from '@jetbridge/testing/access-tokens.ts';
import type { Doors } from './doors.ts';
import type { Findings } from './findings.ts';
import type { FlightsOnSale } from './proof-flights.ts';
import type { Sellers } from './sellers.ts';
import type { Tally } from './tally.ts';
import type { ToldBookings } from './told-bookings.ts';

/** What all clients of a run share. */
export type ProofContext = {
  readonly seed: number;
  /** Whether bookings are paid: holds, payments, seats and keys are tried only then. */
  readonly payments: boolean;
  readonly flights: FlightsOnSale;
  readonly tokens: TokenIssuer;
  readonly sellers: Sellers;
  readonly doors: Doors;
  readonly tally: Tally;
  readonly told: ToldBookings;
  readonly findings: Findings;
};
