import { expect, test } from 'vitest';
import { printReloadReport, proveReload } from '../bench/reload/prove-reload.ts';

/** The long form is `npm run prove -- reload`: each in turn, ten times, over 100,000 requests. */
test('64 clients post while everything is reloaded at once: no request fails', async () => {
  const report = await proveReload({ rounds: 1, requests: 4_000, clients: 64, allAtOnce: true, say: () => {} });
  const lines: string[] = [];
  printReloadReport(report, (line) => lines.push(line));
  expect(report.requests, lines.join('\n')).toBeGreaterThanOrEqual(4_000);
  expect(report.failed, lines.join('\n')).toBe(0);
  expect(report.reloads).toBe(5);
}, 300_000);
