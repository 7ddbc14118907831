import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Caller } from '@jetbridge/service-kit/auth/caller.ts';
import type { Destination } from './routes.ts';
import type { Instance } from './upstreams/instance.ts';
import type { WaitingRead } from './upstreams/waiting-reads.ts';

/** What the gateway knows of one request while it goes from step to step. */
export type Exchange = {
  readonly requestId: string;
  /** Of whoever talks to us, or to the outermost of our own proxies. */
  readonly clientAddress: string;
  /** As it was sent, without query. */
  readonly path: string;
  /** From the question mark on, or empty. */
  readonly query: string;
  readonly destination: Destination | undefined;
  /** When its head had come, in milliseconds of `performance.now()`. */
  readonly startedAtMs: number;
  /** When the head of a service's answer, or of a problem, was written; undefined while there is none. */
  headAtMs: number | undefined;
  /** What its answer says of the budgets it was counted on. */
  budget: BudgetHeaders | undefined;
  /** Who the request speaks for, once its token was found valid. */
  caller: Caller | undefined;
  /** The instance that works on it now. */
  instance: Instance | undefined;
  /** The present attempt, where it can be given up and made again elsewhere. */
  waitingRead: WaitingRead | undefined;
  attempts: number;
  /** The present attempt was answered, be it badly: from then on there is no other one. */
  hasAnswer: boolean;
  /** The present attempt as the proxy sends it; undefined before it has a connection, and for WebSockets. */
  proxyReq: ClientRequest | undefined;
  /** When the present attempt began, in milliseconds of `performance.now()`. */
  sentAtMs: number;
  /** From there to the end of its answer; undefined while none has come whole. */
  upstreamMs: number | undefined;
  /** Those that failed at it before. */
  failedInstances: Instance[] | undefined;
  /**
   * Of the present attempt to its instance: without one no byte of the request arrived there. One that was kept from an
   * earlier request may turn out to be closed by the other side.
   */
  connection: 'none' | 'new' | 'kept';
};

/** The values of the headers `RateLimit`, `RateLimit-Policy`, and `Retry-After` where a budget is used up. */
type BudgetHeaders = {
  readonly state: string;
  readonly policy: string;
  readonly retryAfter: string | undefined;
};

const exchangeKey = Symbol('exchange');

type Carrier = IncomingMessage & { [exchangeKey]?: Exchange };

/** Ties what is known of a request to it. */
export function beginExchange(req: Carrier, exchange: Exchange): void {
  req[exchangeKey] = exchange;
}

/** What is known of a request; the first step of the app has begun it. */
export function exchangeOf(req: Carrier): Exchange {
  const exchange = req[exchangeKey];
  if (!exchange) throw new Error('A step asked for the exchange of a request before the first step began it.');
  return exchange;
}

/** Path and query as the service shall see them, which does not know the prefix of the API. */
export function addressAtService({ path, query, destination }: Exchange): string {
  return path.slice(destination?.strippedLength ?? 0) + query;
}
