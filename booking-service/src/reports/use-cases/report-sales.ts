import { type Page, type Position, readCursor, toPage } from '@jetbridge/service-kit/http/pages.ts';
import { HttpProblem } from '@jetbridge/service-kit/http/problems.ts';
import type { ReportBy, SalesLine, SalesReport } from '../db/sales-report.ts';

/** Of which flights, by their local days of departure, and how they are put together. */
export type SalesQuestion = { readonly from: string; readonly to: string; readonly by: ReportBy };

/** The most lines of a report that comes at once. */
const maximumLines = 20_000;

/** A page of what was sold. @throws HttpProblem 400 for a foreign cursor. */
export async function reportSales(
  report: SalesReport,
  asked: SalesQuestion & { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<SalesLine>> {
  const { from, to, by, limit } = asked;
  const question = { from, to, by };
  const after = readCursor(asked.cursor, question, ['string', 'string']);
  const found = await report.lines({ ...question, after, limit: limit + 1 });
  return toPage(found, { limit, question, positionOf: (line) => positionOf(line, by) });
}

/** All of what was sold. @throws HttpProblem 422 when it is more than comes at once. */
export async function reportAllSales(report: SalesReport, { from, to, by }: SalesQuestion): Promise<SalesLine[]> {
  const lines = await report.lines({ from, to, by, after: undefined, limit: maximumLines + 1 });
  if (lines.length <= maximumLines) return lines;
  const detail = `must be nearer to \`from\`: a report has at most ${maximumLines} lines`;
  throw new HttpProblem({
    status: 422,
    code: 'invalid_request',
    detail: 'The report is too long.',
    errors: [{ parameter: 'to', code: 'too_big', detail }],
  });
}

function positionOf({ day, flightId, origin, destination }: SalesLine, by: ReportBy): Position {
  switch (by) {
    case 'day':
      return [day ?? '', ''];
    case 'flight':
      return [day ?? '', flightId ?? ''];
    case 'route':
      return [origin ?? '', destination ?? ''];
  }
}
