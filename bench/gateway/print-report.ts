import { gatewayNames } from './gateways.ts';
import type { Figures, GatewayReport } from './measure-gateway.ts';

/** Tells a person what was measured. */
export function printGatewayReport(report: GatewayReport, print: (line: string) => void): void {
  const { figures, exactness, memory, findings } = report;
  const row = (title: string, show: (figure: Figures) => string) =>
    print(`  ${title.padEnd(28)}${gatewayNames.map((name) => show(figures[name]).padStart(12)).join('')}`);
  print('');
  print(`  ${''.padEnd(28)}${gatewayNames.map((name) => name.padStart(12)).join('')}`);
  row('requests/s, 64 connections', ({ perSecond }) => Math.round(perSecond).toLocaleString('en'));
  row('of nginx', ({ perSecond }) => (perSecond / figures.nginx.perSecond).toFixed(3));
  row('median, ms', ({ medianMs }) => medianMs.toFixed(1));
  row('p99, ms', ({ p99Ms }) => p99Ms.toFixed(1));
  row('CPU per request, ms', ({ cpuMsPerRequest }) => cpuMsPerRequest.toFixed(3));
  row('CPU of others, s', ({ othersSeconds }) => othersSeconds.toFixed(1));
  print('');
  const { processes, accounts, allowedEach, admitted } = exactness;
  print(`  ${processes} processes let in ${admitted} of ${accounts} accounts with ${allowedEach} each.`);
  if (memory) print(`  Memory, MB: ${memory.samplesMb.join(' ')}`);
  print('');
  for (const { title, figure, target, isMet } of findings) {
    print(`  ${isMet ? 'met    ' : 'NOT MET'}  ${title.padEnd(24)}${figure.padStart(8)}  (${target})`);
  }
}
