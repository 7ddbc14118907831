import type { Route } from '@jetbridge/contracts/http/route.ts';
import type { z } from 'zod';
import type { InternalTokens } from '../auth/internal-tokens.ts';
import { currentRequestContext } from './request-context.ts';

/** A call to another service that did not succeed: it could not be reached, or answered with a problem. */
export class ServiceCallError extends Error {
  override readonly name = 'ServiceCallError';
  /** The answer's status; 0 when there was no answer. */
  readonly status: number;
  /** The code of the answered problem, where there is one. */
  readonly code: string | undefined;

  constructor(message: string, answer: { status: number; code?: string | undefined; cause?: unknown }) {
    super(message, { cause: answer.cause });
    this.status = answer.status;
    this.code = answer.code;
  }
}

type Answer<R extends Route> = R['answer'] extends { schema: infer S extends z.ZodType } ? z.infer<S> : undefined;

export type ServiceClient = {
  readonly call: <R extends Route>(
    route: R,
    request?: { params?: Record<string, string>; query?: Record<string, string | number>; body?: unknown },
  ) => Promise<Answer<R>>;
};

/** Calls internal routes of other services: signed, with a time limit, the answer checked by the route's schema. */
export function createServiceClient(options: {
  urls: readonly [string, ...string[]];
  tokens: InternalTokens;
  timeoutMs: number;
}): ServiceClient {
  let turn = 0;
  return {
    call: async (route, { params = {}, query = {}, body } = {}) => {
      const base = options.urls[turn++ % options.urls.length] ?? options.urls[0];
      const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
      const search = new URLSearchParams(
        Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
      ).toString();
      const context = currentRequestContext();
      const response = await fetchOrExplain(`${base}${path}${search && `?${search}`}`, route, {
        method: route.method.toUpperCase(),
        headers: {
          Authorization: `Bearer ${options.tokens.tokenFor(route.service)}`,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...(context ? { 'X-Request-ID': context.requestId } : {}),
          ...(context?.traceparent ? { traceparent: context.traceparent } : {}),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(options.timeoutMs),
      });
      // `schema` is the one that `Answer<R>` is inferred from.
      return (await readAnswer(route, response)) as Answer<typeof route>;
    },
  };
}

async function fetchOrExplain(url: string, route: Route, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    throw new ServiceCallError(`${route.service} did not answer ${route.id}`, { status: 0, cause });
  }
}

async function readAnswer(route: Route, response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) {
    throw new ServiceCallError(`${route.service} answered ${route.id} with ${response.status}`, {
      status: response.status,
      code: codeOf(text),
    });
  }
  if (!route.answer.schema) return undefined;
  try {
    return route.answer.schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ServiceCallError(`${route.service} answered ${route.id} in an unknown form`, { status: 502, cause });
  }
}

function codeOf(text: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && 'code' in parsed && typeof parsed.code === 'string') {
      return parsed.code;
    }
  } catch {
    // An answer that is not JSON has no code.
  }
  return undefined;
}
