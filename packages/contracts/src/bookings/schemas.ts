import { z } from 'zod';
import { cabin, fareRules, placeCode, terminal } from '../flights/schemas.ts';
import { id, instant, localDate, localDateTime, money } from '../http/primitives.ts';

export const bookingStatuses = ['pending', 'confirmed', 'cancelled', 'expired'] as const;
export const bookingStatus = z.enum(bookingStatuses).meta({ id: 'BookingStatus' });
export type BookingStatus = z.infer<typeof bookingStatus>;

export const passengerTypes = ['adult', 'child', 'infant'] as const;
export const passengerType = z.enum(passengerTypes).meta({ id: 'PassengerType' });
export type PassengerType = z.infer<typeof passengerType>;

export const passenger = z
  .object({
    id,
    type: passengerType,
    firstName: z.string(),
    lastName: z.string(),
    dateOfBirth: localDate.optional(),
    seats: z.record(z.string(), z.string()).describe('Seat by flight id'),
  })
  .meta({ id: 'Passenger' });

/** One flight of a booking, as it was when it was booked or last changed by the airline. */
export const segment = z
  .object({
    flightId: id,
    flightNumber: z.string(),
    origin: placeCode,
    destination: placeCode,
    departureTime: instant,
    arrivalTime: instant,
    departureLocal: localDateTime,
    arrivalLocal: localDateTime,
    departureTerminal: terminal.optional().describe('Where it is known'),
    arrivalTerminal: terminal.optional().describe('Likewise'),
    cabin,
    fare: z.object({ price: money.describe('For one adult or child'), rules: fareRules }),
  })
  .meta({ id: 'Segment' });
export type Segment = z.infer<typeof segment>;

export const paymentMethods = ['card', 'paypal', 'bank_transfer', 'invoice'] as const;
export const paymentMethod = z.enum(paymentMethods).meta({ id: 'PaymentMethod' });
export type PaymentMethod = z.infer<typeof paymentMethod>;

export const paymentStatuses = ['processing', 'succeeded', 'failed', 'refunded'] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

export const refundStatuses = ['processing', 'succeeded', 'failed'] as const;
export type RefundStatus = (typeof refundStatuses)[number];

export const payment = z
  .object({
    id,
    status: z.enum(paymentStatuses),
    amount: money,
    method: paymentMethod,
    createdAt: instant,
    failureCode: z.string().optional(),
  })
  .meta({ id: 'Payment' });
export type Payment = z.infer<typeof payment>;

export const refund = z
  .object({
    id,
    paymentId: id,
    amount: money,
    status: z.enum(refundStatuses),
    rule: z.string().describe('Why this much: a rule of the fare, of the law, or what went wrong'),
    createdAt: instant,
  })
  .meta({ id: 'Refund' });
export type Refund = z.infer<typeof refund>;

export const contact = z.object({ email: z.string(), phone: z.string().optional() });

export const booking = z
  .object({
    id,
    reference: z.string().regex(/^[A-Z0-9]{6}$/),
    status: bookingStatus,
    holdExpiresAt: instant.nullable(),
    userId: id,
    contact,
    segments: z.array(segment),
    passengers: z.array(passenger),
    total: money,
    payments: z.array(payment),
    refunds: z.array(refund),
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Booking' });
export type Booking = z.infer<typeof booking>;
export type Passenger = z.infer<typeof passenger>;

/** A seat as it is drawn. `blocked`: it cannot be had, because its flight or cabin is not on sale. */
const seat = z
  .object({
    seat: z.string().describe('As on the boarding pass: `12A`'),
    letter: z.string(),
    status: z.enum(['available', 'taken', 'blocked']),
    window: z.boolean(),
    aisle: z.boolean(),
    exit: z.boolean(),
  })
  .meta({ id: 'Seat' });

export const seatMap = z
  .object({
    flightId: id,
    cabins: z.array(
      z.object({
        cabin,
        letters: z.string().describe('The letters of a row, an aisle written as a space: `ABC DEF`'),
        rows: z.array(z.object({ row: z.int(), exit: z.boolean(), seats: z.array(seat) })),
      }),
    ),
  })
  .meta({ id: 'SeatMap' });
export type SeatMap = z.infer<typeof seatMap>;
