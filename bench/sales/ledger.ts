import type { Flight } from '@jetbridge/contracts/flights/schemas.ts';
import type { RawAnswer } from '../raw-http/answer-reader.ts';
import { openConnection } from '../raw-http/connection.ts';
import { requestText } from '../raw-http/request-text.ts';
import type { Customers } from './customers.ts';
import type { Orders } from './load.ts';
import { partySize, type Scenario } from './scenarios.ts';

/** Different mistakes that are remembered by their words; more are only counted. */
const maximumKinds = 20;

/** Connections that sell the first seats. */
const firstConnections = 16;

/** What was ordered of a seller and how it answered, over all turns. */
export type Ledger = {
  /** Orders of a scenario, going on where its last turn ended. */
  readonly ordersOf: (scenario: Scenario, customers: Customers) => Orders;
  /** Makes flights known to the seller, and their seats opened, before anything is measured. */
  readonly sellOneOfEach: (port: number, scenario: Scenario, customers: Customers) => Promise<void>;
  /** Seats by flight id that were sold by the seller's own word. */
  readonly sold: () => ReadonlyMap<string, number>;
  /** Answers other than 201, in sentences. */
  readonly mistakes: () => readonly string[];
};

export function createLedger(): Ledger {
  const sold = new Map<string, number>();
  const mistakes = new Map<string, number>();
  const orderCounts = new Map<Scenario, number>();
  let keyCount = 0;

  function ordersFor(customers: Customers, nextFlight: () => Flight): Orders {
    return {
      next: () => {
        const flight = nextFlight();
        return { request: orderText(customers.nextToken(), `bench-${keyCount++}`, flight), flightId: flight.id };
      },
      answered: ({ flightId }, answer) => {
        if (answer.status === 201) {
          sold.set(flightId, (sold.get(flightId) ?? 0) + partySize);
          return true;
        }
        note(whatIsWrong(answer));
        return false;
      },
      failed: (error) => note(error.message),
    };
  }

  function note(mistake: string): void {
    const kind = mistakes.has(mistake) || mistakes.size < maximumKinds ? mistake : 'others';
    mistakes.set(kind, (mistakes.get(kind) ?? 0) + 1);
  }

  return {
    ordersOf: (scenario, customers) =>
      ordersFor(customers, () => {
        const order = orderCounts.get(scenario) ?? 0;
        orderCounts.set(scenario, order + 1);
        return flightAt(scenario, scenario.flightOf(order));
      }),
    sellOneOfEach: async (port, scenario, customers) => {
      let place = 0;
      const orders = ordersFor(customers, () => flightAt(scenario, place++));
      const sellOnOneConnection = async () => {
        const connection = await openConnection(port);
        while (place < scenario.flights.length) {
          const order = orders.next();
          orders.answered(order, await connection.ask(order.request));
        }
        connection.cut();
      };
      await Promise.all(Array.from({ length: firstConnections }, sellOnOneConnection));
    },
    sold: () => sold,
    mistakes: () => [...mistakes].map(([mistake, count]) => `${count} orders were not answered with 201: ${mistake}`),
  };
}

function flightAt({ flights, name }: Scenario, place: number): Flight {
  const found = flights[place];
  if (!found) throw new Error(`All flights of "${name}" are sold: the seller is faster than was provided for.`);
  return found.flight;
}

const bodies = new Map<string, string>();

function orderText(token: string, idempotencyKey: string, { id }: Flight): string {
  let body = bodies.get(id);
  if (body === undefined) {
    body = JSON.stringify(orderFor(id));
    bodies.set(id, body);
  }
  return requestText({ method: 'POST', path: '/bookings', token, idempotencyKey, body });
}

const orderFor = (flightId: string) => ({
  flights: [{ flightId, cabin: 'economy' }],
  passengers: [
    { firstName: 'Ada', lastName: 'Lovelace', type: 'adult' },
    { firstName: 'Charles', lastName: 'Babbage', type: 'adult' },
  ],
  contact: { email: 'ada@example.com' },
  payment: { method: 'card', token: 'tok_visa' },
});

function whatIsWrong({ status, body }: RawAnswer): string {
  const code = /"code":"(\w+)"/.exec(body.toString('latin1'))?.[1];
  return `${status} ${code ?? ''}`.trim();
}
