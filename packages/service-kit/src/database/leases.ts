import { QueryTypes } from 'sequelize';
import { newId } from '../ids.ts';
import type { Database } from './open-database.ts';

/** The right to do something that one process at a time may do, for a while, by the database's clock. */
export type Lease = {
  /** Takes or renews the lease. False: another process holds it. */
  readonly hold: () => Promise<boolean>;
  /** Gives it back, so that another process need not wait for its end. */
  readonly release: () => Promise<void>;
};

/** A lease by name among all processes on one database. Two handles in one process are two holders. */
export function createLease(database: Database, options: { name: string; lengthMs: number }): Lease {
  const holder = newId('holder');
  const { sequelize, dialect } = database;
  const { nowMs } = dialect;
  let known = false;
  let surelyHeldUntilMs = 0;
  return {
    hold: async () => {
      // Half of the lease is spent without asking: a loop that idles must not write at each turn.
      const askedAtMs = performance.now();
      if (askedAtMs < surelyHeldUntilMs) return true;
      if (!known) {
        const row = { name: options.name, holder: '', expires_at_ms: 0 };
        await database.write((tx) => dialect.insertOrKeep(sequelize, 'leases', [row], tx));
        known = true;
      }
      await sequelize.query(
        `UPDATE leases SET holder = ?, expires_at_ms = ${nowMs} + ? WHERE name = ? AND (holder = ? OR expires_at_ms < ${nowMs})`,
        { replacements: [holder, options.lengthMs, options.name, holder], type: QueryTypes.UPDATE },
      );
      const held = await sequelize.query(
        `SELECT 1 FROM leases WHERE name = ? AND holder = ? AND expires_at_ms > ${nowMs}`,
        { replacements: [options.name, holder], type: QueryTypes.SELECT },
      );
      surelyHeldUntilMs = held.length > 0 ? askedAtMs + options.lengthMs / 2 : 0;
      return held.length > 0;
    },
    release: async () => {
      surelyHeldUntilMs = 0;
      await sequelize.query('UPDATE leases SET expires_at_ms = 0 WHERE name = ? AND holder = ?', {
        replacements: [options.name, holder],
        type: QueryTypes.UPDATE,
      });
    },
  };
}
