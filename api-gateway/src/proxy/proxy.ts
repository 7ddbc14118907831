import type http from 'node:http';
import { ClientRequest } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { Stream } from 'node:stream';
import type { Request, Response } from 'express';
import { createProxyMiddleware, type Plugin, type RequestHandler } from 'http-proxy-middleware';
import { addressAtService, type Exchange, exchangeOf } from '../exchange.ts';
import type { Instance } from '../upstreams/instance.ts';
import { hasBody, isRepeatable, limitStreamedBody } from './body-limit.ts';
import { writeToServiceAtEndOfTurn } from './end-of-turn.ts';
import { UpstreamTimeout } from './failures.ts';
import { maximumFreeSockets, ServiceAgent } from './service-agent.ts';
import { streamAnswer } from './stream-answer.ts';

type ErrorListener = (error: unknown, req: Request, res: Response | Socket) => void;

type ProxyOptions = {
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Hears of every request that was not answered to its end, at least once. */
  readonly onError: ErrorListener;
};

/** The proxy proper: sends a request to the instance that its exchange names, and streams the answer back. */
type Proxy = { readonly send: (req: Request, res: Response) => void; readonly close: () => void };

export function createProxy(options: ProxyOptions): Proxy {
  const agents = {
    http: new ServiceAgent(),
    https: new https.Agent({ keepAlive: true, maxFreeSockets: maximumFreeSockets }),
  };
  const viaHttp = createMiddleware(agents.http, options);
  const viaHttps = createMiddleware(agents.https, options);
  return {
    send: (req, res) => {
      // Where it goes is part of its target; see `targetOf`.
      req.url = '';
      const middleware = instanceOf(req).target.protocol === 'https:' ? viaHttps : viaHttp;
      void middleware(req, res, (error) => {
        if (error) options.onError(error, req, res);
      });
    },
    close: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

function createMiddleware(agent: http.Agent, options: ProxyOptions): RequestHandler<Request, Response> {
  return createProxyMiddleware<Request, Response>({
    agent,
    router: (req, _res, ownOptions) => {
      // The proxy copies its options for each request, and takes the body from `buffer` where there is one.
      if (!hasBody(req)) ownOptions.buffer = noBody;
      return targetOf(req);
    },
    // Without one, and with an address on the request, it would parse the address of each to compare its path.
    pathFilter: () => true,
    // Headers of the answer are copied by `streamAnswer`: the proxy's own copying lets hop-by-hop headers through and
    // overwrites the `Connection: close` of a gateway that stops.
    selfHandleResponse: true,
    // They build log lines for each request whether somebody reads them or not, and answer errors with plain text.
    ejectPlugins: true,
    plugins: [listenToProxy(options)],
  });
}

function listenToProxy({ timeoutMs, connectTimeoutMs, onError }: ProxyOptions): Plugin<Request, Response> {
  const watchAttempt = (proxyReq: ClientRequest, req: Request): void => {
    const exchange = exchangeOf(req);
    exchange.proxyReq = proxyReq;
    exchange.sentAtMs = performance.now();
    watchConnection(proxyReq, exchange, connectTimeoutMs);
    limitSilence(proxyReq, req, timeoutMs);
    if (isRepeatable(req)) exchange.waitingRead = exchange.instance?.waitingReads.add(proxyReq);
    if (exchange.destination) limitStreamedBody(req, proxyReq, exchange.destination.bodyLimitBytes);
  };
  return (proxyServer) => {
    proxyServer.on('proxyReq', watchAttempt);
    proxyServer.on('proxyRes', (answer, req, res) => streamAnswer(answer, req, res, onError));
    proxyServer.on('error', (error, req, res) => {
      if (req && res) onError(error, req, res);
    });
  };
}

/** Notes when the attempt has a connection, and gives up when it gets none. */
export function watchConnection(proxyReq: ClientRequest, exchange: Exchange, connectTimeoutMs: number): void {
  const { socket } = proxyReq;
  if (!socket?.connecting) {
    exchange.connection = 'kept';
    return;
  }
  socket.setTimeout(connectTimeoutMs);
  socket.once(proxyReq.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
    exchange.connection = 'new';
  });
}

/**
 * Gives up an attempt whose connection is silent for too long. Once for each connection, because a timer and listeners of
 * its own would cost each request more than its way through all steps. (`proxyTimeout` of the proxy would have them, too, and
 * its error can't be told from a broken connection.)
 */
function limitSilence(proxyReq: ClientRequest, req: Request, timeoutMs: number): void {
  const { socket } = proxyReq;
  if (socket?.connecting) {
    socket.once('connect', () => socket.setTimeout(timeoutMs));
    socket.on('timeout', giveUpRunning);
  } else if (hasBody(req) || socket?.timeout !== timeoutMs) {
    // A body may come slowly, and must not be blamed for the time that its connection was idle; and the agent of HTTPS takes
    // the limit off where it keeps a connection.
    socket?.setTimeout(timeoutMs);
  }
}

/** Node keeps the request of a connection there. One that is idle has none, and its agent closes it. */
function giveUpRunning(this: Socket & { _httpMessage?: unknown }): void {
  const { _httpMessage: running } = this;
  if (!(running instanceof ClientRequest)) return;
  // Nothing of it was written yet: the silence was that of an idle connection, or of a client whose body is slow to begin.
  if (!running.headersSent && !this.connecting) this.setTimeout(this.timeout ?? 0);
  else giveUp.call(running);
}

/** For an attempt that took too long. */
export function giveUp(this: ClientRequest): void {
  this.destroy(new UpstreamTimeout('The service was silent for too long.'));
}

/** A body that has ended before it began. Piping the request itself would cost a tenth of all work for nothing. */
const noBody = new (class extends Stream {
  override pipe<T extends NodeJS.WritableStream>(destination: T): T {
    writeToServiceAtEndOfTurn(() => destination.end());
    return destination;
  }
})();

/** The proxy puts the path of a target before that of the request, which is empty here. */
function targetOf(req: Request): Instance['target'] {
  const { target } = instanceOf(req);
  return { ...target, pathname: joined(target.pathname, addressAtService(exchangeOf(req))) };
}

/** The path of an instance ends with a slash where it has nothing else. */
const joined = (base: string, address: string) => (base.endsWith('/') ? base.slice(0, -1) : base) + address;

function instanceOf(req: Request): Instance {
  const { instance } = exchangeOf(req);
  if (!instance) throw new Error('A request is sent only after an instance was chosen for it.');
  return instance;
}
