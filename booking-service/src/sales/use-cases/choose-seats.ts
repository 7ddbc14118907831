import type { SeatChoice } from '@jetbridge/contracts/bookings/routes.ts';
import type { Caller } from '@jetbridge/service-kit/auth/caller.ts';
import { currentRequestContext } from '@jetbridge/service-kit/http/request-context.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Bookings } from '../../bookings/db/bookings.ts';
import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { readBooking } from '../../bookings/use-cases/read-booking.ts';
import type { SalesDesk } from '../desk/sales-desk.ts';
import { choosingSeats } from '../operations/choose-seats.ts';
import { askAnew } from './ask-anew.ts';
import { decided } from './keyed-request.ts';

/**
 * Gives passengers of the caller's booking the seats they chose: all of them or none.
 * @throws BookingError `booking_not_found`, `seat_taken`, `departed`, or what is wrong with a choice.
 */
export function chooseSeats(
  parts: { readonly desk: SalesDesk; readonly bookings: Bookings; readonly clock: Clock },
  asked: {
    readonly caller: Caller;
    readonly bookingId: string;
    readonly choices: readonly SeatChoice[];
    readonly requestId: string;
  },
): Promise<BookingRecord> {
  const { caller, bookingId, choices, requestId } = asked;
  return askAnew(async () => {
    const seen = await readBooking(parts.bookings, caller, bookingId, 'own');
    const request = choosingSeats(seen, { choices, nowMs: parts.clock.nowMs(), requestId });
    const by = { who: { account: caller.userId }, requestId, address: currentRequestContext()?.address };
    return decided(await parts.desk.ask({ ...request, by }));
  });
}
