import type { Readable } from 'node:stream';
import { FlightError } from '../domain/errors.ts';
import type { AirportPlace } from '../domain/places/geography.ts';
import type { ScheduleRow } from '../domain/schedule/schedule-columns.ts';
import { RefusedRecord, rejected } from '../domain/schedule/schedule-row.ts';
import { expandLeg } from '../domain/schedule/ssim/expand-leg.ts';
import {
  type CarrierRecord,
  isDuplicateLeg,
  readCarrierRecord,
  readLegRecord,
  ssimRecordLength,
  ssimTitle,
} from '../domain/schedule/ssim/ssim-records.ts';

/** The longest line that is still told of as one that is wrong. */
const maximumRestLength = 10_000;

type Airports = ReadonlyMap<string, AirportPlace>;
type Line = { readonly number: number; readonly text: string };

/**
 * The rows of a schedule in the form of SSIM chapter 7, one for each leg and day; and what of it can't be taken.
 * @throws FlightError `unreadable_schedule` when it does not begin as such a file, or ends without its trailer.
 */
export async function* ssimRows(source: Readable, airports: Airports): AsyncGenerator<ScheduleRow | RefusedRecord> {
  let carrier: CarrierRecord | undefined;
  /** The last leg, until it is known that no segment record says that somebody else flies it. */
  let waiting: Line | undefined;
  let isComplete = false;
  for await (const { number, text } of recordsIn(source)) {
    if (number === 1 && !text.startsWith(ssimTitle)) throw unreadable(`The first record must begin with ${ssimTitle}.`);
    const type = text.slice(0, 1);
    if (type === '4') {
      if (waiting && isDuplicateLeg(text)) {
        yield refused(waiting, 'codeshare', 'another airline flies it (data element 50)');
        waiting = undefined;
      }
      continue;
    }
    if (waiting) yield* flightsOf(waiting, carrier, airports);
    waiting = undefined;
    isComplete = type === '5';
    if (text.length !== ssimRecordLength && '235'.includes(type)) {
      yield refused({ number, text }, 'bad_row', `it has ${text.length} characters, not ${ssimRecordLength}`);
    } else if (type === '2') {
      const read = readCarrierRecord(text);
      if ('problem' in read) throw unreadable(`Line ${number}: ${read.problem}.`);
      carrier = read;
    } else if (type === '3') {
      waiting = { number, text };
    } else if (!'15'.includes(type)) {
      yield refused({ number, text }, 'bad_row', `its type is "${type}"; it should be 1 to 5`);
    }
  }
  if (!isComplete)
    throw unreadable('It ends without a trailer (a record of type 5), so that some of it may be missing.');
}

/** Lines but for empty ones and those of zeros, which fill up a block; numbered from 1. */
async function* recordsIn(source: Readable): AsyncGenerator<Line> {
  let number = 0;
  let rest = '';
  // Bytes are places in a record: one character each, whatever they are.
  for await (const chunk of source.setEncoding('latin1')) {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? '';
    if (rest.length > maximumRestLength) throw unreadable('It has lines that are no records.');
    for (const text of lines) {
      number += 1;
      if (!/^[0\s]*$/.test(text)) yield { number, text };
    }
  }
  if (!/^[0\s]*$/.test(rest)) yield { number: number + 1, text: rest };
}

function* flightsOf(line: Line, carrier: CarrierRecord | undefined, airports: Airports) {
  if (!carrier) throw unreadable(`Line ${line.number}: a leg must stand behind a record of its carrier (type 2).`);
  const leg = readLegRecord(line.text);
  if ('problem' in leg) {
    yield refused(line, 'bad_row', leg.problem);
    return;
  }
  for (const row of expandLeg(leg, carrier, airports)) {
    yield 'outcome' in row && 'reason' in row ? refused(line, row.reason, row.detail) : row;
  }
}

function refused({ number }: Line, ...[reason, detail]: Parameters<typeof rejected>): RefusedRecord {
  return new RefusedRecord(rejected(reason, `line ${number}: ${detail}`));
}

const unreadable = (message: string) => new FlightError('unreadable_schedule', message);
