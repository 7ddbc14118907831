import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { readCurrentBookingsRoute } from '@jetbridge/contracts/bookings/internal.ts';
import { readDatabaseSettings } from '@jetbridge/service-kit/config/profile.ts';
import { type Database, openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { startTokenIssuer } from '@jetbridge/testing/access-tokens.ts';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { startMariadb } from '@jetbridge/testing/mariadb-server.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { bookingDocument, currentDocument } from '../reminders-proof/booking-documents.ts';
import type { PlannedBooking } from '../reminders-proof/planned-bookings.ts';
import { type ServiceProcess, startServiceProcess } from '../sales-world/service-process.ts';

/** reminder-service with its database, and a stand-in for booking-service that made one booking. */
export type MailWorld = {
  readonly database: Database;
  readonly databasePid: number;
  /** The one booking, whose first reminder is due in a good while. */
  readonly booking: PlannedBooking;
  readonly startService: (smtpUrl: string) => Promise<ServiceProcess & { readonly metricsPort: number }>;
  readonly stop: () => Promise<void>;
};

/** Far enough for everything to be measured before it is due by itself. */
const dueInMs = 6 * 3_600_000;

/** As an operator would set up a server for this. */
const serverParameters = ['--innodb-buffer-pool-size=1G', '--innodb-log-file-size=1G'];

/** Starts it, and waits until the service has planned the mails of the booking. MariaDB flushes its log at each commit. */
export async function startMailWorld(): Promise<MailWorld> {
  const stack = new AsyncDisposableStack();
  const folder = temporaryFolder('mail-world');
  stack.defer(async () => folder.remove());
  const server = await startMariadb({ flushLogAtCommit: 1, parameters: serverParameters });
  stack.defer(server.stop);
  const issuer = await startTokenIssuer();
  stack.defer(issuer.stop);
  const booking = buildBooking();
  const keeper = await startOneBookingKeeper(booking);
  stack.defer(keeper.stop);
  const settings = {
    DATABASE_URL: server.url,
    REMINDER_DATABASE_URL: `${server.url}/reminders`,
    EVENTS: 'feed',
    BOOKING_SERVICE_URL: keeper.url,
    AUTH_SERVICE_URL: issuer.url,
    DATA_DIR: folder.path,
  };
  const database = await openDatabase(
    readDatabaseSettings(settings, { setting: 'REMINDER_DATABASE_URL', database: 'airline_reminder' }),
    createLogger({ service: 'bench', level: 'fatal' }),
  );
  stack.defer(database.close);
  return {
    database,
    databasePid: Number(readFileSync(join(server.folder, 'pid'), 'utf8')),
    booking,
    startService: async (smtpUrl) => {
      const [port, metricsPort] = [await freePort(), await freePort()];
      const service = await startServiceProcess({
        script: 'reminder-service/src/main.ts',
        port,
        logFile: join(folder.path, 'service.log'),
        environment: {
          ...settings,
          NODE_ENV: 'test',
          LOG_LEVEL: 'error',
          INTERNAL_SECRET: testInternalSecret,
          REMINDER_PORT: String(port),
          METRICS_PORT: String(metricsPort),
          SMTP_URL: smtpUrl,
        },
      });
      return { ...service, metricsPort };
    },
    stop: () => stack.disposeAsync(),
  };
}

function buildBooking(): PlannedBooking {
  const nowMs = Date.now();
  const departsAtMs = Math.ceil((nowMs + 24 * 3_600_000 + dueInMs) / 1_000) * 1_000;
  const [id, flightId] = ['bkg_bench', newId('flt')];
  const states = [{ status: 'confirmed', departsAtMs, atMs: nowMs } as const];
  return { id, flightId, email: 'bench@passengers.example', story: 'leave in a day', mailbox: 'open', states };
}

/** Tells of one booking by its feed, and answers for all copies of it. */
async function startOneBookingKeeper(booking: PlannedBooking) {
  const envelope = {
    specversion: '1.0',
    id: newId('evt'),
    source: '/booking-service',
    type: 'booking.confirmed',
    subject: booking.id,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data: bookingDocument(booking, 1),
  };
  const current = currentDocument(booking, 1);
  const server = createServer(async (req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://here');
    const send = (body: object) => res.setHeader('Content-Type', 'application/json').end(JSON.stringify(body));
    if (pathname === '/internal/events') {
      const isNews = searchParams.get('after') === '0';
      return send({ events: isNews ? [{ position: 1, event: envelope }] : [], position: 1 });
    }
    if (pathname !== readCurrentBookingsRoute.path) return res.writeHead(404).end();
    const { ids } = readCurrentBookingsRoute.body.parse(await json(req));
    return send({ bookings: ids.map((id) => ({ ...current, id })) });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A server that listens on TCP has an address of this form.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Waits until something is so. @throws Error when it is not, for too long */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, longestMs: number): Promise<void> {
  const deadline = performance.now() + longestMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Waited ${longestMs / 1_000} s in vain: ${what}.`);
    await wait(50);
  }
}
