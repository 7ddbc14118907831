import { HttpProblem } from '../../http/problems.ts';
import { ServiceCallError } from '../../http/service-client.ts';

/** Whether a feed, this service's own or another's, no longer has what followed a position. */
export function isPositionGone(error: unknown): boolean {
  return (error instanceof ServiceCallError || error instanceof HttpProblem) && error.status === 410;
}

/** Whether there was no answer at all. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof ServiceCallError && error.status === 0;
}
