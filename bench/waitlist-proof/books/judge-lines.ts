import type { FindingsBook } from '../../sales-proof/findings.ts';
import type { WaitlistInvariant } from '../invariants.ts';
import type { Chronicle, Moment, Party } from './chronicle.ts';

/** What a proof would be worth little without. */
export type LinesSummary = {
  /** Offers to a party behind one that waited and was too large for the free seats. */
  readonly largerPassedOver: number;
};

/** Looks for anybody who was treated unfairly on one flight. Who may have left by then is given the benefit of the doubt. */
export function judgeLines(chronicle: Chronicle, findings: FindingsBook<WaitlistInvariant>): LinesSummary {
  const { flightId, parties, purchases, counts } = chronicle;
  let largerPassedOver = 0;

  for (const later of parties) {
    const [offer] = later.offers;
    if (!offer) continue;
    findings.checked('order', 1);
    const before = parties.filter(({ position }) => position < later.position).filter(waitedAt(offer));
    const overtaken = before.find(({ seats }) => seats <= later.seats);
    if (overtaken) findings.violated('order', `${later.id} was offered seats before ${overtaken.id} on ${flightId}`);
    if (before.length > 0) largerPassedOver += 1;
  }

  for (const purchase of purchases) {
    findings.checked('buyers', 1);
    const waiting = parties
      .filter(waitedAt(purchase))
      .find(({ seats, told }) => seats <= purchase.seats && told !== undefined && told.joinedAtMs < purchase.askedAtMs);
    if (waiting) findings.violated('buyers', `booking ${purchase.bookingId} has seats that ${waiting.id} waited for`);
  }

  for (const count of counts) {
    findings.checked('leftovers', 1);
    findings.checked('capacity', 1);
    const free = count.capacity - count.taken;
    if (free < 0) findings.violated('capacity', `${count.taken} of ${count.capacity} seats taken on ${flightId}`);
    if (free <= 0) continue;
    const waiting = parties
      .filter(waitedAt(count))
      .find(({ seats, told }) => seats <= free && told !== undefined && told.joinedAtMs < count.atMs);
    if (waiting) findings.violated('leftovers', `${free} seats were left on ${flightId} while ${waiting.id} waited`);
  }
  return { largerPassedOver };
}

/** Whether a party that had joined by then certainly waited at that moment, and beyond it. */
const waitedAt =
  ({ at, atMs }: Moment) =>
  ({ offers, told }: Party): boolean => {
    if (!told || offers.some((offer) => offer.at <= at)) return false;
    return told.leaveAskedAtMs === undefined || told.leaveAskedAtMs > atMs;
  };
