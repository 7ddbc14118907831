import type { IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import { type Exchange, exchangeOf } from '../exchange.ts';
import { noteAnswered } from '../upstreams/instance.ts';
import { writeAnswerHead } from './crossing-headers.ts';
import { writeToClientAtEndOfTurn } from './end-of-turn.ts';

/**
 * Passes the answer of an instance on to the client, no faster than the client reads it.
 * @param onError hears of an answer that can't be passed on.
 */
export function streamAnswer(answer: IncomingMessage, req: Request, res: Response, onError: ErrorListener): void {
  const exchange = exchangeOf(req);
  const { instance, waitingRead } = exchange;
  exchange.hasAnswer = true;
  if (instance) {
    noteAnswered(instance);
    if (waitingRead) instance.waitingReads.remove(waitingRead);
  }
  streamBody(answer, res, exchange, onError);
}

type ErrorListener = (error: unknown, req: Request, res: Response) => void;

/** A copy of more than this costs more than it saves. */
const largestCopiedBytes = 16_384;

/**
 * As `pipe` does it, without what it does for streams that are not these two. The first piece waits for the end of this turn
 * of the event loop: most answers have ended by then, and go out in one write.
 */
function streamBody(answer: IncomingMessage, res: Response, exchange: Exchange, onError: ErrorListener): void {
  let firstPiece: Buffer | undefined;
  let hasBegun = false;
  let hasEnded = false;
  let isFlowing = false;

  /** From now on the answer can't be another one any more. */
  function begin(): void {
    hasBegun = true;
    // What broke the answer came in together with its head, and the client was told of that before this piece.
    if (res.headersSent || res.destroyed) {
      drop(answer, pass);
      return;
    }
    try {
      writeAnswerHead(answer, res, exchange);
    } catch (error) {
      drop(answer, pass);
      onError(error, res.req, res);
      return;
    }
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

  function pass(piece: Buffer): void {
    if (!hasBegun) {
      firstPiece = piece;
      begin();
      return;
    }
    flow();
    write(piece);
  }

  answer.on('data', pass);
  answer.on('end', () => {
    exchange.upstreamMs = performance.now() - exchange.sentAtMs;
    hasEnded = true;
    if (!hasBegun) begin();
    else if (isFlowing) res.end();
  });
}

function drop(answer: IncomingMessage, pass: (piece: Buffer) => void): void {
  // Pieces that are there already would come all the same.
  answer.off('data', pass);
  answer.destroy();
}

/**
 * Node writes the head together with a text, but a head and bytes as two parts, which costs a tenth of all work. In Latin-1
 * each byte is one character.
 */
function endInOneWrite(res: Response, body: Buffer | undefined): void {
  if (body && body.length <= largestCopiedBytes) res.end(body.toString('latin1'), 'latin1');
  else res.end(body);
}
