import type { BookedFlight, BookedPassenger } from './booking.ts';

/** What mails say beside their templates, in one language. `{…}` stands for what is put in its place. */
export type Words = {
  /** BCP 47: how dates and money are written. */
  readonly locale: string;
  readonly cabins: Readonly<Record<BookedFlight['cabin'], string>>;
  readonly passengerTypes: Readonly<Record<BookedPassenger['type'], string>>;
  /** A traveller without a name. */
  readonly passenger: string;
  /** Formats of Luxon: `Fri 25 Dec 2026`, and without the year. */
  readonly date: string;
  readonly shortDate: string;
  /** `Terminal {terminal}` */
  readonly terminal: string;
  /** `{origin} to {destination}` */
  readonly way: string;
  /** `{way} and back` */
  readonly andBack: string;
  /** `{way} and {count} more` */
  readonly andMore: string;
  readonly hours: string;
  readonly minutes: string;
  /** Of a length of time: `about {count} hours`, `{count} minutes`, `1 minute`. */
  readonly inHours: string;
  readonly inMinutes: string;
  readonly inOneMinute: string;
  /** Why a payment failed, by the provider's word; `other` for all words that are not here. */
  readonly failures: Readonly<Record<string, string>> & { readonly other: string };
};

export const english: Words = {
  locale: 'en-US',
  cabins: { economy: 'Economy', premium_economy: 'Premium economy', business: 'Business', first: 'First' },
  passengerTypes: { adult: 'Adult', child: 'Child', infant: 'Infant' },
  passenger: 'Passenger',
  date: 'ccc d LLL yyyy',
  shortDate: 'ccc d LLL',
  terminal: 'Terminal {terminal}',
  way: '{origin} to {destination}',
  andBack: '{way} and back',
  andMore: '{way} and {count} more',
  hours: '{count} h',
  minutes: '{count} min',
  inHours: 'about {count} hours',
  inMinutes: '{count} minutes',
  inOneMinute: '1 minute',
  failures: {
    card_declined: 'Your bank declined the card.',
    insufficient_funds: 'The account behind the card does not have enough money.',
    expired_card: 'The card has expired.',
    invalid_token: 'The card could not be used.',
    timed_out: 'The payment was not completed in time.',
    other: 'The payment did not go through.',
  },
};

/** Puts values in the places that `{…}` names. */
export const fillIn = (pattern: string, values: Readonly<Record<string, string | number>>): string =>
  pattern.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
