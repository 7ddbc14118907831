import type { IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import { type Exchange, exchangeOf } from '../exchange.ts';
import { noteAnswered } from '../upstreams/instance.ts';
import { writeAnswerHead } from './crossing-headers.ts';
import { atEndOfTurn } from './end-of-turn.ts';

/** Passes the answer of an instance on to the client, no faster than the client reads it. */
export function streamAnswer(answer: IncomingMessage, req: Request, res: Response): void {
  const exchange = exchangeOf(req);
  const { instance, waitingRead } = exchange;
  if (instance) {
    noteAnswered(instance);
    if (waitingRead) instance.waitingReads.remove(waitingRead);
  }
  streamBody(answer, res, exchange);
}

/**
 * As `pipe` does it, without what it does for streams that are not these two. The first piece waits for the end of this turn
 * of the event loop: most answers have ended by then, and go out in one write.
 */
function streamBody(answer: IncomingMessage, res: Response, exchange: Exchange): void {
  let firstPiece: Buffer | undefined;
  let hasBegun = false;
  let hasEnded = false;
  let isFlowing = false;

  /** From now on the answer can't be another one any more. */
  function begin(): void {
    hasBegun = true;
    writeAnswerHead(answer, res, exchange);
    atEndOfTurn(flow);
  }

  function flow(): void {
    if (isFlowing) return;
    isFlowing = true;
    if (hasEnded) res.end(firstPiece);
    else if (firstPiece) write(firstPiece);
  }

  function write(piece: Buffer): void {
    if (res.write(piece)) return;
    answer.pause();
    res.once('drain', () => answer.resume());
  }

  answer.on('data', (piece: Buffer) => {
    if (!hasBegun) {
      firstPiece = piece;
      begin();
      return;
    }
    flow();
    write(piece);
  });
  answer.on('end', () => {
    exchange.upstreamMs = performance.now() - exchange.sentAtMs;
    hasEnded = true;
    if (!hasBegun) begin();
    else if (isFlowing) res.end();
  });
}
