import type { ServerResponse } from 'node:http';
import { HttpProblem, internalError, problemDocument } from '@jetbridge/service-kit/http/problems.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import type { ErrorRequestHandler, Request } from 'express';
import { exchangeOf } from '../exchange.ts';
import { putOwnHeaders } from './own-headers.ts';

/** The last step: answers what any step before it threw or passed on. */
export function answerProblems(log: Logger): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    const problem = error instanceof HttpProblem ? error : internalError(error);
    if (problem.status === 500) {
      log.error({ requestId: exchangeOf(req).requestId, error: problem.cause }, 'a step of the gateway failed');
    }
    answerProblem(problem, req, res);
  };
}

/** Answers with a problem as RFC 9457 has it; an answer that is under way already can only be cut off. */
export function answerProblem(problem: HttpProblem, req: Request, res: ServerResponse): void {
  // A body that nobody reads any more would block the connection for the next request.
  req.unpipe();
  req.resume();
  if (res.headersSent || res.destroyed) {
    res.destroy();
    return;
  }
  const exchange = exchangeOf(req);
  const body = JSON.stringify(problemDocument(problem, exchange.requestId));
  putOwnHeaders(res);
  for (const [name, value] of Object.entries(problem.headers)) res.setHeader(name, value);
  res.statusCode = problem.status;
  res.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  res.setHeader('Content-Length', Buffer.byteLength(body));
  exchange.headAtMs = performance.now();
  res.end(body);
}
