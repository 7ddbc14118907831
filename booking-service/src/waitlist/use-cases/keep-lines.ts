import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import { DateTime } from 'luxon';
import type { DeskRequest } from '../../sales/desk/desk-request.ts';
import type { SalesDesk } from '../../sales/desk/sales-desk.ts';
import { endingLines, offeringSeats } from '../../sales/operations/offer-seats.ts';
import { decided } from '../../sales/use-cases/keyed-request.ts';
import type { Waitlist } from '../db/waitlist.ts';

export type KeepLinesParts = {
  readonly desk: SalesDesk;
  readonly waitlist: Waitlist;
  readonly clock: Clock;
  readonly maximumHeldSeats: number;
};

/** Flights of one turn. The next turn begins behind the last of them, so that none holds up the others. */
const flightsPerTurn = 50;

/** Local days begin up to 14 hours before and after those of UTC. */
const daysAhead = 1;

/**
 * Makes what offers seats that no transaction freed for those who wait: of users who had as many unpaid seats as anybody
 * may when their turn came, and have fewer now. Each call takes some flights, and returns how many parties were offered
 * seats.
 */
export function createLateOffers({ desk, waitlist, maximumHeldSeats }: KeepLinesParts): () => Promise<number> {
  return inTurns(
    (after) => waitlist.flightsWithSeatsToOffer({ after, maximumHeldSeats, limit: flightsPerTurn }),
    (flightIds) => askForEach(desk, flightIds.map(offeringSeats)),
  );
}

/**
 * Makes what ends the lines of flights that are cancelled, have left or leave too soon. Each call takes some flights, and
 * returns how many parties wait no longer.
 */
export function createLineEnds({ desk, waitlist, clock }: KeepLinesParts): () => Promise<number> {
  return inTurns(
    (after) => {
      const lastDay = DateTime.fromMillis(clock.nowMs(), { zone: 'utc' }).plus({ days: daysAhead }).toISODate() ?? '';
      return waitlist.flightsWithEndingLines({ after, lastDay, limit: flightsPerTurn });
    },
    (flightIds) =>
      askForEach(
        desk,
        flightIds.map((id) => endingLines(id, clock.nowMs())),
      ),
  );
}

function inTurns(
  find: (after: string) => Promise<string[]>,
  work: (flightIds: readonly string[]) => Promise<number>,
): () => Promise<number> {
  let after = '';
  return async () => {
    const found = await find(after);
    after = found.length < flightsPerTurn ? '' : (found.at(-1) ?? '');
    return work(found);
  };
}

async function askForEach(desk: SalesDesk, requests: readonly DeskRequest<number>[]): Promise<number> {
  const replies = await Promise.all(requests.map(desk.ask));
  return replies.reduce((sum, reply) => sum + decided(reply), 0);
}
