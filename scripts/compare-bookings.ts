import { setTimeout as wait } from 'node:timers/promises';
import type { openBookingChecks } from '../booking-service/src/open-checks.ts';
import type { openReminderChecks } from '../reminder-service/src/open-checks.ts';

/** A booking that reminder-service knows in another version than booking-service, or not at all. */
export type CopyFinding = {
  readonly bookingId: string;
  readonly difference: 'is unknown to reminder-service' | 'is known in another version' | 'does not exist';
  readonly outcome: 'found' | 'told again' | 'not repaired';
};

type Checks = {
  readonly bookings: Awaited<ReturnType<typeof openBookingChecks>>;
  readonly reminders: Awaited<ReturnType<typeof openReminderChecks>>;
};

const perPage = 500;

/** Events may take this long in a system that is well; what differs for longer is a finding. */
const settleMs = 3_000;

/**
 * Compares the bookings that reminder-service knows with those there are. Repairs by telling of them once more, so that
 * reminder-service learns in its usual way.
 */
export async function compareBookings(checks: Checks, options: { fix: boolean }): Promise<CopyFinding[]> {
  const suspects = [...new Set([...(await unknownOnes(checks)), ...(await otherVersions(checks))])];
  if (suspects.length === 0) return [];
  await wait(settleMs);
  const findings = await lookAgain(checks, suspects);
  if (!options.fix) return findings;
  const told = findings.filter(({ difference }) => difference !== 'does not exist');
  await checks.bookings.announceAgain(told.map(({ bookingId }) => bookingId));
  return findings.map((one) => ({ ...one, outcome: told.includes(one) ? 'told again' : 'not repaired' }));
}

async function unknownOnes({ bookings, reminders }: Checks): Promise<string[]> {
  const unknown: string[] = [];
  const nextAfter = (id: string) => bookings.versions.upcomingAfter(id, reminders.nowMs, perPage);
  for (let page = await nextAfter(''); page.length > 0; page = await nextAfter(page.at(-1)?.id ?? '')) {
    const known = await reminders.versionsOf(page.map(({ id }) => id));
    unknown.push(...page.filter(({ id }) => !known.has(id)).map(({ id }) => id));
  }
  return unknown;
}

async function otherVersions({ bookings, reminders }: Checks): Promise<string[]> {
  const different: string[] = [];
  const nextAfter = (id: string) => reminders.bookingsAfter(id, perPage);
  for (let page = await nextAfter(''); page.length > 0; page = await nextAfter(page.at(-1)?.booking.id ?? '')) {
    const ids = page.map(({ booking }) => booking.id);
    const present = await presentOnes(bookings, ids);
    different.push(
      ...page
        .map(({ booking }) => booking)
        .filter(({ id, version }) => differenceOf(present.get(id), version))
        .map(({ id }) => id),
    );
  }
  return different;
}

async function lookAgain({ bookings, reminders }: Checks, suspects: readonly string[]): Promise<CopyFinding[]> {
  const findings: CopyFinding[] = [];
  for (let start = 0; start < suspects.length; start += perPage) {
    const ids = suspects.slice(start, start + perPage);
    const present = await presentOnes(bookings, ids);
    const known = await reminders.versionsOf(ids);
    for (const bookingId of ids) {
      const difference = differenceOf(present.get(bookingId), known.get(bookingId));
      if (difference) findings.push({ bookingId, difference, outcome: 'found' });
    }
  }
  return findings;
}

const presentOnes = async (bookings: Checks['bookings'], ids: readonly string[]) =>
  new Map((await bookings.versions.findMany(ids)).map((one) => [one.id, one]));

/** Nobody is told of what happens to payments and refunds alone: a copy may be as old as the last event. */
function differenceOf(
  present: { readonly version: number; readonly toldVersion: number } | undefined,
  known: number | undefined,
): CopyFinding['difference'] | undefined {
  if (present === undefined) return known === undefined ? undefined : 'does not exist';
  if (known === undefined) return 'is unknown to reminder-service';
  return present.toldVersion <= known && known <= present.version ? undefined : 'is known in another version';
}
