import { HttpProblem } from '@jetbridge/service-kit/http/problems.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import type { Metrics } from '@jetbridge/service-kit/metrics/metrics.ts';
import type { Request, RequestHandler } from 'express';
import {
  ipKeyGenerator,
  MemoryStore,
  type RateLimitInfo,
  type RateLimitRequestHandler,
  rateLimit,
  type Store,
} from 'express-rate-limit';
import type { LimitSettings } from '../config.ts';
import { exchangeOf } from '../exchange.ts';
import { createSeldomWarning } from '../seldom-warning.ts';
import { tightBudgetFor, tightBudgets, windowMs } from './budgets.ts';
import { withFallback } from './fallback-store.ts';
import { createLimitHeaders } from './limit-headers.ts';

/** Who holds an IPv6 address holds at least the /56 around it. */
const ipv6PrefixLength = 56;

/** Makes the counters of one budget, of which a key has `limit` in each window. */
export type StoreOf = (budget: string, limit: number) => Store;

export type Limits = {
  /** Counts each request on its account, or on its address without one, and on a tight budget where there is one. */
  readonly steps: readonly RequestHandler[];
  readonly isSpent: (clientAddress: string) => Promise<boolean>;
};

/** What stands in the place of the limits when they are switched off. */
export const noLimits: Limits = { steps: [], isSpent: async () => false };

export function createLimits(parts: {
  settings: LimitSettings;
  storeOf: StoreOf;
  log: Logger;
  metrics: Metrics;
}): Limits {
  const { storeOf } = parts;
  const { perAddressAndMinute, perAccountAndMinute } = parts.settings;
  const warn = createSeldomWarning(parts.log, 'the counters of the rate limit failed');
  const failures = parts.metrics.counter({
    name: 'jetbridge_rate_limit_failures_total',
    help: 'Requests that could not be counted with the other processes',
    labelNames: ['budget'],
  });

  function noteFailure(budget: string, error: unknown): void {
    failures({ budget });
    warn({ budget, error });
  }

  function createLimit(name: string, limit: number, keyOf: KeyOf, store: Store = storeOf(name, limit)): Limit {
    const noteHeaders = createLimitHeaders(name, windowMs);
    // There from the start: Prometheus sees a number grow only when it has seen it before.
    failures({ budget: name }, 0);
    const infoKey = `limit ${name}` as const;
    const count = rateLimit({
      windowMs,
      limit,
      store,
      keyGenerator: keyOf,
      requestPropertyName: infoKey,
      standardHeaders: false,
      legacyHeaders: false,
      // It looks at each request whether it is set up well, and at addresses that it does not use here.
      validate: false,
      passOnStoreError: true,
      logger: {
        error: (error) => noteFailure(name, error),
        warn: (warning) => parts.log.warn({ budget: name, warning }, 'the rate limit warns'),
      },
      handler: (_req, _res, next) => next(tooManyRequests()),
    });
    const step: RequestHandler = (req, res, next) =>
      count(req, res, (error?: unknown) => {
        // The limit has left it there, under the name that it was given.
        const info = (req as CountedRequest)[infoKey];
        if (info) noteHeaders(exchangeOf(req), info);
        next(error);
      });
    return { step, getKey: count.getKey };
  }

  const ofAddress = createLimit('address', perAddressAndMinute, addressKey);
  const ofAccount = createLimit(
    'account',
    perAccountAndMinute,
    (req) => exchangeOf(req).caller?.userId ?? addressKey(req),
  );
  const tight = new Map(
    tightBudgets.map(({ name, share }) => {
      const limit = Math.max(1, Math.ceil(perAddressAndMinute * share));
      // What is worth guessing at must not go uncounted: without the others, each process counts for itself.
      const store = withFallback(storeOf(name, limit), new MemoryStore(), (error) => noteFailure(name, error));
      return [name, createLimit(name, limit, addressKey, store)];
    }),
  );

  return {
    steps: [
      (req, res, next) => (exchangeOf(req).caller ? ofAccount : ofAddress).step(req, res, next),
      (req, res, next) => {
        const budget = tightBudgetFor(req.method, exchangeOf(req).path);
        const limit = budget && tight.get(budget.name);
        if (limit) limit.step(req, res, next);
        else next();
      },
    ],
    isSpent: async (clientAddress) => {
      try {
        const counted = await ofAddress.getKey(ipKeyGenerator(clientAddress, ipv6PrefixLength));
        return counted !== undefined && counted.totalHits >= perAddressAndMinute;
      } catch (error) {
        noteFailure('address', error);
        return false;
      }
    },
  };
}

/** Each limit leaves on a request what it counted, under a name of its own; none when it could not count. */
type CountedRequest = Request & { readonly [infoKey: `limit ${string}`]: RateLimitInfo | undefined };

type Limit = {
  readonly step: RequestHandler;
  readonly getKey: RateLimitRequestHandler['getKey'];
};

type KeyOf = (req: Parameters<RequestHandler>[0]) => string;

const addressKey: KeyOf = (req) => ipKeyGenerator(exchangeOf(req).clientAddress, ipv6PrefixLength);

/** What the exchange knows of the budget says `Retry-After`. */
const tooManyRequests = () =>
  new HttpProblem({
    status: 429,
    code: 'rate_limited',
    detail: 'Too many requests in this minute. The header Retry-After says in how many seconds to try again.',
  });
