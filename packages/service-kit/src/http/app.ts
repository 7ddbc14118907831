import type { Readable } from 'node:stream';
import type { Route, ServiceName } from '@jetbridge/contracts/http/route.ts';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import type { AccessTokenVerifier } from '../auth/access-tokens.ts';
import { bearerTokenOf } from '../auth/bearer-token.ts';
import { type Caller, type Guest, isGuest } from '../auth/caller.ts';
import { verifyInternalToken } from '../auth/internal-tokens.ts';
import { readLookupToken } from '../auth/lookup-tokens.ts';
import { newId } from '../ids.ts';
import type { Logger } from '../log/logger.ts';
import { readBody, readRawBody, streamBody } from './body.ts';
import { clientAddressIn } from './client-address.ts';
import { type DocumentReply, sendDocument } from './document-reply.ts';
import { isWhatTheyHave } from './entity-tags.ts';
import {
  HttpProblem,
  internalError,
  methodNotAllowed,
  permissionMissing,
  problemDocument,
  routeNotFound,
  tokenMissing,
} from './problems.ts';
import { acceptableRequestId, currentRequestContext, withRequestContext } from './request-context.ts';
import { parseBody, parseQuery } from './validation.ts';

type Parsed<T> = T extends z.ZodType ? z.infer<T> : undefined;

/** A request after the door has checked it: the caller is allowed, query and body have the form of the route. */
export type RouteRequest<R extends Route> = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Parsed<R['query']>;
  readonly body: R extends { rawBody: true }
    ? Buffer
    : R extends { streamedBody: readonly string[] }
      ? Readable
      : Parsed<R['body']>;
  /** Always there on routes that need a token; a guest only where the route lets guests in. */
  readonly caller: R['access'] extends 'anyone' | 'service'
    ? Caller | undefined
    : R extends { orLookup: true }
      ? Caller | Guest
      : Caller;
  readonly requestId: string;
  readonly header: (name: string) => string | undefined;
};

/** What a route answers. `version` becomes the `ETag` of a single resource. */
export type RouteReply<R extends Route> =
  | {
      readonly body: R['answer'] extends { schema: infer S extends z.ZodType } ? z.input<S> : undefined;
      readonly version?: string | number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | DocumentReply
  | { readonly written: WrittenAnswer; readonly replayed: boolean };

/** An answer as it goes out, to be kept and given again byte for byte. */
export type WrittenAnswer = {
  readonly status: number;
  /** Of the resource in the body; null where it has none. */
  readonly version: number | null;
  readonly body: string;
};

/** A route of the contract with the code that answers it. */
export type BoundRoute = {
  readonly route: Route;
  readonly handle: (request: RouteRequest<Route>) => Promise<RouteReply<Route>>;
  readonly admit?: Admission;
};

/**
 * Who may come in beyond what the route's `access` says. Asked before query (unparsed here) and body are checked, because
 * 403 goes before 422. @throws HttpProblem 403.
 */
export type Admission = (caller: Caller | undefined, query: Readonly<Record<string, unknown>>) => void;

/** Ties a route of the contract to its handler; the types of the one bind the other. */
export function bindRoute<R extends Route>(
  route: R,
  handle: (request: RouteRequest<R>) => Promise<RouteReply<R>>,
  admit?: Admission,
): BoundRoute {
  // The door parses query and body by this route's own schemas and demands a caller where `access` says so, which is
  // what makes a request of `Route` one of `R`.
  return { route, handle: handle as unknown as BoundRoute['handle'], ...(admit ? { admit } : {}) };
}

/** A route that takes no query parameters refuses any, so that a mistyped one is not overlooked. */
const noQuery = z.strictObject({});
const noBody = z.strictObject({}).optional();

export type HttpAppOptions = {
  readonly service: ServiceName;
  readonly log: Logger;
  readonly routes: readonly BoundRoute[];
  readonly accessTokens: AccessTokenVerifier;
  readonly internalSecret: string;
  /** The answer for an error of this service's own, or nothing when it is not one. */
  readonly translateError: (error: unknown) => HttpProblem | undefined;
  /** Whether this process takes requests now. */
  readonly isReady: () => boolean;
};

/** The express application of a service: its routes, `/health`, `/ready`, and problems for all else. */
export function createHttpApp(options: HttpAppOptions): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(openContext(options.log));
  app.get('/health', (_req, res) => {
    res.json({ status: 'ok', uptime: Math.floor(performance.now() / 1_000) });
  });
  app.get('/ready', (_req, res) => {
    const ready = options.isReady();
    res.status(ready ? 200 : 503).json({ status: ready ? 'ok' : 'starting' });
  });
  const byPath = Map.groupBy(options.routes, ({ route }) => route.path);
  for (const [path, bound] of byPath) {
    for (const one of bound) app[one.route.method](path, answer(one, options));
    const allowed = bound.flatMap(({ route }) =>
      route.method === 'get' ? ['GET', 'HEAD'] : [route.method.toUpperCase()],
    );
    app.all(path, answerOtherMethods(bound, allowed, options));
  }
  app.use(() => {
    throw routeNotFound();
  });
  app.use(answerProblem(options));
  return app;
}

function openContext(log: Logger): RequestHandler {
  return (req, res, next) => {
    const requestId = acceptableRequestId(req.get('x-request-id')) ?? newId('req');
    const traceparent = req.get('traceparent');
    const startedAt = performance.now();
    res.setHeader('X-Request-ID', requestId);
    const address = clientAddressIn(req.get('x-forwarded-for'));
    const context = { requestId, ...(traceparent ? { traceparent } : {}), ...(address ? { address } : {}) };
    withRequestContext(context, () => {
      res.on('finish', () => {
        const facts = { method: req.method, path: req.path, status: res.statusCode };
        log.debug({ ...facts, durationMs: Math.round(performance.now() - startedAt) }, 'answered');
      });
      next();
    });
  };
}

