import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { AccessTokenSigner } from '../credentials/access-token-signer.ts';
import { findActiveKey } from '../db/signing-keys.ts';
import { openKey } from './provide-signing-key.ts';
import { tendKeys } from './rotate-keys.ts';

/** Keeps this process signing with the key that is to sign. @returns 0: there is nothing to do until the next look. */
export function followSigningKey(parts: {
  database: Database;
  accessTokens: AccessTokenSigner;
  sealingKey: Buffer;
  firstKeyId: string;
  clock: Clock;
}): () => Promise<number> {
  const { database, accessTokens, sealingKey, clock } = parts;
  let usedId = parts.firstKeyId;
  return async () => {
    await tendKeys(database, clock.nowMs());
    const active = await findActiveKey(database);
    if (active && active.id !== usedId) {
      accessTokens.useKey(openKey(active, sealingKey));
      usedId = active.id;
    }
    return 0;
  };
}
