import type { PassengerType, PaymentMethod } from '@jetbridge/contracts/bookings/schemas.ts';
import type { Cabin } from '@jetbridge/contracts/flights/schemas.ts';

/** The words of the domain as travellers read them. */
export const cabinNames = {
  economy: 'Economy',
  premium_economy: 'Premium economy',
  business: 'Business',
  first: 'First',
} as const satisfies Record<Cabin, string>;

export const nameTerminal = (terminal: string): string => `Terminal ${terminal}`;

export const passengerWords = {
  adult: 'Adult',
  child: 'Child',
  infant: 'Infant',
} as const satisfies Record<PassengerType, string>;

export const paymentMethodNames = {
  card: 'card',
  paypal: 'PayPal',
  bank_transfer: 'bank transfer',
  invoice: 'invoice',
} as const satisfies Record<PaymentMethod, string>;
