import type { BackendService } from '@jetbridge/service-kit/config/service-urls.ts';
import { type Circuit, createCircuit, noteAnswer, noteFailure, noteNothing } from './circuit.ts';
import { createHealth, type Health, noteNobodyThere } from './health.ts';
import { beginSlowStart, createSlowStart, type SlowStart } from './slow-start.ts';
import { createWaitingReads, type WaitingReads } from './waiting-reads.ts';

/** One process of a service, or one address behind which there are several. */
export type Instance = {
  readonly service: BackendService;
  /** As people write it, with the address where the setting has a name. Without a slash at the end. */
  readonly url: string;
  /** The same in parts: a `URL` would work out each of them anew for each request. */
  readonly target: Target;
  /** Requests it works on for this gateway process. */
  inFlight: number;
  /** Since when it has requests and answers none of them: its last answer, or the first request after it had none. */
  silentSinceMs: number;
  /** Those of them that can be sent elsewhere, and have no answer yet. */
  readonly waitingReads: WaitingReads;
  readonly health: Health;
  readonly circuit: Circuit;
  readonly slowStart: SlowStart;
};

type Target = {
  readonly protocol: 'http:' | 'https:';
  /** As sockets want it: an IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
  /** For the `Host` header, and the name that its certificate must have. */
  readonly host: string;
};

/**
 * @param url the setting's.
 * @param options.address one of those that the name in `url` stands for.
 * @param options.isUp what to think of it before the first look.
 */
export function createInstance(
  service: BackendService,
  url: string,
  { address, isUp = true }: { address?: string; isUp?: boolean } = {},
): Instance {
  const target = targetOf(new URL(url), address);
  return {
    service,
    url: address === undefined ? url : urlOf(target),
    target,
    inFlight: 0,
    silentSinceMs: 0,
    waitingReads: createWaitingReads(),
    health: createHealth(isUp),
    circuit: createCircuit(),
    slowStart: createSlowStart(),
  };
}

/** A request is sent to it. */
export function noteSent(instance: Instance): void {
  if (instance.inFlight === 0) instance.silentSinceMs = Date.now();
  instance.inFlight += 1;
}

/** It answered something: it can be talked to, whatever the answer was. */
export function noteAnswered(instance: Instance): void {
  const nowMs = Date.now();
  instance.silentSinceMs = nowMs;
  if (noteAnswer(instance.circuit, nowMs)) beginSlowStart(instance.slowStart, nowMs);
}

/** It did not answer. Without a connection nobody is there, and the next looks at it decide. */
export function noteUnanswered(instance: Instance, failure: { hadConnection: boolean }): void {
  if (!failure.hadConnection) noteNobodyThere(instance.health);
  noteFailure(instance.circuit, Date.now());
}

/** A request left it without an answer, and not through its fault. */
export function noteLeft(instance: Instance): void {
  noteNothing(instance.circuit);
}

function targetOf({ protocol, hostname, port, pathname, host }: URL, address: string | undefined): Target {
  return {
    protocol: protocol === 'https:' ? 'https:' : 'http:',
    hostname: address ?? hostname.replace(/^\[|\]$/g, ''),
    port,
    pathname,
    host,
  };
}

function urlOf({ protocol, hostname, port, pathname }: Target): string {
  const address = hostname.includes(':') ? `[${hostname}]` : hostname;
  return `${protocol}//${address}${port === '' ? '' : `:${port}`}${pathname.replace(/\/$/, '')}`;
}
