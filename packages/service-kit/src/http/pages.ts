import { createHash } from 'node:crypto';
import { HttpProblem } from './problems.ts';

/** A list as the API answers it. */
export type Page<T> = { readonly data: T[]; readonly nextCursor: string | null };

/** Where a page begins: after the item with these values of the sort keys, the last one an id that breaks ties. */
export type Position = readonly (string | number)[];

/** What the sort keys of a list are, one after the other. */
export type PositionKinds = readonly ('string' | 'number')[];

type PositionOf<Kinds extends PositionKinds> = {
  -readonly [Index in keyof Kinds]: Kinds[Index] extends 'string' ? string : number;
};

/**
 * Reads a cursor that `toPage` made for the same question.
 * @param question everything that decides what the list holds and how it is ordered, but neither cursor nor limit.
 * @param kinds of the values that `toPage` was given as a position; anybody can make up a cursor with others.
 * @throws HttpProblem 400 when the cursor is broken or belongs to another question.
 */
export function readCursor<const Kinds extends PositionKinds>(
  cursor: string | undefined,
  question: object,
  kinds: Kinds,
): PositionOf<Kinds> | undefined {
  if (cursor === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && parsed.length === kinds.length + 1 && parsed[0] === fingerprint(question)) {
      const position = parsed.slice(1);
      // Each value is of the kind that stands at its place.
      if (position.every((value, index) => isOfKind(value, kinds[index]))) return position as PositionOf<Kinds>;
    }
  } catch {
    // What can't be read is answered like what does not fit.
  }
  throw new HttpProblem({
    status: 400,
    code: 'invalid_cursor',
    detail: 'The cursor does not belong to this list. Ask for the first page without one.',
  });
}

function isOfKind(value: unknown, kind: 'string' | 'number' | undefined): boolean {
  if (typeof value === 'string') return kind === 'string' && value.isWellFormed() && !value.includes('\0');
  return kind === 'number' && Number.isSafeInteger(value);
}

/** Cuts a page out of items that were read with one more than `limit`, to know whether another page follows. */
export function toPage<T>(
  items: readonly T[],
  options: { limit: number; question: object; positionOf: (item: T) => Position },
): Page<T> {
  const data = items.slice(0, options.limit);
  const last = data.at(-1);
  if (items.length <= options.limit || last === undefined) return { data, nextCursor: null };
  const cursor = [fingerprint(options.question), ...options.positionOf(last)];
  return { data, nextCursor: Buffer.from(JSON.stringify(cursor)).toString('base64url') };
}

function fingerprint(question: object): string {
  const { cursor: _cursor, limit: _limit, ...asked } = question as Record<string, unknown>;
  const sorted = Object.entries(asked)
    .filter(([, value]) => value !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url').slice(0, 12);
}
