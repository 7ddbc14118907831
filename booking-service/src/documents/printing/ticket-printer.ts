import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { BookingError } from '../../domain/errors.ts';
import { type Press, PressBroken, startPress } from './press.ts';

/**
 * Prints tickets one after the other, in a process of its own that is started for the first one and ended when nobody has
 * wanted any for a while. What prints needs 200 MB and much of a processor; sales, which go on in this process, feel
 * neither, and what has ended keeps nothing.
 */
export type TicketPrinter = {
  /**
   * The ticket of a booking as a PDF.
   * @throws BookingError `printer_busy` when too many wait, `ticket_not_printed` when the printing process broke down.
   */
  readonly print: (booking: BookingRecord) => Promise<Buffer>;
  /** How many tickets wait at this moment. */
  readonly waiting: () => number;
  /** Ends when all that wait are printed and the process has ended. */
  readonly stop: () => Promise<void>;
};

export type PrinterLimits = {
  /** More would wait for longer than their clients do; they are told to come back. */
  readonly maximumWaiting: number;
  /** How long a ticket may wait for those before it. With its printing, less than the 30 s that the gateway waits. */
  readonly longestWaitMs: number;
  /**
   * Starting the process takes 0.6 s, nine people on eighteen flights 0.4 s; many times that where sales need the processor.
   */
  readonly longestPrintMs: number;
  /** How long the process stays for further tickets: starting it takes as long as printing ten. */
  readonly idleMs: number;
};

const usualLimits: PrinterLimits = {
  maximumWaiting: 64,
  longestWaitMs: 8_000,
  longestPrintMs: 20_000,
  idleMs: 30_000,
};

type Waiting = {
  readonly booking: BookingRecord;
  readonly sinceMs: number;
  readonly resolve: (pdf: Buffer) => void;
  readonly reject: (error: unknown) => void;
};

export function createTicketPrinter(limits: PrinterLimits = usualLimits): TicketPrinter {
  const waiting: Waiting[] = [];
  /** By booking and version, which name one file: who asks again while it waits gets the same sheets. */
  const underWay = new Map<string, Promise<Buffer>>();
  let press: Press | undefined;
  let working: Promise<void> | undefined;
  let ending: Promise<void> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;

  function queue(booking: BookingRecord): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      waiting.push({ booking, sinceMs: performance.now(), resolve, reject });
      working ??= work();
    });
  }

  async function work(): Promise<void> {
    clearTimeout(idle);
    for (let one = waiting.shift(); one; one = waiting.shift()) await serve(one);
    working = undefined;
    idle = setTimeout(endPress, limits.idleMs).unref();
  }

  async function serve({ booking, sinceMs, resolve, reject }: Waiting): Promise<void> {
    if (performance.now() - sinceMs > limits.longestWaitMs) {
      reject(busy());
      return;
    }
    try {
      if (!press || press.isBroken()) press = startPress(limits.longestPrintMs);
      resolve(await press.print(booking));
    } catch (error) {
      reject(error instanceof PressBroken ? notPrinted(error) : error);
    }
  }

  function endPress(): void {
    const ended = press?.end();
    press = undefined;
    ending = Promise.all([ending, ended]).then(() => {});
  }

  return {
    print: (booking) => {
      const key = `${booking.id} ${booking.version}`;
      const same = underWay.get(key);
      if (same) return same;
      if (waiting.length >= limits.maximumWaiting) return Promise.reject(busy());
      const printed = queue(booking).finally(() => underWay.delete(key));
      underWay.set(key, printed);
      return printed;
    },
    waiting: () => waiting.length,
    async stop() {
      await working;
      clearTimeout(idle);
      endPress();
      await ending;
    },
  };
}

const busy = () => new BookingError('printer_busy', 'Too many tickets wait to be printed.');

const notPrinted = (cause: PressBroken) => new BookingError('ticket_not_printed', cause.message, { cause });
