import { takesOffers } from '../../waitlist/domain/booking-for-party.ts';
import type { DeskRequest } from '../desk/desk-request.ts';
import type { DeskState } from '../desk/desk-state.ts';

/** Offers what is free of a flight to whoever waits for it; the outcome is how many parties got something. */
export function offeringSeats(flightId: string): DeskRequest<number> {
  return {
    needs: { flights: [flightId], frees: true },
    decide: (state) => waiting(state, flightId),
    afterOffers: (before, state) => before - waiting(state, flightId),
  };
}

/** Ends the lines of a flight that offers nothing any more; the outcome is how many parties waited in vain. */
export function endingLines(flightId: string, nowMs: number): DeskRequest<number> {
  return {
    needs: { flights: [flightId], frees: true },
    decide: (state) => {
      const flight = state.lines.copyOf(flightId)?.flight;
      if (!flight || takesOffers(flight, nowMs)) return 0;
      const entries = linesOf(state, flightId);
      for (const entry of entries) {
        state.lines.put({ ...entry, status: 'closed', version: entry.version + 1, updatedAtMs: nowMs });
      }
      return entries.length;
    },
  };
}

const linesOf = (state: DeskState, flightId: string) =>
  Array.from(state.flight(flightId).cabins.keys(), (cabin) => state.lines.line({ flightId, cabin })).flat();

const waiting = (state: DeskState, flightId: string) => linesOf(state, flightId).length;
