import { HttpProblem, methodNotAllowed } from '@jetbridge/service-kit/http/problems.ts';
import { nameRoute } from '@jetbridge/service-kit/metrics/route-name.ts';
import type { RequestHandler, Response } from 'express';
import { exchangeOf } from '../exchange.ts';
import type { ServiceStates } from '../upstreams/upstreams.ts';
import { putOwnHeaders } from './own-headers.ts';
import { refuseQuery } from './refuse-query.ts';

/** What the gateway itself answers. These paths need no token and count on no budget. */
export function answerSystemRoutes(options: {
  version: string;
  isStopping: () => boolean;
  serviceStates: () => ServiceStates;
}): RequestHandler {
  const answers: ReadonlyMap<string, (res: Response) => void> = new Map([
    ['/health', (res: Response) => answerHealth(res, options.version)],
    ['/ready', (res: Response) => answerReadiness(res, options)],
  ]);
  return (req, res, next) => {
    const { path, query } = exchangeOf(req);
    const answer = answers.get(path);
    if (!answer) {
      next();
      return;
    }
    nameRoute(req, path);
    putOwnHeaders(res);
    if (req.method !== 'GET' && req.method !== 'HEAD') throw methodNotAllowed(['GET', 'HEAD']);
    refuseQuery(query);
    res.setHeader('Cache-Control', 'no-store');
    answer(res);
  };
}

function answerHealth(res: Response, version: string): void {
  res.json({ status: 'ok', uptime: Math.floor(performance.now() / 1_000), version });
}

/** Ready as long as one service answers: the others' paths say 503 by themselves. */
function answerReadiness(
  res: Response,
  options: { isStopping: () => boolean; serviceStates: () => ServiceStates },
): void {
  const services = options.serviceStates();
  const states = Object.values(services);
  const up = states.filter((state) => state.status === 'up').length;
  if (options.isStopping() || up === 0)
    throw notReady(options.isStopping() ? 'It stops.' : 'No service answers.', services);
  res.json({ status: up === states.length ? 'ok' : 'degraded', services });
}

const notReady = (why: string, services: ServiceStates) =>
  new HttpProblem({
    status: 503,
    code: 'not_ready',
    detail: `The gateway takes no requests at the moment. ${why}`,
    facts: { services },
    headers: { 'Retry-After': '2' },
  });
