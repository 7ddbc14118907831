import type { OutgoingMail, Sender } from '../clients/mailer.ts';
import type { BookingCopy } from '../domain/booking.ts';
import { mailFacts } from '../domain/mail-facts.ts';
import type { BookingMailKind, Reminder } from '../domain/reminder.ts';
import { calendarOf } from './calendar.ts';
import { messageIdOf } from './message-id.ts';
import type { BookingMailData, Templates } from './templates.ts';
import type { UnsubscribeLinks } from './unsubscribe-links.ts';

/** Writes the mail of a reminder, as it is true at `nowMs`. @throws Error when booking and reminder don't fit. */
export type ComposeMail = (
  reminder: Reminder,
  booking: BookingCopy,
  nowMs: number,
  ticket?: OutgoingMail['ticket'],
) => OutgoingMail;

/** Mails that bring a ticket: what it says is new to whoever gets them. */
const withTicket: ReadonlySet<BookingMailKind> = new Set(['booking_confirmed', 'booking_changed', 'schedule_changed']);

/** Whether a mail of this kind is to have the ticket with it. */
export const bringsTicket = (kind: BookingMailKind): boolean => withTicket.has(kind);

/** What each kind of mail does to the calendar of who gets it. */
const calendars = {
  booking_held: 'none',
  waitlist_offer: 'none',
  payment_failed: 'none',
  booking_confirmed: 'adds',
  booking_changed: 'adds',
  schedule_changed: 'adds',
  booking_cancelled: 'removes',
  departure_24h: 'adds',
  departure_2h: 'adds',
} as const satisfies Record<BookingMailKind, 'adds' | 'removes' | 'none'>;

/** @param parts.from whose domain stands in the Message-IDs. */
export function createMailComposer(parts: {
  from: Sender;
  templates: Templates;
  unsubscribeLinks: UnsubscribeLinks;
}): ComposeMail {
  const { from, templates, unsubscribeLinks } = parts;
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return (reminder, booking, nowMs, ticket) => {
    const facts = mailFacts(booking, reminder, nowMs, templates.words);
    const calendar = calendars[reminder.kind];
    return {
      to: booking.email,
      messageId: messageIdOf(reminder, domain),
      ...templates.render(reminder.kind, { ...facts, calendar, ticket: ticketIn(reminder.kind, ticket) }),
      sentAtMs: nowMs,
      unsubscribeUrl: unsubscribeLinks({ userId: booking.userId, email: booking.email, kind: reminder.kind }),
      ...(ticket ? { ticket } : {}),
      ...(calendar === 'none'
        ? {}
        : { calendar: calendarOf(facts, booking, { brand: from.name, isCancelled: calendar === 'removes', nowMs }) }),
    };
  };
}

function ticketIn(kind: BookingMailKind, ticket: OutgoingMail['ticket']): BookingMailData['ticket'] {
  if (ticket) return 'attached';
  return bringsTicket(kind) ? 'apart' : 'none';
}
