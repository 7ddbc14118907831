import type { FindingsBook } from '../../sales-proof/findings.ts';
import type { WaitlistInvariant } from '../invariants.ts';
import type { BookingNews, Party } from './chronicle.ts';

/** What became of offers. */
export type OfferEnd = 'paid' | 'given back' | 'lapsed';

/** An offer may go on so long after its end: until a sweeper comes by, or a payment that a kill interrupted has an outcome. */
const offerGraceMs = 60_000;

/** Events tell instants in whole seconds. */
const roundingMs = 1_000;

/** Checks that a party has its one offer, and that this ended in time; returns how, if there was one. */
export function judgeOffer(
  party: Party,
  about: { readonly news: BookingNews; readonly offerMs: number },
  findings: FindingsBook<WaitlistInvariant>,
): OfferEnd | undefined {
  const { id, bookingId, offers } = party;
  findings.checked('onceEach', 1);
  const told = (bookingId === null ? undefined : about.news.get(bookingId)) ?? [];
  const made = told.filter(({ type }) => type === 'booking.created').length;
  if (offers.length !== (bookingId === null ? 0 : 1) || made !== offers.length) {
    findings.violated('onceEach', `${id} was offered seats ${offers.length} times, by ${made} bookings`);
  }
  const [offer] = offers;
  if (!offer) return undefined;

  findings.checked('limits', 1);
  if (offer.endsAtMs - offer.atMs > about.offerMs + roundingMs) {
    findings.violated('limits', `the offer to ${id} lasts ${offer.endsAtMs - offer.atMs} ms`);
  }
  const expired = told.find(({ type }) => type === 'booking.expired');
  if (expired) {
    const lateMs = expired.atMs - offer.endsAtMs;
    if (lateMs < 0 || lateMs > offerGraceMs) findings.violated('limits', `the offer to ${id} lapsed ${lateMs} ms late`);
    return 'lapsed';
  }
  if (told.some(({ type }) => type === 'booking.confirmed')) return 'paid';
  if (told.some(({ type }) => type === 'booking.cancelled')) return 'given back';
  findings.violated('limits', `the offer to ${id} has no end`);
  return undefined;
}
