import { z } from 'zod';
import { booking, payment, refund } from '../bookings/schemas.ts';
import { waitlistEntry } from '../bookings/waitlist-routes.ts';
import { cabin, flight } from '../flights/schemas.ts';
import { id } from '../http/primitives.ts';
import type { ServiceName } from '../http/route.ts';
import { auditData } from '../identity/audit.ts';

/** What a mail says of an airport, so that whoever writes it need not ask for it. */
const placeOfBooking = z.object({ code: z.string(), name: z.string(), city: z.string(), timeZone: z.string() });

const bookingData = booking.omit({ payments: true }).extend({
  airports: z.array(placeOfBooking),
  /** Whether a payment for it is under way, so that nobody need be asked to pay. */
  paymentProcessing: z.boolean().optional(),
});

/** Absolute numbers with a version per flight: repeats and reordering do no harm. */
const inventoryData = z.object({
  flightId: id,
  version: z.int(),
  cabins: z.array(z.object({ cabin, capacity: z.int(), sold: z.int(), held: z.int() })),
});

/** A payment with the booking it is for, whether that is still there or not, and whom to write to about it. */
const paymentData = payment.extend({
  version: z.int(),
  bookingId: id,
  bookingReference: z.string(),
  userId: id,
  email: z.string(),
});

const refundData = paymentData.extend({ refund });

/** An entry of the waitlist with the booking that its party was given seats by. */
const waitlistOfferData = waitlistEntry.extend({ userId: id, booking: bookingData });

const userData = z.object({ id, email: z.string(), name: z.string(), version: z.int() });

/** Ids alone: who writes the mail asks for its secret when it is sent. */
const passwordResetData = z.object({ resetId: id, userId: id, version: z.int() });

const emailVerificationData = z.object({
  verificationId: id,
  userId: id,
  /** A new account gets a welcome with it. */
  occasion: z.enum(['registration', 'on_request']),
  version: z.int(),
});

type Producer = Exclude<ServiceName, 'api-gateway'>;

/** Every event there is: its data, and the service or services that publish it. The type is the routing key. */
export const events = {
  'booking.created': { producer: 'booking-service', data: bookingData },
  'booking.confirmed': { producer: 'booking-service', data: bookingData },
  'booking.cancelled': { producer: 'booking-service', data: bookingData },
  'booking.expired': { producer: 'booking-service', data: bookingData },
  'booking.changed': { producer: 'booking-service', data: bookingData },
  'payment.succeeded': { producer: 'booking-service', data: paymentData },
  'payment.failed': { producer: 'booking-service', data: paymentData },
  'payment.refunded': { producer: 'booking-service', data: refundData },
  'inventory.changed': { producer: 'booking-service', data: inventoryData },
  'waitlist.offered': { producer: 'booking-service', data: waitlistOfferData },
  'flight.scheduled': { producer: 'flight-search-service', data: flight },
  'flight.updated': { producer: 'flight-search-service', data: flight },
  'flight.cancelled': { producer: 'flight-search-service', data: flight },
  'catalogue.changed': {
    producer: 'flight-search-service',
    data: z.object({
      kind: z.enum(['city', 'airport', 'airline', 'airplane']),
      key: z.string(),
      version: z.int(),
      action: z.enum(['created', 'updated', 'deleted']),
    }),
  },
  'schedule.imported': {
    producer: 'flight-search-service',
    data: z.object({ importId: id, version: z.int(), created: z.int(), rejected: z.int() }),
  },
  'user.registered': { producer: 'auth-service', data: userData },
  'user.updated': { producer: 'auth-service', data: userData },
  'user.deleted': { producer: 'auth-service', data: z.object({ id, version: z.int() }) },
  'user.password_reset_requested': { producer: 'auth-service', data: passwordResetData },
  'user.email_verification_requested': { producer: 'auth-service', data: emailVerificationData },
  'audit.recorded': {
    producer: ['flight-search-service', 'booking-service', 'reminder-service', 'auth-service'],
    data: auditData,
  },
} as const satisfies Record<string, { producer: Producer | readonly Producer[]; data: z.ZodType }>;

/**
 * Events whose newest of an aggregate says all that the earlier ones did: where several wait to be published, only the
 * newest goes out.
 */
export const supersedingEvents: ReadonlySet<string> = new Set<EventType>(['inventory.changed']);

export type EventType = keyof typeof events;
export type EventData<T extends EventType> = z.infer<(typeof events)[T]['data']>;
export type BookingEventData = EventData<'booking.created'>;
export type PaymentEventData = EventData<'payment.succeeded'>;
export type InventoryEventData = EventData<'inventory.changed'>;

/**
 * Who works on which events: one durable queue per service. Publishers and consumers both declare all of them, so that
 * an event is never published before the queues of its consumers exist.
 */
export const workSubscriptions = {
  'auth-service': ['audit.recorded'],
  'flight-search-service': ['inventory.changed'],
  'booking-service': ['flight.updated', 'flight.cancelled', 'user.deleted'],
  'reminder-service': [
    'booking.created',
    'booking.confirmed',
    'booking.changed',
    'booking.cancelled',
    'booking.expired',
    'payment.failed',
    'waitlist.offered',
    'user.password_reset_requested',
    'user.email_verification_requested',
    'user.deleted',
  ],
} as const satisfies Partial<Record<ServiceName, readonly EventType[]>>;

export type WorkingService = keyof typeof workSubscriptions;
export type WorkEventType<S extends WorkingService> = (typeof workSubscriptions)[S][number];
