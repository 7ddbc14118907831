import { AsyncLocalStorage } from 'node:async_hooks';

/** What accompanies a request, or the handling of an event, through everything it causes. */
export type RequestContext = {
  readonly requestId: string;
  readonly traceparent?: string;
  /** Of the client, as the gateway saw it. */
  readonly address?: string;
};

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` so that logs, events and calls to other services carry this context. */
export function withRequestContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

export function currentRequestContext(): RequestContext | undefined {
  return storage.getStore();
}

const acceptableId = /^[A-Za-z0-9._-]{1,128}$/;

/** The client's `X-Request-ID` if it is one we can write anywhere, else nothing. */
export function acceptableRequestId(given: string | undefined): string | undefined {
  return given !== undefined && acceptableId.test(given) ? given : undefined;
}
