import { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HttpProblem, routeNotFound } from '@jetbridge/service-kit/http/problems.ts';
import { upgradeOf } from '@jetbridge/service-kit/http/upgrades.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import type { Request, RequestHandler, Response } from 'express';
import { type Exchange, exchangeOf } from '../exchange.ts';
import { answerProblem } from '../http/answer-problems.ts';
import { createSeldomWarning } from '../seldom-warning.ts';
import { type Instance, noteLeft, noteSent, noteUnanswered } from '../upstreams/instance.ts';
import { createRetryBudget } from '../upstreams/retry-budget.ts';
import type { Upstreams } from '../upstreams/upstreams.ts';
import { isRepeatable, problemOfDeclaredLength } from './body-limit.ts';
import { requestHeadersFor } from './crossing-headers.ts';
import { InstanceFell, problemOfFailure, UpstreamTimeout } from './failures.ts';
import { createProxy } from './proxy.ts';
import { createTunnels } from './tunnels.ts';

/** A request is sent no more often than this. */
const maximumAttempts = 3;

export type Forwarding = {
  /** Sends each request to an instance of its service and streams the answer back. */
  readonly step: RequestHandler;
  /** Closes the connections kept to the services. */
  readonly close: () => void;
  /** Ends all WebSockets, and lets none begin any more. */
  readonly endWebSockets: () => void;
};

export function createForwarding(options: {
  upstreams: Upstreams;
  timeoutMs: number;
  connectTimeoutMs: number;
  trustedProxies: number;
  webSocketsPerAddress: number;
  log: Logger;
}): Forwarding {
  const { upstreams, timeoutMs, connectTimeoutMs, trustedProxies, webSocketsPerAddress } = options;
  const proxy = createProxy({ timeoutMs, connectTimeoutMs, onError: repeatOrAnswer });
  const tunnels = createTunnels({
    timeoutMs,
    connectTimeoutMs,
    perAddress: webSocketsPerAddress,
    onError: repeatOrAnswer,
  });
  const retries = createRetryBudget();
  const warn = createSeldomWarning(options.log, 'a request was not answered by its service');

  function forward(req: Request, res: Response): void {
    const exchange = exchangeOf(req);
    const { destination } = exchange;
    if (!destination) throw routeNotFound();
    const problem =
      problemOfDeclaredLength(req, destination.bodyLimitBytes) ?? (upgradeOf(req) && tunnels.problemOfOneMore(req));
    if (problem) throw problem;
    const instance = upstreams.choose(destination.service);
    if (!instance) throw problemOfFailure({ error: undefined, method: req.method, mayHaveArrived: false });
    retries.earn();
    res.once('close', leaveInstanceOnClose);
    req.headers = requestHeadersFor(req, exchange, trustedProxies);
    send(instance, req, res);
  }

  function send(instance: Instance, req: Request, res: Response): void {
    const exchange = exchangeOf(req);
    exchange.instance = instance;
    exchange.connection = 'none';
    exchange.proxyReq = undefined;
    exchange.attempts += 1;
    noteSent(instance);
    req.headers.host = instance.target.host;
    const upgrade = upgradeOf(req);
    if (upgrade) tunnels.open({ req, res, upgrade, instance, onGranted: () => void leaveInstance(exchange) });
    else proxy.send(req, res);
  }

  function repeatOrAnswer(error: unknown, req: Request, res: Response | Socket): void {
    const exchange = exchangeOf(req);
    const { connection } = exchange;
    const instance = leaveInstance(exchange);
    // Without one the answer has ended already: the client has gone, and what broke was our own doing.
    if (!instance || !(res instanceof ServerResponse)) return;
    if (error instanceof HttpProblem) {
      answerProblem(error, req, res);
      return;
    }
    warn({ requestId: exchange.requestId, upstream: instance.service, url: instance.url, connection, error });
    if (isFaultOfInstance(error, exchange, res)) {
      noteUnanswered(instance, { hadConnection: connection !== 'none' });
    } else noteLeft(instance);
    const next = mayRepeat(req, res, error) ? chooseNext(instance, exchange) : undefined;
    if (next && retries.spend()) {
      send(next, req, res);
      return;
    }
    answerProblem(problemOfFailure({ error, method: req.method, mayHaveArrived: mayHaveArrived(exchange) }), req, res);
  }

  /**
   * Where to repeat a read: at an instance where it has not failed yet. Only where a kept connection broke off and there is
   * no other instance, at the same one: it may have closed that connection for being idle.
   */
  function chooseNext(instance: Instance, exchange: Exchange): Instance | undefined {
    exchange.failedInstances = [...(exchange.failedInstances ?? []), instance];
    const another = upstreams.choose(instance.service, exchange.failedInstances);
    return another ?? (exchange.connection === 'kept' ? instance : undefined);
  }

  return { step: forward, close: proxy.close, endWebSockets: tunnels.endAll };
}

/** A kept connection is there before anything is written to it. */
function mayHaveArrived({ connection, proxyReq }: Exchange): boolean {
  return connection === 'kept' ? proxyReq?.headersSent === true : connection === 'new';
}

/**
 * A kept connection may have been closed while it was idle, and silence in the middle of an answer may be that of a client
 * who does not read it: neither says anything about the instance.
 */
function isFaultOfInstance(error: unknown, { connection }: Exchange, res: Response): boolean {
  if (error instanceof UpstreamTimeout) return !res.headersSent;
  if (error instanceof InstanceFell) return false;
  return connection !== 'kept';
}

/**
 * Reads without a body can be sent again as long as no byte of an answer has come, unless their time is over or nobody waits
 * any more. An answer that has broken off is told of more than once, which would be taken for failures of a next attempt.
 */
function mayRepeat(req: Request, res: Response, error: unknown): boolean {
  const { attempts, hasAnswer, connection } = exchangeOf(req);
  return (
    isRepeatable(req) &&
    attempts < maximumAttempts &&
    !hasAnswer &&
    !res.headersSent &&
    !res.destroyed &&
    !(error instanceof UpstreamTimeout && connection !== 'none')
  );
}

/** The request is no longer with its instance: it was answered, or broken off. */
function leaveInstance(exchange: Exchange): Instance | undefined {
  const { instance, waitingRead } = exchange;
  if (!instance) return undefined;
  instance.inFlight -= 1;
  if (waitingRead) instance.waitingReads.remove(waitingRead);
  exchange.instance = undefined;
  exchange.waitingRead = undefined;
  return instance;
}

function leaveInstanceOnClose(this: ServerResponse): void {
  const instance = leaveInstance(exchangeOf(this.req));
  if (instance) noteLeft(instance);
}
