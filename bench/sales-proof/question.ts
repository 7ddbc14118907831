import { createHash } from 'node:crypto';
import { headerOf, type RawAnswer } from '../raw-http/answer-reader.ts';
import type { Request } from '../raw-http/request-text.ts';
import type { ActionName } from './answers-that-may-be.ts';
import type { ProofUser } from './users.ts';

/** A request that a client wants an answer to, however often it must be sent. */
export type Question = {
  readonly action: ActionName;
  readonly user: ProofUser;
  readonly request: Omit<Request, 'token'>;
  /** Called once, with the first answer that says what became of it. */
  readonly heard: (answer: ReadAnswer) => void;
  /** What the first such answer was, to compare later ones with. */
  first?: string;
  /** How many answers came without the mark of a replay. */
  fresh: number;
  /** When a question whose answer is still open is asked again, on the clock of `performance.now()`. */
  askAgainAtMs: number;
};

/** An answer with its JSON read. */
export type ReadAnswer = {
  readonly status: number;
  /** Of a problem; empty otherwise. */
  readonly code: string;
  readonly replayed: boolean;
  readonly body: unknown;
  /** Of status and body together. */
  readonly fingerprint: string;
};

export const isKeyed = ({ request }: Question): boolean => request.idempotencyKey !== undefined;

export function readAnswer(answer: RawAnswer): ReadAnswer {
  const body: unknown = answer.body.length === 0 ? undefined : JSON.parse(answer.body.toString('utf8'));
  const isProblem = typeof body === 'object' && body !== null && 'code' in body && answer.status >= 400;
  return {
    status: answer.status,
    code: isProblem ? String(body.code) : '',
    replayed: headerOf(answer, 'idempotent-replayed') === 'true',
    body,
    fingerprint: `${answer.status} ${createHash('sha1').update(answer.body).digest('base64')}`,
  };
}

/** Whether an answer leaves open what became of the request, so that one asks again with the same key. */
export function leavesOpen({ status, code }: ReadAnswer): boolean {
  return status >= 500 || code === 'idempotency_in_progress';
}
