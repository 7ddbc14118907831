import { importFlightsRoute, readImportRoute, type ScheduleImport } from '@jetbridge/contracts/flights/imports.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { Imports } from '../db/imports.ts';
import { FlightError } from '../domain/errors.ts';
import { asOf, type ImportRecord } from '../domain/schedule/schedule-import.ts';
import type { ImportReceiver } from '../use-cases/receive-import.ts';
import type { ScheduleFormat } from '../use-cases/schedule-rows.ts';

/** Loading a schedule, and looking how far it is. */
export function importRoutes({ receiver, imports }: { receiver: ImportReceiver; imports: Imports }): BoundRoute[] {
  return [
    bindRoute(importFlightsRoute, async ({ body, caller, header }) => {
      const format = formatOf(header('content-type'));
      return { body: present(await receiver.receive(body, format, caller.userId)) };
    }),
    bindRoute(readImportRoute, async ({ params }) => {
      const found = await imports.find(params.id ?? '');
      if (!found) throw new FlightError('import_not_found', 'There is no such import.');
      return { body: present(asOf(found, Date.now())) };
    }),
  ];
}

/** The door lets in no other media types. */
function formatOf(contentType = ''): ScheduleFormat {
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase();
  if (mediaType === 'text/csv') return 'csv';
  return mediaType === 'application/x-ssim' ? 'ssim' : 'ndjson';
}

function present({ id, status, report, createdAtMs }: ImportRecord): ScheduleImport {
  return { id, status, ...report, createdAt: toInstant(createdAtMs) };
}
