import { IANAZone } from 'luxon';

/**
 * Asking Intl for an offset costs microseconds, which a schedule of 163,267 rows pays four times a row. So each zone is
 * asked once per span, and the answers are kept. No zone changes its clocks twice in a span of this length.
 */
const spanMs = 7 * 86_400_000;
const minuteMs = 60_000;

/** About 10 MB when full: all zones of the world over two years. */
const maximumSpans = 50_000;

/** The offset of a span, and when it changes within the span, the new offset from that instant on. */
type OffsetSpan = {
  readonly offsetMinutes: number;
  readonly change?: { readonly atMs: number; readonly offsetMinutes: number };
};

const spansByZone = new Map<string, Map<number, OffsetSpan>>();
let spanCount = 0;

/** Whether the runtime knows a zone by this IANA name. */
export function isKnownZone(timeZone: string): boolean {
  return IANAZone.isValidZone(timeZone);
}

/**
 * Minutes that the clocks of a zone are ahead of UTC at an instant.
 *
 * @throws Error when the zone is unknown: check what comes from outside with `isKnownZone`.
 */
export function offsetMinutesAt(timeZone: string, instantMs: number): number {
  const span = spanOf(timeZone, Math.floor(instantMs / spanMs));
  return span.change !== undefined && instantMs >= span.change.atMs ? span.change.offsetMinutes : span.offsetMinutes;
}

function spanOf(timeZone: string, index: number): OffsetSpan {
  const known = spansByZone.get(timeZone)?.get(index);
  if (known !== undefined) {
    return known;
  }
  const measured = measureSpan(timeZone, index * spanMs);
  if (spanCount >= maximumSpans) {
    spansByZone.clear();
    spanCount = 0;
  }
  const spans = spansByZone.get(timeZone) ?? new Map<number, OffsetSpan>();
  spans.set(index, measured);
  spansByZone.set(timeZone, spans);
  spanCount++;
  return measured;
}

function measureSpan(timeZone: string, startMs: number): OffsetSpan {
  const zone = IANAZone.create(timeZone);
  if (!zone.isValid) {
    throw new Error(`The time zone "${timeZone}" is unknown; it should be an IANA name like Europe/London`);
  }
  const first = zone.offset(startMs);
  const last = zone.offset(startMs + spanMs - minuteMs);
  if (first === last) {
    return { offsetMinutes: first };
  }
  let beforeMs = startMs;
  let afterMs = startMs + spanMs - minuteMs;
  while (afterMs - beforeMs > minuteMs) {
    const middleMs = beforeMs + Math.floor((afterMs - beforeMs) / 2 / minuteMs) * minuteMs;
    if (zone.offset(middleMs) === first) {
      beforeMs = middleMs;
    } else {
      afterMs = middleMs;
    }
  }
  return { offsetMinutes: first, change: { atMs: afterMs, offsetMinutes: last } };
}
