import http, { type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { problemOfHead, refuse, refuseConnect, refuseMalformed } from './malformed-requests.ts';

/** Connections that ask nothing more are cut this long after the stop began; see `stop`. */
const cutIdleAfterMs = 4_000;

const serverOptions = {
  // From the first byte to the end of the body, and to the end of the headers.
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  // How often these two are looked after; Node's 30 s would let a slow sender live three times as long.
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
  // We ask for it ourselves, to answer its absence as every other problem.
  requireHostHeader: false,
} satisfies http.ServerOptions;

export type ListeningServer = {
  readonly port: number;
  /** Ends when the last running request has been answered. */
  readonly stop: () => Promise<void>;
};

/**
 * Listens for HTTP. Stopping loses no request: idle connections are kept for a while, because a client may already be
 * sending on one; whatever comes in is answered with `Connection: close`.
 * (Node's `server.close()` alone cuts idle connections at once: 531 failed requests over 6 reloads under load.)
 */
export async function listen(
  listener: RequestListener,
  address: { host: string; port: number },
): Promise<ListeningServer> {
  let stopping = false;
  const refused = new WeakSet<Socket>();
  const server = http.createServer(serverOptions, (req, res) => {
    // What a client sent behind a refused request was read together with it; its connection is being closed.
    if (refused.has(req.socket)) return;
    const problem = problemOfHead(req);
    if (problem) {
      refused.add(req.socket);
      refuse(req, res, problem);
      return;
    }
    if (stopping) res.setHeader('Connection', 'close');
    listener(req, res);
  });
  // Node would answer an unknown expectation by itself, and go on on the same connection.
  server.on('checkExpectation', (req, res) => server.emit('request', req, res));
  server.on('clientError', refuseMalformed);
  server.on('connect', refuseConnect);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    // `address()` is a string only for pipes.
    port: (server.address() as AddressInfo).port,
    stop: () => {
      stopping = true;
      const cutIdle = server.closeIdleConnections.bind(server);
      server.closeIdleConnections = () => {};
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const timer = setInterval(cutIdle, cutIdleAfterMs);
      return closed.finally(() => clearInterval(timer));
    },
  };
}
