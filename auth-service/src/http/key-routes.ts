import { type KeySet, keySetRoute } from '@jetbridge/contracts/identity/routes.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';

/** Less than verifiers wait between two questions, so that a new key is never hidden from them for long. */
const headers = { 'Cache-Control': 'public, max-age=15' } as const;

/** The public keys that access tokens are checked with. */
export function keyRoutes(loadKeys: () => Promise<KeySet>): readonly BoundRoute[] {
  return [bindRoute(keySetRoute, async () => ({ body: await loadKeys(), headers }))];
}
