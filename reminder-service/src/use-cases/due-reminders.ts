import { wait } from '@jetbridge/service-kit/time/wait.ts';
import type { Turns } from '@jetbridge/service-kit/turns.ts';
import type { Mail } from '../domain/reminder.ts';
import { type Begun, createDelivery, type Delivery } from './deliver-reminder.ts';
import { maximumAttempts } from './retry-rules.ts';
import type { SendingParts } from './send-due-reminders.ts';
import { createSendPace } from './send-pace.ts';

/** The most reminders claimed at once. */
const maximumBatch = 100;

/**
 * No more are claimed at once than go out within this time as things are: their leases run from then on, and the next
 * process may have time for them sooner.
 */
const clearedWithinMs = 4_000;

/** Batches that one run works through at most, before whoever calls it may look round. */
const maximumBatches = 20;

/** How soon those who have nothing to do look again, while another one's mail takes long. */
const lookAgainMs = 1_000;

/** A reminder that is to be sent now, or given back. */
export type Due = { readonly begun: Begun; readonly delivery: Delivery };

/** Claims what is due, a batch at a time, and hands it out to whoever has time. */
export function createDueReminders(
  parts: SendingParts,
  turns: { readonly atServer: Turns; readonly signal: AbortSignal },
) {
  const { sending, clock, askCurrent, log } = parts;
  const { atServer, signal } = turns;
  const waiting: Due[] = [];
  let batches = 0;
  let count = 0;
  let claiming: Promise<boolean> | undefined;
  /** More are claimed when fewer than this wait, so that they are there when somebody has time for them. */
  let claimBelow = 0;
  let latest: Delivery | undefined;

  /** False: there is nothing, for the moment. */
  async function claim(): Promise<boolean> {
    const soon = Math.ceil((atServer.atOnce * clearedWithinMs) / atServer.typicalMs());
    const batchSize = Math.min(maximumBatch, Math.max(atServer.atOnce, soon));
    const batch = await sending.claim({ nowMs: clock.nowMs(), batchSize, maximumAttempts });
    const found = batch.reminders.length + batch.settled;
    claimBelow = found === batchSize ? batchSize / 2 : 0;
    if (found === 0) return false;
    batches += 1;
    count += found;
    const ids = batch.reminders.flatMap((mail) => ('bookingId' in mail ? mail.bookingId : []));
    const askedAtMs = performance.now();
    const current = { of: ids.length > 0 ? await askCurrent(ids) : () => 'no_answer' as const, askedAtMs };
    const delivery = createDelivery(parts, {
      holder: batch.holder,
      pace: createSendPace(batch.slots),
      atServer,
      signal,
    });
    latest = delivery;
    const begun = await Promise.all(batch.reminders.map((mail) => tryToBegin(mail, delivery.begin(mail, current))));
    const due = begun.flatMap((one) => (one ? { begun: one, delivery } : []));
    // Somebody waits for mails about accounts, looking at a page.
    const { first = [], then = [] } = Object.groupBy(due, (one) => ('booking' in one.begun ? 'then' : 'first'));
    waiting.unshift(...first);
    waiting.push(...then);
    return true;
  }

  /** What fails is the database, most likely. The lease ends by itself, and then another worker goes on. */
  async function tryToBegin({ id }: Mail, begin: Promise<Begun | undefined>): Promise<Begun | undefined> {
    try {
      return await begin;
    } catch (error) {
      log.error({ error, reminderId: id }, 'a reminder could not be begun; its lease will end');
      return undefined;
    }
  }

  /** A server that is away is not asked for more, and whoever stops starts nothing. */
  const mayClaim = () => batches < maximumBatches && !signal.aborted && !latest?.serverIsAway();

  /** One claim at a time: those who wait for it share what it brings. */
  function claimMore(): Promise<boolean> {
    claiming ??= claim().finally(() => {
      claiming = undefined;
    });
    return claiming;
  }

  return {
    /**
     * The next one; nothing when this run is over. What a claim under way brings is waited for in any case: it is begun
     * by then, and has to be sent or given back.
     * @param othersAreBusy while they are, it is worth waiting for what falls due.
     */
    next: async (othersAreBusy: () => boolean): Promise<Due | undefined> => {
      while (waiting.length === 0 && (claiming || mayClaim())) {
        if (await claimMore()) continue;
        if (!othersAreBusy()) return undefined;
        await wait(lookAgainMs, signal);
      }
      const one = waiting.shift();
      // If this fails, so will the claim that somebody waits for, and then it is told.
      if (waiting.length < claimBelow && mayClaim()) void claimMore().catch(() => {});
      return one;
    },
    count: () => count,
  };
}
