import http, { type IncomingMessage, type RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { problemOfHead, refuse, refuseConnect, refuseMalformed } from './malformed-requests.ts';
import { cutStalledAnswers } from './stalled-answers.ts';
import { answerUpgrade } from './upgrades.ts';

/** Connections that ask nothing more are cut this long after the stop began; see `stop`. */
const cutIdleAfterMs = 4_000;

const maximumHeaderBytes = 16_384;

/** How long a client may take for each part of an exchange. */
export type ClientTimeouts = {
  /** Its part of a TLS handshake. Node would wait for two minutes. */
  readonly handshakeMs: number;
  /** From the beginning of a connection, or the first byte of a later request on it, to the end of the headers. */
  readonly headersMs: number;
  /** From there, too, to the end of the body. */
  readonly requestMs: number;
  /** Without reading anything of an answer. */
  readonly stalledMs: number;
  /** Between an answer and the next request. */
  readonly idleMs: number;
  /** How often the first ones are looked after; Node's 30 s would let a slow sender live three times as long. */
  readonly lookEveryMs: number;
};

export const usualTimeouts: ClientTimeouts = {
  handshakeMs: 10_000,
  headersMs: 10_000,
  requestMs: 30_000,
  stalledMs: 30_000,
  idleMs: 65_000,
  lookEveryMs: 2_000,
};

/** A certificate with those that vouch for it, and its key, as PEM. */
export type Certificate = { readonly cert: string; readonly key: string };

/** What requests and answers are, as Node's server takes it. */
export type MessageOptions = Pick<http.ServerOptions, 'IncomingMessage' | 'ServerResponse' | 'optimizeEmptyRequests'>;

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
 * @param options.messages how requests and answers are made, where they are not Node's own.
 * @param options.timeouts others than the usual ones, for tests that would wait too long for these.
 * (Node's `server.close()` alone cuts idle connections at once: 531 failed requests over 6 reloads under load.)
 */
export async function listen(
  listener: RequestListener,
  address: { host: string; port: number },
  options: {
    acceptsUpgrade?: ((req: IncomingMessage) => boolean) | undefined;
    messages?: MessageOptions | undefined;
    certificate?: Certificate | undefined;
    timeouts?: ClientTimeouts;
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
  // Node would answer an unknown expectation by itself, and go on on the same connection.
  server.on('checkExpectation', (req, res) => server.emit('request', req, res));
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
  {
    acceptsUpgrade = () => false,
    messages,
    certificate,
    timeouts = usualTimeouts,
  }: NonNullable<Parameters<typeof listen>[2]>,
  answer: RequestListener,
): http.Server | https.Server {
  const settings = {
    requestTimeout: timeouts.requestMs,
    headersTimeout: timeouts.headersMs,
    connectionsCheckingInterval: timeouts.lookEveryMs,
    keepAliveTimeout: timeouts.idleMs,
    maxHeaderSize: maximumHeaderBytes,
    // We ask for it ourselves, to answer its absence as every other problem.
    requireHostHeader: false,
    shouldUpgradeCallback: acceptsUpgrade,
    ...messages,
  } satisfies http.ServerOptions;
  const server = certificate
    ? https.createServer({ ...settings, ...certificate, handshakeTimeout: timeouts.handshakeMs }, answer)
    : http.createServer(settings, answer);
  cutStalledAnswers(server, timeouts.stalledMs);
  return server;
}
