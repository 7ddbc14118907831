import { z } from 'zod';
import { cabin, terminal } from '../flights/schemas.ts';
import { id, instant, money } from '../http/primitives.ts';
import { bookingStatus, paymentStatuses, refundStatuses } from './schemas.ts';

/** What can happen to a booking, in one word. */
export const historyActions = [
  'placed',
  'held',
  'offered',
  'confirmed',
  'cancelled',
  'expired',
  'rebooked',
  'flight_changed',
  'seats_changed',
  'payment_started',
  'payment_succeeded',
  'payment_failed',
  'refund_started',
  'refunded',
  'refund_failed',
] as const;
export type HistoryAction = (typeof historyActions)[number];

/** The parts of a booking that may change; names and ways to reach somebody are not repeated. */
export const bookingState = z
  .object({
    status: bookingStatus.optional(),
    total: money.optional(),
    segments: z
      .array(
        z.object({
          flightId: id,
          cabin,
          departureTime: instant,
          arrivalTime: instant,
          departureTerminal: terminal.optional(),
          arrivalTerminal: terminal.optional(),
        }),
      )
      .optional(),
    seats: z
      .record(z.string(), z.record(z.string(), z.string()))
      .describe('Seats by passenger id and flight id')
      .optional(),
    payments: z.array(z.object({ id, status: z.enum(paymentStatuses), amount: money })).optional(),
    refunds: z.array(z.object({ id, status: z.enum(refundStatuses), amount: money, rule: z.string() })).optional(),
  })
  .meta({ id: 'BookingState' });
export type BookingState = z.infer<typeof bookingState>;

export const historyEntry = z
  .object({
    at: instant,
    actor: z
      .object({
        type: z.enum(['user', 'staff', 'airline', 'system']),
        id: id.optional().describe('Of the account; that of staff is shown to staff alone'),
      })
      .describe('`system`: the end of a hold, news of a payment, or free seats for a waiting party'),
    action: z.enum(historyActions),
    before: bookingState.nullable().describe('What differs, as it was; null where the booking begins'),
    after: bookingState.describe('What differs, as it is since then'),
    requestId: z.string().nullable().describe('Of the request that did it; null where none did'),
  })
  .meta({ id: 'HistoryEntry' });
export type HistoryEntryDocument = z.infer<typeof historyEntry>;