function answer({ route, handle, admit: admitFurther }: BoundRoute, options: HttpAppOptions): RequestHandler {
  return async (req, res) => {
    const caller = await admit(route, req, options);
    admitFurther?.(isGuest(caller) ? undefined : caller, req.query);
    const query = parseQuery(route.query ?? noQuery, req.query);
    const body = await bodyOf(route, req, res);
    const requestId = currentRequestContext()?.requestId ?? '';
    const reply = await handle({
      params: pathParameters(req.params),
      // `parseQuery` and `parseBody` have checked these by the route's own schemas.
      query: query as unknown as undefined,
      body: body as undefined,
      // `admit` throws where a caller is needed and none is there.
      caller: caller as Caller,
      requestId,
      header: (name) => req.get(name),
    });
    await send(route, reply, req, res);
  };
}

/** A write that takes no body refuses one that says something; a read may carry what it likes, nobody looks. */
async function bodyOf(route: Route, req: Request, res: Response): Promise<unknown> {
  if (route.rawBody) return readRawBody(req, res);
  if (route.streamedBody) return streamBody(req, route.streamedBody);
  if (route.body) return parseBody(route.body, await readBody(req, res));
  if (route.method !== 'get') parseBody(noBody, await readBody(req, res));
  return undefined;
}

/** Who may not come in hears so before being told that the method is wrong. */
function answerOtherMethods(
  bound: readonly BoundRoute[],
  allowed: readonly string[],
  options: HttpAppOptions,
): RequestHandler {
  return async (req) => {
    const [first] = bound;
    if (first) await admit(first.route, req, options);
    throw methodNotAllowed(allowed);
  };
}

/** Lets a request in, or says why not. @throws HttpProblem 401 or 403. */
async function admit(route: Route, req: Request, options: HttpAppOptions): Promise<Caller | Guest | undefined> {
  const token = bearerTokenOf(req.get('authorization'));
  if (route.access === 'service') {
    if (token === undefined) throw tokenMissing();
    verifyInternalToken(token, { audience: options.service, secret: options.internalSecret });
    return undefined;
  }
  if (route.access === 'anyone') return token === undefined ? undefined : verifyOptional(token, options);
  if (token === undefined) throw tokenMissing();
  const guest = route.orLookup && readLookupToken(token, { service: options.service, secret: options.internalSecret });
  if (guest) return guest;
  const caller = await options.accessTokens.verify(token);
  if (typeof route.access === 'object' && !caller.permissions.has(route.access.permission)) {
    throw permissionMissing(route.access.permission);
  }
  return caller;
}

/** Where no token is needed, one that has ended must not keep its owner from signing in again. */
async function verifyOptional(token: string, options: HttpAppOptions): Promise<Caller | undefined> {
  try {
    return await options.accessTokens.verify(token);
  } catch (error) {
    if (error instanceof HttpProblem) return undefined;
    throw error;
  }
}

async function send(route: Route, reply: RouteReply<Route>, req: Request, res: Response): Promise<void> {
  if ('written' in reply) {
    sendWritten(reply, res);
    return;
  }
  if ('bytes' in reply) {
    await sendDocument(reply, req, res);
    return;
  }
  for (const [name, value] of Object.entries(reply.headers ?? {})) res.setHeader(name, value);
  if (isWhatTheyHave(reply.version, req, res) && route.method === 'get') {
    res.status(304).end();
    return;
  }
  res.status(route.answer.status);
  if (route.answer.schema) res.json(reply.body);
  else res.end();
}

function sendWritten({ written, replayed }: { written: WrittenAnswer; replayed: boolean }, res: Response): void {
  if (written.version !== null) res.setHeader('ETag', `"${written.version}"`);
  if (replayed) res.setHeader('Idempotent-Replayed', 'true');
  const isProblem = written.status >= 400;
  res.status(written.status);
  res.setHeader('Content-Type', isProblem ? problemMediaType : 'application/json; charset=utf-8');
  res.end(written.body);
}

const problemMediaType = 'application/problem+json; charset=utf-8';

function answerProblem(options: HttpAppOptions) {
  return (error: unknown, _req: Request, res: Response, _next: NextFunction): void => {
    const problem = toProblem(error, options);
    if (problem.status >= 500) options.log.error({ error: problem.cause ?? problem }, 'a request failed');
    if (res.headersSent) {
      res.destroy();
      return;
    }
    for (const [name, value] of Object.entries(problem.headers)) res.setHeader(name, value);
    const requestId = currentRequestContext()?.requestId ?? '';
    res
      .status(problem.status)
      .type('application/problem+json')
      .send(JSON.stringify(problemDocument(problem, requestId)));
  };
}

function toProblem(error: unknown, options: HttpAppOptions): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const translated = options.translateError(error);
  if (translated) return translated;
  // Express throws this for a path it can't decode, such as `/%`.
  if (error instanceof URIError) {
    return new HttpProblem({ status: 400, code: 'bad_request', detail: 'The address is not well-formed.' });
  }
  return internalError(error);
}

/** The parameters of a path. @throws HttpProblem 404 for what can be no id of anything, nor be asked of a database. */
function pathParameters(params: Request['params']): Record<string, string> {
  const entries = Object.entries(params).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (entries.some(([, value]) => value.includes('\0') || !value.isWellFormed())) throw routeNotFound();
  return Object.fromEntries(entries);
}
