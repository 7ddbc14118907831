import type { IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import { type Exchange, exchangeOf } from '../exchange.ts';
import { noteAnswered } from '../upstreams/instance.ts';
import { writeAnswerHead } from './crossing-headers.ts';
import { writeToClientAtEndOfTurn } from './end-of-turn.ts';

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

/** A copy of more than this costs more than it saves. */
const largestCopiedBytes = 16_384;

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
    writeToClientAtEndOfTurn(flow);
  }

  function flow(): void {
    if (isFlowing) return;
    isFlowing = true;
    if (hasEnded) endInOneWrite(res, firstPiece);
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

/**
 * Node writes the head together with a text, but a head and bytes as two parts, which costs a tenth of all work. In Latin-1
 * each byte is one character.
 */
function endInOneWrite(res: Response, body: Buffer | undefined): void {
  if (body && body.length <= largestCopiedBytes) res.end(body.toString('latin1'), 'latin1');
  else res.end(body);
}
