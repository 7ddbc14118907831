// `npm run reconcile [-- --fix]`: compares what must agree: seats and money with bookings, payments with the books of
// the sandbox where that is the provider, bookings with what reminder-service knows of them, reminders with those. Ends with 1 when something differs and was not repaired.
import { parseArgs } from 'node:util';
import { SettingsError } from '@jetbridge/service-kit/config/settings.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { readProvider } from '../booking-service/src/config.ts';
import { openBookingChecks } from '../booking-service/src/open-checks.ts';
import { openReminderChecks } from '../reminder-service/src/open-checks.ts';
import { compareBookings } from './compare-bookings.ts';
import { readAllDatabaseSettings } from './database-settings.ts';
import { readEnvironmentFile } from './environment-file.ts';
import { textTable } from './text-table.ts';

try {
  readEnvironmentFile();
  const { values } = parseArgs({ options: { fix: { type: 'boolean', default: false } } });
  const open = await reconcile(values);
  if (open > 0) process.exitCode = 1;
} catch (error) {
  const known = error instanceof SettingsError || (error instanceof Error && 'code' in error);
  console.error(known ? error.message : error);
  process.exitCode = 2;
}

/** Returns how many differences are left. */
async function reconcile(options: { fix: boolean }): Promise<number> {
  const settings = readAllDatabaseSettings(process.env);
  const provider = readProvider(process.env);
  const log = createLogger({ service: 'reconcile', level: 'warn' });
  await using owned = new AsyncDisposableStack();
  const bookings = await openBookingChecks(settings['booking-service'], log);
  owned.defer(bookings.close);
  const reminders = await openReminderChecks(settings['reminder-service'], process.env, log);
  owned.defer(reminders.close);

  const seats = await bookings.reconcileInventory(options);
  show(`Seats against bookings: ${seats.flights} flights looked at`, {
    titles: ['flight', 'cabin', 'capacity', 'sold', 'booked', 'held', 'pending', 'outcome'],
    rows: seats.findings.map(({ flightId, cabin, capacity, counted, booked, outcome }) => [
      flightId,
      cabin,
      capacity ?? 'none',
      counted.sold,
      booked.sold,
      counted.held,
      booked.held,
      outcome,
    ]),
  });
  const drawn = await bookings.reconcileSeats(options);
  show('Seats drawn as taken against those that people have', {
    titles: ['flight', 'cabin', 'taken by nobody', 'had and free', 'outcome'],
    rows: drawn.map(({ flightId, cabin, takenByNobody, free, outcome }) => [
      flightId,
      cabin,
      takenByNobody.join(' '),
      free.join(' '),
      outcome,
    ]),
  });
  const money = await reconcileMoney(bookings, provider, options);
  const copies = await compareBookings({ bookings, reminders }, options);
  show('Bookings against the copies of reminder-service', {
    titles: ['booking', 'difference', 'outcome'],
    rows: copies.map(({ bookingId, difference, outcome }) => [bookingId, difference, outcome]),
  });
  const checked = await reminders.checkReminders(options);
  show(`Reminders against bookings: ${checked.bookings} bookings, ${checked.reminders} reminders looked at`, {
    titles: ['booking', 'reference', 'reminder', 'flight', 'difference', 'outcome'],
    rows: checked.findings.map(({ bookingId, reference, kind, flightId, difference, outcome }) => [
      bookingId,
      reference,
      kind,
      flightId ?? '',
      difference,
      outcome,
    ]),
  });
  const outcomes = [...seats.findings, ...drawn, ...money, ...copies, ...checked.findings].map(
    ({ outcome }) => outcome,
  );
  const left = outcomes.filter((outcome) => outcome !== 'repaired' && outcome !== 'told again').length;
  console.log(summary(outcomes.length, left, options.fix));
  return left;
}

/** Payments and refunds, each with the outcome of its difference. */
async function reconcileMoney(
  bookings: Awaited<ReturnType<typeof openBookingChecks>>,
  provider: ReturnType<typeof readProvider>,
  options: { fix: boolean },
) {
  const titles = ['id', 'difference', 'outcome'];
  const paid = await bookings.reconcilePayments({ ...options, isPaidHere: provider !== 'none' });
  show(`Payments and refunds: ${paid.bookings} bookings looked at`, {
    titles,
    rows: paid.findings.map(({ id, difference, outcome }) => [id, difference, outcome]),
  });
  if (provider !== 'sandbox') return paid.findings;
  const outcome = options.fix ? ('not repaired' as const) : ('found' as const);
  const booked = (await bookings.compareWithSandbox()).map((one) => ({ ...one, outcome }));
  show('Payments against the books of the sandbox', {
    titles,
    rows: booked.map(({ id, difference }) => [id, difference, outcome]),
  });
  return [...paid.findings, ...booked];
}

function show(title: string, { titles, rows }: { titles: string[]; rows: (string | number)[][] }): void {
  console.log(`${title}: ${rows.length === 0 ? 'all agree' : `${rows.length} differ`}`);
  if (rows.length > 0) console.log(`${textTable(titles, rows)}\n`);
}

function summary(found: number, left: number, fixed: boolean): string {
  if (found === 0) return 'Nothing differs.';
  if (fixed) return `${found} differences, ${found - left} repaired, ${left} left.`;
  return `${found} differences. "npm run reconcile -- --fix" repairs what is safe.`;
}
