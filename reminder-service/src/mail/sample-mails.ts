import type { BookedFlight, BookingCopy } from '../domain/booking.ts';
import { mailFacts } from '../domain/mail-facts.ts';
import { isAccountMailKind, type MailDetails, type ReminderKind } from '../domain/reminder.ts';
import type { Words } from '../domain/words.ts';
import { type BookingMailData, mailKinds, type RenderedMail, type Templates } from './templates.ts';

/** A trip as people make it: out over two legs, back on one, two travellers and an infant. Winter of 2026. */
const departsAtMs = Date.UTC(2026, 11, 25, 23, 0);
const minutes = (count: number) => count * 60_000;

const flight = (change: Partial<BookedFlight>): BookedFlight => ({
  flightId: 'flt_1',
  flightNumber: 'BA178',
  origin: 'JFK',
  destination: 'LHR',
  departsAtMs,
  arrivesAtMs: departsAtMs + minutes(415),
  cabin: 'premium_economy',
  bookedAtMs: 0,
  ...change,
});

const flights = [
  flight({ departureTerminal: '8', arrivalTerminal: '5' }),
  flight({
    ...{ flightId: 'flt_2', flightNumber: 'BA786', origin: 'LHR', destination: 'CPH', cabin: 'economy' },
    departsAtMs: departsAtMs + minutes(505),
    arrivesAtMs: departsAtMs + minutes(620),
  }),
  flight({
    ...{ flightId: 'flt_3', flightNumber: 'SK909', origin: 'CPH', destination: 'JFK', cabin: 'economy' },
    departsAtMs: departsAtMs + minutes(12_000),
    arrivesAtMs: departsAtMs + minutes(12_520),
  }),
];

const booking: BookingCopy = {
  id: 'bkg_sample',
  reference: 'K7QX2M',
  userId: 'usr_sample',
  status: 'confirmed',
  version: 3,
  email: 'ada@example.com',
  flights,
  passengers: [
    { type: 'adult', firstName: 'Ada', lastName: 'Lovelace', seats: { flt_1: '21A', flt_2: '7C' } },
    {
      type: 'adult',
      firstName: 'Jean-Baptiste',
      lastName: 'de la Tour-Hohenfels',
      seats: { flt_1: '21B', flt_2: '7D' },
    },
    { type: 'infant', firstName: 'Mia', lastName: 'Lovelace', seats: {} },
  ],
  places: [
    { code: 'JFK', name: 'John F. Kennedy International Airport', city: 'New York', timeZone: 'America/New_York' },
    { code: 'LHR', name: 'London Heathrow Airport', city: 'London', timeZone: 'Europe/London' },
    { code: 'CPH', name: 'Copenhagen Kastrup Airport', city: 'Copenhagen', timeZone: 'Europe/Copenhagen' },
  ],
  totalMinor: 184_250,
  currency: 'USD',
  updatedAtMs: departsAtMs - minutes(40_000),
  holdExpiresAtMs: departsAtMs - minutes(39_985),
  refundMinor: 159_250,
};

const earlier = flights.map((one) => ({
  ...one,
  departsAtMs: one.departsAtMs - minutes(95),
  arrivesAtMs: one.arrivesAtMs - minutes(95),
}));
const failed = { amountMinor: booking.totalMinor, failureCode: 'card_declined', bookingWas: 'pending' } as const;

/** The booking as each kind of mail meets it, and what it tells beside. */
const occasions: Readonly<Partial<Record<ReminderKind, { status?: BookingCopy['status']; details?: MailDetails }>>> = {
  booking_held: { status: 'pending' },
  waitlist_offer: { status: 'pending' },
  booking_cancelled: { status: 'cancelled' },
  payment_failed: { status: 'pending', details: { payment: failed } },
  booking_changed: { details: { before: earlier } },
  schedule_changed: { details: { before: earlier } },
};

/** One mail of a kind about an invented booking or account. @throws Error when the template can't be filled in. */
export function sampleMail(templates: Templates, kind: ReminderKind): RenderedMail {
  if (isAccountMailKind(kind)) {
    return templates.render(kind, { name: 'Ada Lovelace', link: 'https://booking.example/confirm?token=sample' });
  }
  return templates.render(kind, sampleFacts(kind, templates.words));
}

function sampleFacts(kind: ReminderKind, words: Words): BookingMailData {
  const { status = 'confirmed', details } = occasions[kind] ?? {};
  const isDeparture = kind === 'departure_24h' || kind === 'departure_2h';
  const leadMs = minutes(kind === 'departure_2h' ? 120 : 1_440);
  const facts = mailFacts(
    { ...booking, status },
    { flightId: isDeparture ? 'flt_1' : null, details },
    departsAtMs - leadMs,
    words,
  );
  const calendar = { pending: 'none', confirmed: 'adds', cancelled: 'removes', expired: 'none' } as const;
  return { ...facts, calendar: calendar[status], ticket: kind === 'booking_confirmed' ? 'attached' : 'none' };
}

/** Writes each kind once, so that a template that can't be filled in stops the start. @throws Error naming it. */
export function checkTemplates(templates: Templates): void {
  for (const kind of mailKinds) sampleMail(templates, kind);
}
