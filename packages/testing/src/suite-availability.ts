import { describe, test } from 'vitest';
import { missingServer, type ServerKind } from './binaries.ts';
import { SKIPPED_SUITE_MARK } from './skipped-suite.ts';

/**
 * A suite that needs one of the machine's servers. Where the server is not installed the suite is skipped and its name
 * says why; with CI=true it fails, because there everything has to run.
 */
export function describeWithServer(name: string, kind: ServerKind, body: () => void): void {
  const reason = missingServer(kind);
  if (!reason) describe(name, body);
  else if (process.env.CI === 'true') describe(name, () => failBecause(reason));
  else describe.skip(`${name} ${SKIPPED_SUITE_MARK}${reason}]`, body);
}

function failBecause(reason: string): void {
  test('has the server that it needs', () => {
    throw new Error(`${reason}, and with CI=true no suite may be skipped.`);
  });
}
