import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import { UniqueConstraintError } from 'sequelize';
import { offeredByWaitlist } from '../../bookings/domain/booking-history.ts';
import { BookingError } from '../../domain/errors.ts';
import type { OfferTerms } from '../../waitlist/domain/booking-for-party.ts';
import type { DeskReply, DeskRequest } from './desk-request.ts';
import type { DeskState } from './desk-state.ts';
import { type LoadStateParts, loadState } from './load-state.ts';
import { offerFreedSeats, UnlockedParties } from './offer-freed-seats.ts';
import { type WriteStateParts, writeState } from './write-state.ts';

/**
 * Where seats change hands. Requests are taken in small batches: one transaction locks what they need, decides each in
 * the order of arrival in memory, writes all at once and commits once. Who waits while a batch is being written makes
 * the next one, so that batches grow with the crowd and nobody waits when there is none.
 * (Measured on a flight that everybody wants: a transaction for each sale made a quarter of it.)
 */
export type SalesDesk = {
  /**
   * Decides a request; the reply comes when all is committed.
   * @throws BookingError the refusal of the request; `desk_busy` or `sale_failed` when the desk could not decide.
   * @throws LocksOutdated when it must be asked anew, with what is known then.
   */
  readonly ask: <Outcome>(request: DeskRequest<Outcome>) => Promise<DeskReply<Outcome>>;
  /** How many requests wait at this moment. */
  readonly waiting: () => number;
  /** Ends when everybody who was let in has a reply. */
  readonly stop: () => Promise<void>;
};

/** The most requests one transaction decides: few enough that its locks are held for milliseconds. */
const batchSize = 64;

/** More would wait for longer than their clients do; they are told to come back. */
const maximumWaiting = 2_000;

/** Batches at work at the same time: while one waits for the disk, the other is decided. SQLite has one writer. */
const lanesOf = { mysql: 2, sqlite: 1 } as const;

/** So many waiting are worth a batch of their own beside one that is at work. */
const crowd = 16;

/** How often a batch begins again because a key or a reference was taken by somebody else meanwhile. */
const maximumCollisions = 3;

/** How often it begins again because parties whose users it had not locked were next in the line. */
const maximumUnlocked = 8;

type Waiting = {
  readonly request: DeskRequest<unknown>;
  readonly resolve: (reply: DeskReply<unknown>) => void;
  readonly reject: (error: unknown) => void;
};

type Verdict = { readonly reply: DeskReply<unknown> } | { readonly refusal: unknown };

export type SalesDeskParts = LoadStateParts &
  WriteStateParts & {
    readonly clock: Clock;
    /** On what terms seats that become free are offered to whoever waits for them. */
    readonly offers: OfferTerms;
  };

export function createSalesDesk(parts: SalesDeskParts): SalesDesk {
  const { database } = parts;
  const waiting: Waiting[] = [];
  const lanes = new Set<Promise<void>>();
  const flightsAtWork = new Set<string>();
  // A batch serves many requests: what it logs and tells must not carry the name of the one that happened to wake it.
  const outsideOfRequests = AsyncLocalStorage.snapshot();

  function wake(): void {
    if (lanes.size >= lanesOf[database.dialect.name]) return;
    // A small batch beside another costs more than it wins.
    if (lanes.size > 0 && waiting.length < crowd) return;
    const lane = outsideOfRequests(work).finally(() => lanes.delete(lane));
    lanes.add(lane);
  }

  async function work(): Promise<void> {
    // What was read from sockets in the same turn is decided together.
    await new Promise((resolve) => setImmediate(resolve));
    for (let batch = takeBatch(); batch.length > 0; batch = takeBatch()) {
      const flights = batch.flatMap(({ request }) => flightIdsOf(request));
      for (const id of flights) flightsAtWork.add(id);
      try {
        await serve(batch);
      } finally {
        for (const id of flights) flightsAtWork.delete(id);
      }
    }
  }

  /**
   * The next requests in the order of arrival, but for those whose flights another batch is working on: they would only
   * wait for its locks. Whoever works on them comes back for these.
   */
  function takeBatch(): Waiting[] {
    const batch: Waiting[] = [];
    const passedOver: Waiting[] = [];
    for (const one of waiting.splice(0)) {
      const isFree = flightIdsOf(one.request).every((id) => !flightsAtWork.has(id));
      if (isFree && batch.length < batchSize) batch.push(one);
      else passedOver.push(one);
    }
    waiting.push(...passedOver);
    return batch;
  }

  async function serve(batch: readonly Waiting[]): Promise<void> {
    const requests = batch.map(({ request }) => request);
    try {
      const verdicts = await decideTogether(requests);
      for (const [index, verdict] of verdicts.entries()) pass(verdict, batch[index]);
    } catch (error) {
      // What no neighbour is to blame for: each is tried alone, so that only the one that can't be written fails.
      if (batch.length > 1 && !database.dialect.isUnavailable(causeOf(error))) {
        for (const one of batch) await serve([one]);
      } else for (const one of batch) one.reject(error);
    }
  }

  async function decideTogether(requests: readonly DeskRequest<unknown>[]): Promise<readonly Verdict[]> {
    const waitingUsers = new Set<string>();
    for (let collisions = 0, unlocked = 0; ; ) {
      let isWritten = false;
      try {
        const { verdicts, state } = await database.write(async (tx) => {
          isWritten = false;
          const loaded = await loadState(parts, requests, tx, waitingUsers);
          const decided = requests.map((request) => decide(request, loaded, parts));
          await writeState(parts, loaded, tx);
          isWritten = true;
          return { verdicts: decided, state: loaded };
        });
        parts.inventory.noteOpened(state.flights.keys());
        return verdicts;
      } catch (error) {
        if (error instanceof UniqueConstraintError && collisions++ < maximumCollisions) continue;
        if (error instanceof UnlockedParties && unlocked++ < maximumUnlocked) {
          for (const userId of error.userIds) waitingUsers.add(userId);
          continue;
        }
        throw failure(error, isWritten);
      }
    }
  }

  return {
    ask: (request) => {
      if (waiting.length >= maximumWaiting) {
        return Promise.reject(new BookingError('desk_busy', 'Too many wait at the sales desk.'));
      }
      return new Promise((resolve, reject) => {
        // Request and reply of one entry belong together: what its `decide` returns is what it is resolved with.
        waiting.push({ request: request as DeskRequest<unknown>, resolve: resolve as Waiting['resolve'], reject });
        wake();
      });
    },
    waiting: () => waiting.length,
    stop: async () => {
      while (lanes.size > 0) await Promise.all(lanes);
    },
  };
}

