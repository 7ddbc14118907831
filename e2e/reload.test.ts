import { expect, test } from 'vitest';
import { printReloadReport, proveReload } from '../bench/reload/prove-reload.ts';

test('64 clients post while everything is reloaded three times: no request of 20,000 fails', async () => {
  const report = await proveReload({ rounds: 3, requests: 20_000, clients: 64, say: () => {} });
  const lines: string[] = [];
  printReloadReport(report, (line) => lines.push(line));
  expect(report.requests, lines.join('\n')).toBeGreaterThanOrEqual(20_000);
  expect(report.failed, lines.join('\n')).toBe(0);
  expect(report.reloads).toBe(15);
}, 600_000);
