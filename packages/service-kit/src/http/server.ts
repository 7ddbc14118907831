import http, { type IncomingMessage, type RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { problemOfHead, refuse, refuseConnect, refuseMalformed } from './malformed-requests.ts';
import { answerUpgrade } from './upgrades.ts';

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

/** What a client must have sent of its part of a TLS handshake. Node would wait for two minutes. */
const handshakeTimeoutMs = 10_000;

/** A certificate with those that vouch for it, and its key, as PEM. */
export type Certificate = { readonly cert: string; readonly key: string };

export type ListeningServer = {
  readonly port: number;
  /** New connections get this certificate; only of a server that was given one. @throws when it does not fit its key. */
  readonly useCertificate: (certificate: Certificate) => void;
  /** Ends when the last running request has been answered. */
  readonly stop: () => Promise<void>;
};

/**
 * Listens for HTTP, or HTTPS. Stopping loses no request: idle connections are kept for a while, because a client may already be
 * sending on one; whatever comes in is answered with `Connection: close`.
 * @param options.certificate without one it is HTTP without encryption.
 * @param options.acceptsUpgrade which requests that want to leave HTTP may; the listener finds their connection by `upgradeOf`.
 * All others are answered as if they had not asked.
 * (Node's `server.close()` alone cuts idle connections at once: 531 failed requests over 6 reloads under load.)
 */
export async function listen(
  listener: RequestListener,
  address: { host: string; port: number },
  options: {
    acceptsUpgrade?: ((req: IncomingMessage) => boolean) | undefined;
    certificate?: Certificate | undefined;
  } = {},
): Promise<ListeningServer> {
  let stopping = false;
  const refused = new WeakSet<Socket>();
  const answer: RequestListener = (req, res) => {
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
  };
  const server = createServer(options, answer);
  server.on('upgrade', (req, socket, head) => answer(req, answerUpgrade(req, { socket, head })));
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
    useCertificate: (certificate) => {
      if (server instanceof https.Server) server.setSecureContext(certificate);
    },
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

function createServer(
  { acceptsUpgrade = () => false, certificate }: NonNullable<Parameters<typeof listen>[2]>,
  answer: RequestListener,
): http.Server | https.Server {
  const all = { ...serverOptions, shouldUpgradeCallback: acceptsUpgrade };
  if (!certificate) return http.createServer(all, answer);
  return https.createServer({ ...all, ...certificate, handshakeTimeout: handshakeTimeoutMs }, answer);
}
