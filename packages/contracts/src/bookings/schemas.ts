import { z } from 'zod';
import { cabin, fareRules, placeCode } from '../flights/schemas.ts';
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
    cabin,
    fare: z.object({ price: money.describe('For one adult or child'), rules: fareRules }),
  })
  .meta({ id: 'Segment' });
export type Segment = z.infer<typeof segment>;

export const paymentMethods = ['card', 'paypal', 'bank_transfer', 'invoice'] as const;
export const paymentMethod = z.enum(paymentMethods).meta({ id: 'PaymentMethod' });

export const payment = z
  .object({
    id,
    status: z.enum(['processing', 'succeeded', 'failed', 'refunded']),
    amount: money,
    method: paymentMethod,
    createdAt: instant,
    failureCode: z.string().optional(),
  })
  .meta({ id: 'Payment' });

export const refund = z
  .object({ id, paymentId: id, amount: money, status: z.string(), rule: z.string(), createdAt: instant })
  .meta({ id: 'Refund' });

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
