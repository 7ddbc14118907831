import { auditRecorded, type Deed } from '@jetbridge/service-kit/events/audit.ts';
import type { EventDraft } from '@jetbridge/service-kit/events/outbox.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { FlightRecord } from '../domain/flight.ts';

type FlightDeed = { readonly actor: string } & (
  | { readonly before: FlightRecord; readonly after?: undefined }
  | { readonly before?: undefined; readonly after: FlightRecord }
  | { readonly before: FlightRecord; readonly after: FlightRecord }
);

/** What staff did to a flight, for the audit log: of a change, what differs; of the first and last, all. */
export function flightDeed({ actor, before, after }: FlightDeed): EventDraft {
  const [was, is] = [before && factsOf(before), after && factsOf(after)];
  const target = { type: 'flight', id: (after ?? before).id };
  if (!was || !is)
    return record({ actor, target, action: is ? 'flight.created' : 'flight.deleted', before: was, after: is });
  const changed = Object.keys({ ...was, ...is }).filter(
    (name) => JSON.stringify(is[name]) !== JSON.stringify(was[name]),
  );
  const only = (facts: Facts) => Object.fromEntries(changed.map((name) => [name, facts[name] ?? null]));
  return record({ actor, target, action: actionOf(was, is), before: only(was), after: only(is) });
}

/** A schedule that was loaded, told once as a whole; nobody is named who loaded it from a command line. */
export function importDeed(importId: string, actor: string | undefined, after: object): EventDraft {
  return record({ actor, action: 'schedule.imported', target: { type: 'import', id: importId }, after });
}

type Facts = Readonly<Record<string, unknown>>;

function factsOf(flight: FlightRecord): Facts {
  return {
    flightNumber: flight.flightNumber,
    origin: flight.originCode,
    destination: flight.destinationCode,
    departureTime: toInstant(flight.departsAtMs),
    arrivalTime: toInstant(flight.arrivesAtMs),
    ...(flight.departureTerminal === null ? {} : { departureTerminal: flight.departureTerminal }),
    ...(flight.arrivalTerminal === null ? {} : { arrivalTerminal: flight.arrivalTerminal }),
    status: flight.status,
    airplaneId: flight.airplaneId,
    prices: Object.fromEntries(flight.fares.map(({ cabin, priceMinor }) => [cabin, priceMinor])),
    seats: Object.fromEntries(flight.fares.map(({ cabin, seats }) => [cabin, seats])),
  };
}

/** The one word for a change, by what matters most. */
function actionOf(was: Facts, is: Facts): Deed['action'] {
  if (was.status !== is.status && is.status === 'cancelled') return 'flight.cancelled';
  return JSON.stringify(was.prices) === JSON.stringify(is.prices) ? 'flight.changed' : 'flight.price_changed';
}

function record({
  before,
  after,
  ...deed
}: Omit<Deed, 'before' | 'after'> & { before?: object | undefined; after?: object | undefined }): EventDraft {
  return auditRecorded('flight-search-service', {
    ...deed,
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
  });
}
