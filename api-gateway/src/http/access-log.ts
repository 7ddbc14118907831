import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import morgan from 'morgan';
import { type Exchange, exchangeOf } from '../exchange.ts';

/** Where lines go: standard output, or what a test reads. */
export type LineSink = { readonly write: (text: string) => unknown; readonly writableLength?: number };

export type AccessLog = {
  readonly step: RequestHandler;
  /** Takes the lines, as morgan writes them. */
  readonly stream: { readonly write: (line: string) => void };
  /** Writes what is still held back. */
  readonly flush: () => void;
};

/** Lines are written together, because a write for each request costs more than all other steps but the proxy. */
const heldBackMs = 100;
const heldBackLines = 500;

/** When the reader of our output is stuck, lines are dropped above this many bytes, instead of filling the memory. */
const maximumWaitingBytes = 16_777_216;

/** Longer than any id of ours: a part of an unknown path that long may be a token of a link that was broken on its way. */
const longestPlainSegment = 32;

/**
 * One JSON object a line for each request: when, who, what, how it ended and how long it took. The query and secret
 * parts of the path are left out; they may carry tokens or names.
 * @param noteDropped hears of lines that were dropped, because nobody takes them.
 */
export function createAccessLog(sink: LineSink, noteDropped: (lines: number) => void): AccessLog {
  let lines: string[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (lines.length === 0) return;
    const held = lines;
    lines = [];
    if ((sink.writableLength ?? 0) < maximumWaitingBytes) sink.write(held.join(''));
    else noteDropped(held.length);
  }

  const stream = {
    write: (line: string) => {
      lines.push(line);
      if (lines.length >= heldBackLines) flush();
      else timer ??= setTimeout(flush, heldBackMs);
    },
  };
  const writeLine = morgan(formatLine, { immediate: true, stream });
  function writeLineOfAnswer(this: ServerResponse): void {
    writeLine(this.req, this, () => {});
  }

  return {
    step: (_req, res, next) => {
      // By itself morgan would watch for the head and the end of each answer with a dozen listeners and closures.
      res.once('close', writeLineOfAnswer);
      next();
    },
    stream,
    flush,
  };
}

function formatLine(_tokens: unknown, req: IncomingMessage, res: ServerResponse): string {
  const exchange = exchangeOf(req);
  const { requestId, clientAddress, caller, destination, startedAtMs, headAtMs, upstreamMs } = exchange;
  // It left HTTP; the line is written when its connection ends.
  const isUpgraded = res.statusCode === 101;
  return JSON.stringify({
    level: 'info',
    time: new Date().toISOString(),
    service: 'api-gateway',
    requestId,
    userId: caller?.userId,
    clientAddress,
    method: req.method,
    path: loggablePath(exchange),
    status: res.headersSent || isUpgraded ? res.statusCode : undefined,
    upstream: destination?.service,
    // Above one when others failed at it before.
    attempts: exchange.attempts || undefined,
    upstreamMs: toMilliseconds(upstreamMs),
    // Until the head of a service's answer or of a problem went out, and until the end of any answer.
    headMs: toMilliseconds(headAtMs && headAtMs - startedAtMs),
    totalMs: toMilliseconds(performance.now() - startedAtMs),
    aborted: res.writableFinished || isUpgraded ? undefined : true,
    msg: 'request',
  });
}

const longSegments = new RegExp(`[^/]{${longestPlainSegment + 1},}`, 'g');

function loggablePath({ path, destination }: Exchange): string {
  if (!destination) return path.replace(longSegments, '[long]');
  if (!destination.secretBelow) return path;
  const secretStart = path.indexOf('/', destination.strippedLength + 1);
  return secretStart === -1 ? path : `${path.slice(0, secretStart)}/[secret]`;
}

/** To the microsecond. */
function toMilliseconds(time: number | undefined): number | undefined {
  return time === undefined ? undefined : Math.round(time * 1_000) / 1_000;
}
