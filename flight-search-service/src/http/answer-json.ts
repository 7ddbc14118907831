import type { WrittenAnswer } from '@jetbridge/service-kit/http/app.ts';

/** An answer that was written as JSON piece by piece. */
export function answerJson(body: string): { written: WrittenAnswer; replayed: false } {
  return { written: { status: 200, version: null, body }, replayed: false };
}

/** A page of items that are JSON already. */
export function pageJson(items: readonly string[], nextCursor: string | null): string {
  return `{"data":[${items.join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`;
}
