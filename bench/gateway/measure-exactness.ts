import { openConnection } from '../raw-http/connection.ts';
import { requestText } from '../raw-http/request-text.ts';
import type { GatewayWorld } from './gateways.ts';

/** How exactly processes together let in what an account may. */
export type Exactness = {
  readonly processes: number;
  readonly accounts: number;
  readonly allowedEach: number;
  readonly admitted: number;
  /** Of the account that was furthest from its budget, as a share of it. */
  readonly largestError: number;
};

const processes = 4;
const accounts = 50;
/** Enough for processes to take portions of it, instead of asking for each request. */
const allowedEach = 800;
const sentEach = 880;
const connectionsPerProcess = 8;

/** Sends more than each account may, mixed over several processes at once, and counts what was let in. */
export async function measureExactness(world: GatewayWorld, say: (sentence: string) => void): Promise<Exactness> {
  say(`Counting what ${processes} processes let in of ${accounts} accounts …`);
  const settings = { RATE_LIMIT_PER_MINUTE: '1000000', RATE_LIMIT_PER_ACCOUNT: String(allowedEach) };
  const gateways = await Promise.all(Array.from({ length: processes }, () => world.startJetbridge(settings)));
  const requests = Array.from({ length: accounts }, () =>
    requestText({ method: 'GET', path: '/api/v1/flights', token: world.issuer.user().token }),
  );
  const admitted = requests.map(() => 0);
  let sent = 0;

  async function send(port: number): Promise<void> {
    const connection = await openConnection(port);
    while (sent < accounts * sentEach) {
      const account = sent++ % accounts;
      const { status } = await connection.ask(requests[account] ?? '');
      if (status === 200) admitted[account] = (admitted[account] ?? 0) + 1;
      else if (status !== 429) throw new Error(`The gateway answered ${status}.`);
    }
    connection.cut();
  }
  try {
    await Promise.all(gateways.flatMap(({ port }) => Array.from({ length: connectionsPerProcess }, () => send(port))));
  } finally {
    await Promise.all(gateways.map((gateway) => gateway.kill()));
  }
  const errors = admitted.map((count) => Math.abs(count - allowedEach) / allowedEach);
  return {
    processes,
    accounts,
    allowedEach,
    admitted: admitted.reduce((sum, count) => sum + count, 0),
    largestError: Math.max(...errors),
  };
}
