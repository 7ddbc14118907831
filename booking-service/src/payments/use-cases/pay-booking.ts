import type { PaymentOrder } from '@jetbridge/contracts/bookings/routes.ts';
import type { Caller } from '@jetbridge/service-kit/auth/caller.ts';
import { readBooking } from '../../bookings/use-cases/read-booking.ts';
import { BookingError } from '../../domain/errors.ts';
import { openingPayment } from '../../sales/operations/open-payment.ts';
import { type Asker, type KeyedReply, prepareAndAsk } from '../../sales/use-cases/keyed-request.ts';
import { assertMethodOffered, type PlaceBookingParts, toPayment } from '../../sales/use-cases/place-booking.ts';
import { refusalOfSettled } from '../domain/settlement.ts';
import { chargePayment } from './charge-payment.ts';

/**
 * Pays for a held booking of the caller.
 * @throws BookingError with the reason; then no money was taken, or it is given back.
 */
export async function payBooking(
  parts: PlaceBookingParts,
  asked: { readonly caller: Caller; readonly asker: Asker; readonly bookingId: string; readonly order: PaymentOrder },
): Promise<KeyedReply> {
  const { caller, asker, bookingId, order } = asked;
  const { answers, provider, clock } = parts;
  const reply = await prepareAndAsk(
    parts,
    asker,
    async () => {
      const booking = await readBooking(parts.bookings, caller, bookingId, 'own');
      if (!provider) throw new BookingError('already_paid', 'Bookings are confirmed without payment here.');
      assertMethodOffered(parts, order, '/method');
      const of = { userId: asker.userId, bookingId, amountMinor: booking.totalMinor, nowMs: clock.nowMs() };
      const key = asker.idempotency?.key ?? null;
      return openingPayment(booking, toPayment(parts, order, { ...of, purpose: 'booking', key }));
    },
    ({ payment }) => ({ waitsFor: payment.id }),
  );
  if (reply.kind === 'replayed') return { written: reply.answer, replayed: true };
  if (!provider) throw new Error('Without a provider no payment is opened.');

  const settled = await chargePayment({ ...parts, provider }, reply.outcome, asker.requestId);
  if (settled.answer) return { written: settled.answer, replayed: false };
  const refusal = refusalOfSettled(settled);
  if (refusal) throw refusal;
  return { written: answers.paid(settled.payment), replayed: false };
}
