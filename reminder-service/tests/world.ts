import type { Reminder } from '@jetbridge/contracts/reminders/routes.ts';
import type { Environment } from '@jetbridge/service-kit/config/settings.ts';
import { openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import type { RunningService } from '@jetbridge/service-kit/lifecycle/service.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { startTokenIssuer, type TokenIssuer } from '@jetbridge/testing/access-tokens.ts';
import { type Answer, call } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { startTestService, testInternalSecret } from '@jetbridge/testing/service.ts';
import { QueryTypes } from 'sequelize';
import { loadConfig } from '../src/config.ts';
import { createReminderService } from '../src/service.ts';
import { type AuthStandIn, startAuthStandIn } from './auth-stand-in.ts';
import { type BookingStandIn, startBookingStandIn } from './booking-stand-in.ts';

/** reminder-service with what it talks to. */
export type World = {
  readonly bookings: BookingStandIn;
  readonly tokens: TokenIssuer;
  readonly auth: AuthStandIn;
  /** What it was started with, to start another one beside it. */
  readonly settings: Environment;
  call(request: Parameters<typeof call>[1], options?: Parameters<typeof call>[2]): Promise<Answer>;
  /** Business time. */
  nowMs(): Promise<number>;
  /** Moves business time to that moment. */
  moveTo(unixMs: number): Promise<void>;
  /** All reminders of a booking by due time, as staff see them. */
  reminders(bookingId: string): Promise<Reminder[]>;
  /** One reminder of a booking. */
  reminder(bookingId: string, kind: Reminder['kind']): Promise<Reminder>;
  /** The subjects of the mails to an address, oldest first. */
  subjects(to: string): Promise<string[]>;
  /** Asks the service's database, for what no route shows. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Changes its database, where a test needs time to have passed or a row to be older. */
  execute(sql: string, values?: readonly unknown[]): Promise<void>;
  /** Stops the service, looks at what it left, and starts it again. */
  restart<Seen>(look: () => Promise<Seen>): Promise<Seen>;
  stop(): Promise<void>;
};

/** `eventually`, with patience for a machine that does other things as well. */
export const soon = <Result>(assertion: () => Result | Promise<Result>): Promise<Result> =>
  eventually(assertion, { timeoutMs: 25_000 });

const quiet = createLogger({ service: 'test', level: 'silent' });

/** Starts another process's worth of the service, in this process. */
export const startWorker = (settings: Environment): Promise<RunningService> =>
  startTestService({ name: 'reminder-service', loadConfig, createService: createReminderService }, settings);

/** Starts the service on a database, with a stand-in for booking-service and an issuer of tokens. */
export async function startWorld(environment: Environment): Promise<World> {
  const [bookings, tokens] = await Promise.all([startBookingStandIn(), startTokenIssuer()]);
  const auth = await startAuthStandIn(tokens.url);
  const settings = { ...environment, BOOKING_SERVICE_URL: bookings.url, AUTH_SERVICE_URL: auth.url };
  let service = await startWorker(settings);
  const database = await openDatabase(
    loadConfig({ ...settings, INTERNAL_SECRET: testInternalSecret }).profile.database,
    quiet,
  );
  const admin = tokens.admin();
  const ask: World['call'] = (request, options) => call(service.url, request, options);
  const nowMs = async () => Date.parse((await ask('GET /sandbox/clock')).body.now);
  const reminders: World['reminders'] = async (bookingId) => {
    const { status, body } = await ask(`GET /reminders?bookingId=${bookingId}`, { token: admin.token });
    if (status !== 200) throw new Error(`GET /reminders answered ${status}: ${body.code}`);
    return body.data;
  };
  return {
    bookings,
    tokens,
    auth,
    settings,
    call: ask,
    nowMs,
    moveTo: async (unixMs) => {
      const advanceSeconds = Math.max(0, Math.ceil((unixMs - (await nowMs())) / 1_000));
      const { status, body } = await ask('POST /sandbox/clock', { token: admin.token, body: { advanceSeconds } });
      if (status !== 200) throw new Error(`POST /sandbox/clock answered ${status}: ${body.code}`);
    },
    reminders,
    reminder: async (bookingId, kind) => {
      const found = (await reminders(bookingId)).filter((reminder) => reminder.kind === kind);
      const [one] = found;
      if (!one || found.length > 1) throw new Error(`The booking has ${found.length} reminders of kind ${kind}.`);
      return one;
    },
    subjects: async (to) => {
      const { body } = await ask(`GET /sandbox/mails?to=${encodeURIComponent(to)}`);
      return body.data.map((mail: { subject: string }) => mail.subject).reverse();
    },
    query: (sql, values = []) => database.sequelize.query(sql, { replacements: [...values], type: QueryTypes.SELECT }),
    execute: async (sql, values = []) => {
      await database.write((transaction) => database.sequelize.query(sql, { replacements: [...values], transaction }));
    },
    restart: async (look) => {
      await service.stop();
      try {
        return await look();
      } finally {
        service = await startWorker(settings);
      }
    },
    stop: async () => {
      await database.close();
      await service.stop();
      await Promise.all([bookings.stop(), auth.stop()]);
      await tokens.stop();
    },
  };
}
