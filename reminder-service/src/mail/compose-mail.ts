import type { OutgoingMail, Sender } from '../clients/mailer.ts';
import type { BookingCopy } from '../domain/booking.ts';
import { mailFacts } from '../domain/mail-facts.ts';
import type { Reminder } from '../domain/reminder.ts';
import { calendarOf } from './calendar.ts';
import { messageIdOf } from './message-id.ts';
import { loadTemplates } from './templates.ts';

/** Writes the mail of a reminder, as it is true at `nowMs`. @throws Error when booking and reminder don't fit. */
export type ComposeMail = (reminder: Reminder, booking: BookingCopy, nowMs: number) => Required<OutgoingMail>;

/** @param from whose name stands at the head of the mails, and whose domain in their Message-IDs. */
export function createMailComposer(from: Sender): ComposeMail {
  const render = loadTemplates();
  const brand = from.name;
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return (reminder, booking, nowMs) => {
    const facts = mailFacts(booking, reminder, nowMs);
    return {
      to: booking.email,
      messageId: messageIdOf(reminder, domain),
      ...render(reminder.kind, { ...facts, brand }),
      sentAtMs: nowMs,
      calendar: calendarOf(facts, booking, { brand, domain, nowMs }),
    };
  };
}
