import http from 'node:http';
import { call } from '@jetbridge/testing/call.ts';

/** What clients got while they were posting. */
export type Tally = {
  /** Answers by call and status. */
  readonly answers: Map<string, number>;
  /** Requests that got no answer, or another one than they must, by what was wrong. */
  readonly failures: Map<string, number>;
  /** How long each answered request took, in milliseconds. */
  readonly durationsMs: number[];
};

/** A call and the one status it must be answered with. */
type Post = { readonly path: string; readonly body: () => object; readonly status: number };

/** A flight has seats for this many bookings of one passenger, and no more are asked of it. */
type Stock = { readonly flightId: string; left: number };

/** Flights that are sold at the same time: as on a busy day, the seller knows most of them already. */
const flightsAtOnce = 20;

/**
 * Posts to every service over keep-alive connections, one request after the other on each, until told to stop: bookings,
 * and calls that must be refused, each for a reason that only its own service can know.
 */
export async function startPostingClients(api: string, clients: number) {
  const token = await register(api);
  const stock = await findStock(api);
  const onSale = stock.splice(0, flightsAtOnce);
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
  const tally: Tally = { answers: new Map(), failures: new Map(), durationsMs: [] };
  let stopping = false;
  let turn = 0;

  const posts: readonly Post[] = [
    { path: '/bookings', body: () => orderFor(takeFlight()), status: 201 },
    { path: '/auth/refresh', body: () => ({ refreshToken: 'rt_nobody_has_this_one' }), status: 401 },
    { path: '/flights', body: () => ({}), status: 403 },
    { path: '/sandbox/clock', body: () => ({ advanceSeconds: 0 }), status: 403 },
  ];

  function takeFlight(): string {
    const place = turn++ % onSale.length;
    const flight = onSale[place];
    if (!flight) throw new Error('The flights that were found are sold out: ask for fewer requests.');
    flight.left -= 1;
    if (flight.left === 0) onSale.splice(place, 1, ...stock.splice(0, 1));
    return flight.flightId;
  }

  async function work(client: number): Promise<void> {
    for (let next = client; !stopping; next++) {
      const post = posts[next % posts.length];
      if (post) await send(post);
    }
  }

  async function send({ path, body, status }: Post): Promise<void> {
    const startedAt = performance.now();
    try {
      const answered = await postJson(`${api}${path}`, { agent, token, body: JSON.stringify(body()) });
      count(answered === status ? tally.answers : tally.failures, `${path} ${answered}`);
      tally.durationsMs.push(performance.now() - startedAt);
    } catch (error) {
      count(tally.failures, `${path} ${error instanceof Error && 'code' in error ? error.code : error}`);
    }
  }

  const working = Array.from({ length: clients }, (_, client) => work(client));
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

function count(tally: Map<string, number>, what: string): void {
  tally.set(what, (tally.get(what) ?? 0) + 1);
}

const orderFor = (flightId: string) => ({
  flights: [{ flightId, cabin: 'economy' }],
  passengers: [{ firstName: 'Ada', lastName: 'Lovelace', type: 'adult' }],
  contact: { email: 'clients@example.com' },
  payment: { method: 'card', token: 'tok_visa' },
});

/** The status of the answer. */
function postJson(url: string, { agent, token, body }: { agent: http.Agent; token: string; body: string }) {
  const headers = {
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
  };
  return new Promise<number>((resolve, reject) => {
    const req = http.request(url, { agent, method: 'POST', timeout: 40_000, headers }, (res) => {
      res.resume();
      res.once('end', () => resolve(res.statusCode ?? 0));
      res.once('error', reject);
    });
    req.once('timeout', () => req.destroy(new Error('no answer in 40 s')));
    req.once('error', reject);
    req.end(body);
  });
}