function offer(state: DeskState, { needs, by }: DeskRequest<unknown>, { offers, clock }: SalesDeskParts): void {
  const flightIds = flightIdsOf({ needs });
  const requestId = by?.requestId ?? undefined;
  state.attempt(
    () => offerFreedSeats(state, flightIds, { ...offers, nowMs: clock.nowMs(), requestId }),
    offeredByWaitlist,
  );
}

function flightIdsOf({ needs }: Pick<DeskRequest<unknown>, 'needs'>): string[] {
  return needs.flights.map((flight) => (typeof flight === 'string' ? flight : flight.flight.id));
}

function pass(verdict: Verdict, waiting: Waiting | undefined): void {
  if ('reply' in verdict) waiting?.resolve(verdict.reply);
  else waiting?.reject(verdict.refusal);
}

/** Decides one request, or finds that it was decided before. What it is answered is kept under its key. */
function decide(request: DeskRequest<unknown>, state: DeskState, parts: SalesDeskParts): Verdict {
  const { decide: work, needs, afterOffers, by, idempotency } = request;
  const claimed = idempotency && state.key(idempotency.claim);
  if (claimed) {
    if (claimed.fingerprint !== idempotency.claim.fingerprint) return { refusal: keyReused() };
    if (!claimed.answer) return { refusal: keyInProgress() };
    return { reply: { kind: 'replayed', answer: claimed.answer } };
  }
  try {
    let outcome = state.attempt(() => work(state), by);
    if (needs.frees) {
      offer(state, request, parts);
      if (afterOffers) outcome = afterOffers(outcome, state);
    }
    if (idempotency) {
      const kept = idempotency.keep(outcome);
      const answer = 'answer' in kept ? kept.answer : null;
      const paymentId = 'waitsFor' in kept ? kept.waitsFor : null;
      state.claim({ ...idempotency.claim, answer, paymentId, createdAtMs: idempotency.nowMs });
    }
    return { reply: { kind: 'decided', outcome } };
  } catch (error) {
    // Not of this request alone: the whole batch begins again.
    if (error instanceof UnlockedParties) throw error;
    if (idempotency && error instanceof BookingError) {
      const answer = idempotency.refuse(error, idempotency.claim.requestId);
      // A failure of ours leaves the key free, so that the request can be made again.
      if (answer.status < 500) {
        state.claim({ ...idempotency.claim, answer, paymentId: null, createdAtMs: idempotency.nowMs });
      }
    }
    return { refusal: error };
  }
}

const keyReused = () =>
  new BookingError('idempotency_key_reused', 'The key was used for another request. Use a new one for each.');

const keyInProgress = () =>
  new BookingError('idempotency_in_progress', 'The first request with this key has no outcome yet. Ask again shortly.');

/** What was not committed has not happened; a lost answer to COMMIT is the one case that is not known. */
function failure(cause: unknown, isWritten: boolean): BookingError {
  return new BookingError('sale_failed', 'The sales desk could not decide.', {
    cause,
    facts: { effect: isWritten ? 'unknown' : 'none' },
  });
}

const causeOf = (error: unknown) => (error instanceof BookingError ? error.cause : error);
