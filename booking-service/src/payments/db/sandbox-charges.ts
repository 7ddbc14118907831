import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';

export type SandboxChargeStatus = 'succeeded' | 'processing' | 'failed';

/** A charge as it is to be booked, unless its id is booked already. Money in minor units of `currency`. */
export type SandboxChargeDraft = {
  readonly id: string;
  readonly token: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly status: SandboxChargeStatus;
  readonly failureCode: string | null;
  /** When its success is to be told, by real time; null for what needs no telling. */
  readonly webhookDueAtMs: number | null;
  /** Whether it matters how often this charge is asked for; counting costs a statement. */
  readonly countAsks: boolean;
};

/** A charge as the books have it. */
export type SandboxCharge = {
  readonly id: string;
  readonly token: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly status: SandboxChargeStatus;
  readonly failureCode: string | null;
  readonly createdAtMs: number;
  /** The how manieth ask this is, over all processes and restarts; 0 where nobody counts. */
  readonly asked: number;
};

/** The most charges that share a transaction: enough for thousands a second, and its statements stay small. */
const chargesPerTransaction = 200;

/** The most charges that wait for their transaction; more are refused. */
const maximumWaiting = 10_000;

type Ask = {
  readonly draft: SandboxChargeDraft;
  readonly resolve: (charge: SandboxCharge) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Books charges of the sandbox bank: those that come while a transaction is at work share the next one. A charge is
 * committed before it is answered.
 */
export function createSandboxCharges(database: Database) {
  const { sequelize, dialect } = database;
  const waiting: Ask[] = [];
  let atWork = false;

  async function workOff(): Promise<void> {
    atWork = true;
    // What is asked for in this turn of the event loop shares the first transaction.
    await nextTurn();
    while (waiting.length > 0) await settle(waiting.splice(0, chargesPerTransaction));
    atWork = false;
  }

  /** Never throws: every ask gets its charge or its error. */
  async function settle(asks: readonly Ask[]): Promise<void> {
    try {
      const drafts = asks.map(({ draft }) => draft);
      const booked = await database.write((tx) => bookAll(drafts, tx));
      asks.forEach((ask, index) => {
        answer(ask, booked[index]);
      });
    } catch (error) {
      // A charge that can't be written must not fail its neighbours, but a database that is away fails them all.
      const oneByOne = asks.length > 1 && !dialect.isUnavailable(error);
      for (const ask of asks) {
        if (oneByOne) await settle([ask]);
        else ask.reject(error);
      }
    }
  }

  /** The charges of these drafts, in the same order, as they are booked now. */
  async function bookAll(drafts: readonly SandboxChargeDraft[], tx: Transaction) {
    const asks = Map.groupBy(drafts, ({ id }) => id);
    await insertNew(
      Array.from(asks.values(), ([first]) => first).filter((draft) => draft !== undefined),
      tx,
    );
    const counted = Array.from(asks).filter(([, [first]]) => first?.countAsks);
    for (const [times, group] of Map.groupBy(counted, ([, { length }]) => length)) {
      await sequelize.query('UPDATE sandbox_charges SET asked = asked + ? WHERE id IN (?)', {
        replacements: [times, group.map(([id]) => id)],
        type: QueryTypes.UPDATE,
        transaction: tx,
      });
    }
    const booked = new Map((await find([...asks.keys()], tx)).map((charge) => [charge.id, charge]));
    return drafts.map((draft) => {
      const charge = booked.get(draft.id);
      if (!charge || !draft.countAsks) return charge;
      // `asked` counts all asks of this transaction: the first of them is so many behind the last.
      const ofSameCharge = asks.get(draft.id) ?? [];
      return { ...charge, asked: charge.asked - ofSameCharge.length + ofSameCharge.indexOf(draft) + 1 };
    });
  }

  async function insertNew(drafts: readonly SandboxChargeDraft[], tx: Transaction): Promise<void> {
    const createdAtMs = Date.now();
    const rows = drafts.map((draft) => ({
      id: draft.id,
      token: draft.token,
      amount_minor: draft.amountMinor,
      currency: draft.currency,
      status: draft.status,
      failure_code: draft.failureCode,
      asked: 0,
      webhook_due_at_ms: draft.webhookDueAtMs,
      created_at_ms: createdAtMs,
    }));
    // In the order of their ids, so that two processes with the same charges don't lock each other out.
    rows.sort((one, other) => (one.id < other.id ? -1 : 1));
    await dialect.insertOrKeep(sequelize, 'sandbox_charges', rows, tx);
  }

  async function find(ids: readonly string[], tx: Transaction): Promise<SandboxCharge[]> {
    const rows = await sequelize.query<ChargeRow>(
      `SELECT id, token, amount_minor, currency, status, failure_code, asked, created_at_ms
       FROM sandbox_charges WHERE id IN (?)`,
      { replacements: [[...ids]], type: QueryTypes.SELECT, transaction: tx },
    );
    return rows.map(toCharge);
  }

  return {
    /**
     * The charge of this id: booked now, or as it was booked before.
     * @throws when another charge is booked under this id, or nothing could be written.
     */
    book: (draft: SandboxChargeDraft): Promise<SandboxCharge> => {
      if (waiting.length >= maximumWaiting) {
        return Promise.reject(new Error('Too many charges wait to be booked by the sandbox.'));
      }
      return new Promise((resolve, reject) => {
        waiting.push({ draft, resolve, reject });
        if (!atWork) void workOff();
      });
    },
    find,
  };
}

function answer({ draft, resolve, reject }: Ask, charge: SandboxCharge | undefined): void {
  if (charge && isOf(draft, charge)) resolve(charge);
  else reject(new Error(`Charge ${draft.id} is booked with another token, amount or currency.`));
}

function isOf(draft: SandboxChargeDraft, { token, amountMinor, currency }: SandboxCharge): boolean {
  return token === draft.token && amountMinor === draft.amountMinor && currency === draft.currency;
}

type ChargeRow = {
  id: string;
  token: string;
  amount_minor: number;
  currency: string;
  status: string;
  failure_code: string | null;
  asked: number;
  created_at_ms: number;
};

function toCharge(row: ChargeRow): SandboxCharge {
  return {
    id: row.id,
    token: row.token,
    amountMinor: Number(row.amount_minor),
    currency: row.currency,
    // Nobody writes this column but `insertNew` and the ledger, with words of this union.
    status: row.status as SandboxChargeStatus,
    failureCode: row.failure_code,
    createdAtMs: Number(row.created_at_ms),
    asked: Number(row.asked),
  };
}
