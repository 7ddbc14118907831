import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';
import { isSwitchable, type SwitchableKind } from '../domain/switchable-kinds.ts';

/** Whose choice it is: a user's, for mails about their bookings, or that of whoever has an address. */
export type Holder = { readonly type: 'user' | 'address'; readonly id: string };

/** What a user has switched off, and how often they changed it. */
export type StoredPreferences = { readonly version: number; readonly switchedOff: readonly SwitchableKind[] };

/** Which mails people do not want, and the reminders that this concerns. */
export type SwitchedOffMails = ReturnType<typeof createSwitchedOffMails>;

export function createSwitchedOffMails({ sequelize, dialect }: Database) {
  const run = async (sql: string, replacements: readonly unknown[], tx: Transaction) => {
    await sequelize.query(sql, { replacements: [...replacements], transaction: tx });
  };
  async function versionOf(userId: string, tx?: Transaction): Promise<number> {
    const lock = tx ? dialect.forUpdate : '';
    const [row] = await sequelize.query<{ version: number }>(
      `SELECT version FROM notification_preferences WHERE user_id = ? ${lock}`,
      { replacements: [userId], type: QueryTypes.SELECT, transaction: tx ?? null },
    );
    return Number(row?.version ?? 1);
  }
  async function kindsOf(holder: Holder, tx?: Transaction): Promise<SwitchableKind[]> {
    const rows = await sequelize.query<{ kind: string }>(
      'SELECT kind FROM switched_off_mails WHERE holder_type = ? AND holder = ? ORDER BY kind',
      { replacements: [holder.type, holder.id], type: QueryTypes.SELECT, transaction: tx ?? null },
    );
    return rows.map(({ kind }) => kind).filter(isSwitchable);
  }

  return {
    /** What a user has chosen; version 1 where they never did. */
    find: async (userId: string): Promise<StoredPreferences> => {
      // The version first: who changes something meanwhile makes it too old, and never too new.
      const version = await versionOf(userId);
      return { version, switchedOff: await kindsOf({ type: 'user', id: userId }) };
    },
    /** The same, locked until the transaction ends. */
    lock: async (userId: string, tx: Transaction): Promise<StoredPreferences> => {
      await dialect.insertOrKeep(sequelize, 'notification_preferences', [{ user_id: userId, version: 1 }], tx);
      return { version: await versionOf(userId, tx), switchedOff: await kindsOf({ type: 'user', id: userId }, tx) };
    },
    /** Notes another choice of a user whose preferences are locked. */
    raiseVersion: (userId: string, tx: Transaction) =>
      run('UPDATE notification_preferences SET version = version + 1 WHERE user_id = ?', [userId], tx),
    /** Switches kinds off, and skips at once what was planned. */
    switchOff: async (holder: Holder, kinds: readonly SwitchableKind[], tx: Transaction): Promise<void> => {
      const rows = kinds.map((kind) => ({ holder_type: holder.type, holder: holder.id, kind }));
      if (rows.length === 0) return;
      await dialect.insertOrKeep(sequelize, 'switched_off_mails', rows, tx);
      await run(
        `UPDATE reminders SET status = 'skipped', reason = 'switched_off'
         WHERE status = 'scheduled' AND kind IN (?) AND ${concerned[holder.type]}`,
        [[...kinds], holder.id],
        tx,
      );
    },
    /** Switches kinds on again; what was skipped for it and is not too late yet is planned again. */
    switchOn: async (
      holder: Holder,
      kinds: readonly SwitchableKind[],
      nowMs: number,
      tx: Transaction,
    ): Promise<void> => {
      if (kinds.length === 0) return;
      await run(
        'DELETE FROM switched_off_mails WHERE holder_type = ? AND holder = ? AND kind IN (?)',
        [holder.type, holder.id, [...kinds]],
        tx,
      );
      await run(
        `UPDATE reminders SET status = 'scheduled', reason = NULL, attempts = 0, attempt_at_ms = due_at_ms
         WHERE status = 'skipped' AND reason = 'switched_off' AND kind IN (?) AND ${concerned[holder.type]}
           AND send_until_ms > ? AND ${wantedByOthers}`,
        [[...kinds], holder.id, nowMs],
        tx,
      );
    },
    /** Forgets what a user has chosen. */
    forgetUser: async (userId: string, tx: Transaction): Promise<void> => {
      await run("DELETE FROM switched_off_mails WHERE holder_type = 'user' AND holder = ?", [userId], tx);
      await run('DELETE FROM notification_preferences WHERE user_id = ?', [userId], tx);
    },
  };
}

const concerned = {
  user: 'booking_id IN (SELECT id FROM bookings WHERE user_id = ?)',
  address: 'recipient = ?',
} as const satisfies Record<Holder['type'], string>;

/** Neither the user nor whoever has the address has switched it off: each alone can. */
const wantedByOthers = `NOT EXISTS (
  SELECT 1 FROM switched_off_mails AS off
  WHERE off.kind = reminders.kind
    AND (off.holder_type = 'address' AND off.holder = reminders.recipient
      OR off.holder_type = 'user' AND off.holder = (SELECT user_id FROM bookings WHERE id = reminders.booking_id))
)`;
