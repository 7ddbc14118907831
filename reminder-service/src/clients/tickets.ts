import { readTicketForMailRoute } from '@jetbridge/contracts/bookings/internal.ts';
import type { ServiceClient } from '@jetbridge/service-kit/http/service-client.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import type { Turns } from '@jetbridge/service-kit/turns.ts';
import type { OutgoingMail } from './mailer.ts';

/** Asks booking-service for the ticket of a booking as a PDF; nothing when it can't be had in time. */
export type AskTicket = (bookingId: string) => Promise<OutgoingMail['ticket']>;

/**
 * Never throws: a mail on time is better than one with its ticket, which stays where the booking is.
 * @param turns lets as many be asked for at once as are printed soon.
 */
export function createTickets(client: ServiceClient, turns: Turns, log: Logger): AskTicket {
  return async (bookingId) => {
    try {
      const params = { id: bookingId };
      const { filename, pdf } = await turns.take(() => client.call(readTicketForMailRoute, { params }));
      return { filename, content: Buffer.from(pdf, 'base64') };
    } catch (error) {
      log.warn({ error, bookingId }, 'a ticket could not be had; its mail goes without');
      return undefined;
    }
  };
}
