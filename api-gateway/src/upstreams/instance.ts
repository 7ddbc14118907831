import type { BackendService } from '@jetbridge/service-kit/config/service-urls.ts';

/** One process of a service, or one address behind which there are several. */
export type Instance = {
  readonly service: BackendService;
  /** Without a slash at the end. */
  readonly url: string;
  /** The same in parts: a `URL` would work out each of them anew for each request. */
  readonly target: Target;
  /** Requests it works on for this gateway process. */
  inFlight: number;
  /** Whether the last look at it found it well. */
  isUp: boolean;
  /** How long that look took. */
  latencyMs: number;
  /** Requests in a row that it did not answer. */
  failuresInARow: number;
  /** After too many of them nobody is sent to it for a while. */
  ejectedUntilMs: number;
};

export type Target = {
  readonly protocol: 'http:' | 'https:';
  /** As sockets want it: an IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
  /** For the `Host` header. */
  readonly host: string;
};

/** So many requests in a row unanswered, and the instance rests. */
export const failuresUntilEjection = 5;
export const ejectionMs = 30_000;

export function createInstance(service: BackendService, url: string): Instance {
  return {
    service,
    url,
    target: targetOf(new URL(url)),
    inFlight: 0,
    // Until the first look at it there is no reason to think otherwise.
    isUp: true,
    latencyMs: 0,
    failuresInARow: 0,
    ejectedUntilMs: 0,
  };
}

function targetOf({ protocol, hostname, port, pathname, host }: URL): Target {
  return {
    protocol: protocol === 'https:' ? 'https:' : 'http:',
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port,
    pathname,
    host,
  };
}

export function isWell(instance: Instance, nowMs: number): boolean {
  return instance.isUp && instance.ejectedUntilMs <= nowMs;
}

/** It answered something: it can be talked to, whatever the answer was. */
export function noteAnswer(instance: Instance): void {
  instance.failuresInARow = 0;
}

/** It did not answer. Without a connection nobody is there, and the next look at it decides. */
export function noteFailure(instance: Instance, failure: { hadConnection: boolean; nowMs: number }): void {
  if (!failure.hadConnection) instance.isUp = false;
  instance.failuresInARow += 1;
  if (instance.failuresInARow < failuresUntilEjection) return;
  instance.failuresInARow = 0;
  instance.ejectedUntilMs = failure.nowMs + ejectionMs;
}
