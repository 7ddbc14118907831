import type { Environment } from '@jetbridge/service-kit/config/settings.ts';
import { type DatabaseSettings, openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { readKeysSecret } from './config.ts';
import { deriveKeys } from './credentials/sealing.ts';
import { readKeyStandings } from './db/signing-keys.ts';
import { rotateKeys } from './use-cases/rotate-keys.ts';

/** What looks after the signing keys while the service may run or not; its schema must be there already. */
export async function openKeys(settings: DatabaseSettings, environment: Environment, log: Logger) {
  const { sealing: sealingKey } = await deriveKeys(readKeysSecret(environment));
  const database = await openDatabase(settings, log);
  return {
    list: () => readKeyStandings(database),
    rotate: () => rotateKeys(database, { sealingKey, nowMs: Date.now() }),
    /** Whether the service has made its tables, in the form of this release. */
    isUpToDate: async (): Promise<boolean> => {
      const queryInterface = database.sequelize.getQueryInterface();
      if (!(await queryInterface.showAllTables()).map(String).includes('signing_keys')) return false;
      return 'leaves_at_ms' in (await queryInterface.describeTable('signing_keys'));
    },
    close: database.close,
  };
}
