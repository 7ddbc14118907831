import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { CreateService } from '@jetbridge/service-kit/lifecycle/service.ts';
import { openServiceBase } from '@jetbridge/service-kit/lifecycle/service-base.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { createTurns } from '@jetbridge/service-kit/turns.ts';
import { createConfirmedAddresses } from './clients/accounts.ts';
import { createBookingOwners, createCurrentBookings } from './clients/current-bookings.ts';
import { createFileMailer } from './clients/file-mailer.ts';
import { createLogChannel } from './clients/log-channel.ts';
import { openMailFolder } from './clients/mail-folder.ts';
import { createMailSecrets } from './clients/mail-secrets.ts';
import type { Mailer } from './clients/mailer.ts';
import { createSmtpMailer } from './clients/smtp-mailer.ts';
import { createTickets } from './clients/tickets.ts';
import { createWebhookChannel } from './clients/webhook-channel.ts';
import type { Config } from './config.ts';
import { createBookings } from './db/bookings.ts';
import { createDeletedUsers } from './db/deleted-users.ts';
import { createReminders } from './db/reminders.ts';
import { createSandboxMails } from './db/sandbox-mails.ts';
import { createSendBlocks } from './db/send-blocks.ts';
import { createSendLimiter } from './db/send-limits.ts';
import { createSending } from './db/sending/sending.ts';
import { createSwitchedOffMails } from './db/switched-off-mails.ts';
import { deadLetterRoutes } from './http/dead-letter-routes.ts';
import { createErrorTranslator } from './http/error-statuses.ts';
import { preferenceRoutes } from './http/preference-routes.ts';
import { reminderRoutes } from './http/reminder-routes.ts';
import { clockRoutes, mailboxRoutes } from './http/sandbox-routes.ts';
import { everySecond } from './jobs/every-second.ts';
import { createAccountMailComposer } from './mail/compose-account-mail.ts';
import { createMailComposer } from './mail/compose-mail.ts';
import { checkTemplates } from './mail/sample-mails.ts';
import { loadTemplates } from './mail/templates.ts';
import { createUnsubscribeLinks } from './mail/unsubscribe-links.ts';
import { createUnsubscribeTokens } from './mail/unsubscribe-tokens.ts';
import { bookingHandlers } from './messaging/booking-handlers.ts';
import { userHandlers } from './messaging/user-handlers.ts';
import { eraseDeletedUsers, eraseIdleMs } from './use-cases/erase-deleted-users.ts';
import { purgeReminders } from './use-cases/purge-reminders.ts';
import type { MailboxParts } from './use-cases/read-mails.ts';
import { type SandboxClock, startSandboxClock } from './use-cases/sandbox-clock.ts';
import { maximumSends, sendDueReminders } from './use-cases/send-due-reminders.ts';

/** How long to rest when there is nothing to delete. */
const purgeIdleMs = 3_600_000;

const migrations = new URL('../migrations/', import.meta.url);

/** Mails wait this long for the answer whether their bookings still stand; then the copies here decide. */
const currentBookingsTimeoutMs = 2_000;

/** A confirmation goes without its ticket when that takes longer to print. */
const ticketTimeoutMs = 5_000;

/** Tickets asked for at once: they are printed one after the other, each in a fraction of a second. */
const ticketsAtOnce = 5;

