import type { Figures } from './figures.ts';
import type { SalesReport, ScenarioReport } from './measure-sales.ts';

/** Tells a person what was measured. */
export function printSalesReport(report: SalesReport, print: (line: string) => void): void {
  const { database, clients, seconds, rounds, provider } = report.options;
  print('');
  print(
    `Bookings of two passengers, held, charged and confirmed, with an idempotency key; ${database}, ${clients} clients,` +
      ` ${rounds} × ${seconds} s each${provider === 'none' ? '; jetbridge without payments' : ''}`,
  );
  for (const scenario of report.scenarios) printScenario(scenario, print);
  print('');
  for (const mistake of report.mistakes) print(`  WRONG  ${mistake}`);
  if (report.mistakes.length === 0) print('  All answers were 201, and the books say what was answered.');
}

function printScenario(
  { scenario, figures: { plain, jetbridge } }: ScenarioReport,
  print: (line: string) => void,
): void {
  const row = (title: string, ...cells: string[]) =>
    print(`  ${title.padEnd(26)}${cells.map((cell) => cell.padStart(14)).join('')}`);
  const both = (title: string, show: (figures: Figures) => string) => row(title, show(plain), show(jetbridge));
  print('');
  row(scenario, 'plain', 'jetbridge', 'ratio');
  const ratio = jetbridge.bookingsPerSecond / plain.bookingsPerSecond;
  row('bookings/s', whole(plain.bookingsPerSecond), whole(jetbridge.bookingsPerSecond), ratio.toFixed(2));
  both('  slowest–fastest turn', ({ range: [slowest, fastest] }) => `${whole(slowest)}–${whole(fastest)}`);
  both('median, ms', ({ medianMs }) => medianMs.toFixed(1));
  both('p99, ms', ({ p99Ms }) => p99Ms.toFixed(1));
  both('answers other than 201', ({ wrongAnswers }) => whole(wrongAnswers));
  both('CPU of the seller, s', ({ cpuSeconds }) => cpuSeconds.seller.toFixed(1));
  both('CPU of the database, s', ({ cpuSeconds }) => cpuSeconds.database.toFixed(1));
  both('CPU of the clients, s', ({ cpuSeconds }) => cpuSeconds.clients.toFixed(1));
  both('CPU of other programs, s', ({ cpuSeconds }) => cpuSeconds.others.toFixed(1));
  both('CPU per booking, ms', ({ cpuMsPerBooking }) => cpuMsPerBooking.toFixed(2));
}

const whole = (value: number) => Math.round(value).toLocaleString('en');
