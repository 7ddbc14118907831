import type { Books } from './books.ts';

/** Events that are told once in the life of a booking or payment, in the order in which they may follow each other. */
const traced = [
  'booking.created',
  'booking.confirmed',
  'payment.succeeded',
  'booking.cancelled',
  'booking.expired',
] as const;
export type TracedEvent = (typeof traced)[number];

/** In what may come before what: an event of a lower stage never follows one of a higher. */
const stages = {
  'booking.created': 0,
  'booking.confirmed': 1,
  'payment.succeeded': 1,
  'booking.cancelled': 2,
  'booking.expired': 2,
} as const satisfies Record<TracedEvent, number>;

/** What the outbox tells of one booking or payment. */
export type EventTrace = { readonly count: (type: TracedEvent) => number; readonly inOrder: boolean };

/** By the id of the booking or payment. */
export type EventTraces = { readonly of: (subject: string) => EventTrace; readonly events: number };

const rowsPerPage = 5_000;
const bitsPerCount = 3;
const largestCount = 2 ** bitsPerCount - 1;
const stageShift = traced.length * bitsPerCount;
const disorder = 1 << (stageShift + 2);

/** Reads the whole outbox once, oldest first. Each trace is one number, so that a million bookings fit into memory. */
export async function readEventTraces(books: Books): Promise<EventTraces> {
  const traces = new Map<string, number>();
  let events = 0;
  for (let after = 0; ; ) {
    const rows = await books.rows<{ id: number; type: TracedEvent; subject: string }>(
      `SELECT id, type, subject FROM outbox WHERE id > ? AND type IN (?) ORDER BY id LIMIT ${rowsPerPage}`,
      [after, traced],
    );
    for (const { type, subject } of rows) traces.set(subject, follow(traces.get(subject) ?? 0, type));
    events += rows.length;
    if (rows.length < rowsPerPage) break;
    after = Number(rows.at(-1)?.id);
  }
  return {
    events,
    of: (subject) => {
      const trace = traces.get(subject) ?? 0;
      return { count: (type) => (trace >> shiftOf(type)) & largestCount, inOrder: (trace & disorder) === 0 };
    },
  };
}

const shiftOf = (type: TracedEvent) => traced.indexOf(type) * bitsPerCount;

function follow(trace: number, type: TracedEvent): number {
  const count = (trace >> shiftOf(type)) & largestCount;
  const counted = count === largestCount ? trace : trace + (1 << shiftOf(type));
  const stage = (trace >> stageShift) & 3;
  if (stages[type] < stage) return counted | disorder;
  return (counted & ~(3 << stageShift)) | (stages[type] << stageShift);
}