/** Puts reminder-service together. */
export const createReminderService: CreateService<Config> = async (config, context) => {
  const { owned, log, metrics } = context;
  const { offsets } = config;
  const templates = loadTemplates(config.mail.templates);
  checkTemplates(templates);
  let sandboxClock: SandboxClock | undefined;
  const base = await openServiceBase('reminder-service', {
    config,
    context,
    migrations,
    clock: async (database) => {
      sandboxClock = await startSandboxClock(database, log);
      return sandboxClock;
    },
  });
  const { database, clock } = base;
  const bookingService = base.clientOf('booking-service', currentBookingsTimeoutMs);
  const bookings = createBookings(database);
  const reminders = createReminders(database);
  const deletedUsers = createDeletedUsers(database);
  const mailbox = config.profile.production ? undefined : openMailbox(config, database);
  const blocks = createSendBlocks(database);
  const mailer = openChannel(config, mailbox, log);
  owned.defer(mailer.close);
  metrics.gauge({
    name: 'jetbridge_reminders_due',
    help: 'Reminders that are due and wait to be sent',
    read: () => reminders.countDue(clock.nowMs()),
  });

  if (!config.knowsPublicUrl && config.profile.production) {
    log.warn({ publicUrl: config.publicUrl }, 'PUBLIC_URL is not set: links in mails lead to this machine');
  }
  const erasing = { database, bookings, reminders, deletedUsers, blocks, clock };
  const limiter = createSendLimiter(database, config.limits);
  const purging = { database, reminders, blocks, limiter, clock, keptDays: config.reminderDays };
  const askCurrent = createCurrentBookings(bookingService, log);
  const authService = base.clientOf('auth-service');
  const preferences = {
    database,
    switchedOff: createSwitchedOffMails(database),
    askConfirmedAddress: createConfirmedAddresses(authService, log),
    tokens: createUnsubscribeTokens(config.profile.internalSecret),
    clock,
  };
  const askOwner = createBookingOwners(bookingService, log);
  const writing = {
    from: config.mail.from,
    templates,
    unsubscribeLinks: createUnsubscribeLinks(config.publicUrl, preferences.tokens),
  };
  const service = await base.serve({
    routes: [
      ...reminderRoutes({ ...preferences, bookings, reminders, blocks, askOwner, askCurrent, offsets }),
      ...preferenceRoutes(preferences),
      ...deadLetterRoutes(database),
      ...(sandboxClock ? clockRoutes(sandboxClock) : []),
      ...(mailbox ? mailboxRoutes(mailbox) : []),
    ],
    translateError: createErrorTranslator(database.dialect),
    handlers: {
      ...bookingHandlers({ bookings, reminders, deletedUsers, blocks, offsets }, clock),
      ...userHandlers({ reminders, deletedUsers, switchedOff: preferences.switchedOff }, clock),
    },
    jobs: [
      { name: 'purge-reminders', runOnce: () => purgeReminders(purging), idleMs: purgeIdleMs },
      { name: 'erase-deleted-users', runOnce: () => eraseDeletedUsers(erasing), idleMs: eraseIdleMs },
    ],
  });

  const sending = {
    sending: createSending(database, config.limits),
    askCurrent,
    compose: createMailComposer(writing),
    askTicket: createTickets(base.clientOf('booking-service', ticketTimeoutMs), createTurns(ticketsAtOnce), log),
    askSecret: createMailSecrets(authService, log),
    composeAccountMail: createAccountMailComposer({ ...writing, publicUrl: config.publicUrl }),
    mailer,
    offsets,
    clock,
    log,
  };
  const atServer = createTurns(maximumSends);
  let idleLookSeconds = 0;
  metrics.gauge({
    name: 'jetbridge_reminders_idle_look_seconds',
    help: 'How long the last look for due reminders took that found none',
    read: async () => idleLookSeconds,
  });
  const runOnce = async (signal: AbortSignal) => {
    const startedAt = performance.now();
    const count = await sendDueReminders(sending, atServer, signal);
    if (count === 0) idleLookSeconds = (performance.now() - startedAt) / 1_000;
    return count;
  };
  owned.defer(everySecond({ name: 'send-due-reminders', runOnce, log }).stop);
  return service;
};

function openMailbox(config: Config, database: Database): MailboxParts {
  return { folder: openMailFolder(config.mail.folder), register: createSandboxMails(database) };
}

/** A further channel is one more file beside the others, and one more case here and in `config.ts`. */
function openChannel({ channel, ...config }: Config, mailbox: MailboxParts | undefined, log: Logger): Mailer {
  switch (channel.kind) {
    case 'mail':
      return chooseMailer(config, mailbox, log);
    case 'log':
      log.warn({ channel: channel.kind }, 'REMINDER_CHANNEL is log: no mail goes out');
      return createLogChannel(log);
    case 'webhook':
      return createWebhookChannel(channel);
  }
}

function chooseMailer(config: Omit<Config, 'channel'>, mailbox: MailboxParts | undefined, log: Logger): Mailer {
  const { from, smtpUrl, folder } = config.mail;
  if (smtpUrl !== undefined) return createSmtpMailer({ url: smtpUrl, from });
  // `loadConfig` does not let production start without a mail server.
  if (!mailbox) throw new Error('Production needs a mail server: SMTP_URL is not set.');
  if (config.profile.database.dialect === 'mysql') log.warn({ folder }, 'SMTP_URL is not set: mails go into files');
  return createFileMailer({ folder: mailbox.folder, from, enter: mailbox.register.enter });
}
