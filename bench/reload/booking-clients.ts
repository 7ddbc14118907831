import http from 'node:http';
import { call } from '@jetbridge/testing/call.ts';

/** What clients got while they were booking. */
export type Tally = {
  /** Answers by status. */
  readonly answers: Map<number, number>;
  /** Requests that got no answer, by what was wrong. */
  readonly broken: Map<string, number>;
  /** How long each answered request took, in milliseconds. */
  readonly durationsMs: number[];
};

/** A flight has seats for this many bookings of one passenger, and no more are asked of it. */
type Stock = { readonly flightId: string; left: number };

/** Books seats over keep-alive connections, one request after the other on each, until told to stop. */
export async function startBookingClients(api: string, clients: number) {
  const token = await register(api);
  const stock = await findStock(api);
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
  const tally: Tally = { answers: new Map(), broken: new Map(), durationsMs: [] };
  let stopping = false;
  let turn = 0;

  function takeFlight(): string {
    for (let looked = 0; looked < stock.length; looked++) {
      const flight = stock[turn++ % stock.length];
      if (flight && flight.left > 0) {
        flight.left -= 1;
        return flight.flightId;
      }
    }
    throw new Error('The flights that were found are sold out: ask for fewer requests.');
  }

  async function work(): Promise<void> {
    while (!stopping) {
      const startedAt = performance.now();
      try {
        const status = await book(api, { agent, token, flightId: takeFlight() });
        tally.answers.set(status, (tally.answers.get(status) ?? 0) + 1);
        tally.durationsMs.push(performance.now() - startedAt);
      } catch (error) {
        const what = error instanceof Error && 'code' in error ? String(error.code) : String(error);
        tally.broken.set(what, (tally.broken.get(what) ?? 0) + 1);
      }
    }
  }

  const working = Array.from({ length: clients }, work);
  return {
    tally,
    stop: async () => {
      stopping = true;
      await Promise.all(working);
      agent.destroy();
    },
  };
}

async function register(api: string): Promise<string> {
  const body = { email: 'clients@example.com', password: 'a password for clients', name: 'Clients' };
  const { status, body: answer } = await call(api, 'POST /auth/register', { body });
  if (status !== 201) throw new Error(`Registering answered ${status}: ${JSON.stringify(answer)}`);
  return answer.accessToken;
}

/** Flights enough for a million single seats: 200 of each of some thirty days. */
async function findStock(api: string): Promise<Stock[]> {
  const stock: Stock[] = [];
  for (let day = 3; day <= 33; day++) {
    const date = new Date(Date.now() + day * 86_400_000).toISOString().slice(0, 10);
    const { body } = await call(api, `GET /flights?date=${date}&cabin=economy&limit=200`);
    for (const flight of body.data) {
      const economy = flight.fares.find((fare: { cabin: string }) => fare.cabin === 'economy');
      stock.push({ flightId: flight.id, left: economy.availableSeats });
    }
  }
  return stock;
}

function book(api: string, order: { agent: http.Agent; token: string; flightId: string }): Promise<number> {
  const body = JSON.stringify({
    flights: [{ flightId: order.flightId, cabin: 'economy' }],
    passengers: [{ firstName: 'Ada', lastName: 'Lovelace', type: 'adult' }],
    contact: { email: 'clients@example.com' },
  });
  return new Promise((resolve, reject) => {
    const req = http.request(
      `${api}/bookings`,
      {
        agent: order.agent,
        method: 'POST',
        timeout: 40_000,
        headers: {
          Authorization: `Bearer ${order.token}`,
          'Content-Type': 'application/json',
          'Content-Length': Buffer.byteLength(body),
        },
      },
      (res) => {
        res.resume();
        res.once('end', () => resolve(res.statusCode ?? 0));
        res.once('error', reject);
      },
    );
    req.once('timeout', () => req.destroy(new Error('no answer in 40 s')));
    req.once('error', reject);
    req.end(body);
  });
}
