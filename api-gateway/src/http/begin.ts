import { acceptableRequestId } from '@jetbridge/service-kit/http/request-context.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { nameRoute } from '@jetbridge/service-kit/metrics/route-name.ts';
import type { RequestHandler } from 'express';
import { beginExchange } from '../exchange.ts';
import { findDestination } from '../routes.ts';
import { clientAddressOf } from './client-address.ts';

/** The first step: gives the request an id, and writes down where it comes from and where it wants to go. */
export function beginEach(options: { trustedProxies: number }): RequestHandler {
  return (req, _res, next) => {
    const requestId = acceptableRequestId(onlyOne(req.headers['x-request-id'])) ?? newId('req');
    const queryStart = req.url.indexOf('?');
    const path = queryStart === -1 ? req.url : req.url.slice(0, queryStart);
    const destination = findDestination(path);
    if (destination) nameRoute(req, destination.pattern);
    beginExchange(req, {
      requestId,
      clientAddress: clientAddressOf(req, options.trustedProxies),
      path,
      query: queryStart === -1 ? '' : req.url.slice(queryStart),
      destination,
      startedAtMs: performance.now(),
      headAtMs: undefined,
      budget: undefined,
      caller: undefined,
      instance: undefined,
      waitingRead: undefined,
      attempts: 0,
      hasAnswer: false,
      proxyReq: undefined,
      sentAtMs: 0,
      upstreamMs: undefined,
      failedInstances: undefined,
      connection: 'none',
    });
    next();
  };
}

function onlyOne(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
