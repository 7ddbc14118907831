import type { Comparison, Figures, SearchReport, SizeReport } from './measure-search.ts';

/** Tells a person what was measured. */
export function printSearchReport(report: SearchReport, print: (line: string) => void): void {
  for (const comparison of report.comparisons) printComparison(comparison, print);
  print('');
  print('  flights      loaded    memory  (peak)   11 results   p99, ms   itineraries   median   p99, ms   CPU, ms');
  for (const size of report.sizes) printSize(size, print);
  if (report.freshness) {
    const { changes, medianMs, longestMs } = report.freshness;
    const [median, longest] = [medianMs, longestMs].map((ms) => Math.round(ms));
    print('');
    print(
      `  ${changes} prices changed at one process were found at another after ${median} ms (median), ${longest} ms at most`,
    );
  }
  print('');
  for (const mistake of report.mistakes) print(`  WRONG  ${mistake}`);
  if (report.mistakes.length === 0) print('  All answers were 200 and had as many flights as they should.');
}

function printComparison({ results, bodyBytes, constant, sql, jetbridge }: Comparison, print: (line: string) => void) {
  const row = (title: string, ...cells: string[]) =>
    print(`  ${title.padEnd(26)}${cells.map((cell) => cell.padStart(14)).join('')}`);
  const all = (title: string, show: (figures: Figures) => string) =>
    row(title, ...[constant, sql, jetbridge].map((figures) => show(figures)));
  print('');
  row(`${results} results, ${whole(bodyBytes)} bytes`, 'constant', 'sql', 'jetbridge', 'of constant', 'of sql');
  const ratio = (other: Figures) => (jetbridge.perSecond / other.perSecond).toFixed(2);
  const rates = [constant, sql, jetbridge].map(({ perSecond }) => whole(perSecond));
  row('answers/s, 32 clients', ...rates, ratio(constant), ratio(sql));
  all('median, ms', ({ medianMs }) => medianMs.toFixed(1));
  all('p99, ms', ({ p99Ms }) => p99Ms.toFixed(1));
  all('CPU per answer, ms', ({ cpuMsPerAnswer }) => cpuMsPerAnswer.toFixed(3));
  all('CPU of other programs, s', ({ cpuSecondsOfOthers }) => cpuSecondsOfOthers.toFixed(1));
}

function printSize(size: SizeReport, print: (line: string) => void): void {
  const { flights, loadMs, memoryMb, peakMemoryMb, direct, itineraries } = size;
  print(
    [
      whole(flights).padStart(9),
      `${(loadMs / 1_000).toFixed(1)} s`.padStart(12),
      `${memoryMb} MB`.padStart(10),
      `(${peakMemoryMb})`.padStart(8),
      `${whole(direct.perSecond)}/s`.padStart(13),
      direct.p99Ms.toFixed(1).padStart(10),
      `${whole(itineraries.perSecond)}/s`.padStart(14),
      itineraries.medianMs.toFixed(1).padStart(9),
      itineraries.p99Ms.toFixed(1).padStart(10),
      itineraries.cpuMsPerAnswer.toFixed(1).padStart(10),
    ].join(''),
  );
}

const whole = (value: number) => Math.round(value).toLocaleString('en');
