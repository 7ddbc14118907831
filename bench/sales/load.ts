import type { RawAnswer } from '../raw-http/answer-reader.ts';
import { openConnection } from '../raw-http/connection.ts';
import { cpuSecondsOf, cpuSecondsOfMachine } from '../sales-world/cpu-time.ts';

export type Order = { readonly request: string; readonly flightId: string };

/** Where clients get what they ask for, and bring what they were answered. */
export type Orders = {
  readonly next: () => Order;
  /** Whether the answer is the right one. */
  readonly answered: (order: Order, answer: RawAnswer) => boolean;
  readonly failed: (error: Error) => void;
};

/** Whose CPU time is measured. */
export type MeasuredProcesses = { readonly seller: number; readonly database?: number };

export type Measurement = {
  /** Of each right answer that came within the measured window, from the request's last byte to the answer's. */
  readonly durationsMs: readonly number[];
  readonly wrongAnswers: number;
  /** Seconds of CPU within the measured window. */
  readonly cpuSeconds: CpuSeconds;
};

export type CpuSeconds = {
  readonly seller: number;
  readonly database: number;
  readonly clients: number;
  /** Of everything else on the machine: above a little, the figures say more about that than about the sellers. */
  readonly others: number;
};

/**
 * Keeps a request in flight on each of `clients` connections, first for the warm-up, then for the measured window. Ends
 * when everything that was sent is answered.
 */
export async function runLoad(load: {
  port: number;
  clients: number;
  orders: Orders;
  warmUpMs: number;
  measureMs: number;
  pids: MeasuredProcesses;
}): Promise<Measurement> {
  const { orders, pids } = load;
  const connections = await Promise.all(Array.from({ length: load.clients }, () => openConnection(load.port)));
  const startsAt = performance.now() + load.warmUpMs;
  const endsAt = startsAt + load.measureMs;
  const durationsMs: number[] = [];
  let wrongAnswers = 0;

  async function work(connection: (typeof connections)[number]): Promise<void> {
    for (let sentAt = performance.now(); sentAt < endsAt; ) {
      const order = orders.next();
      const answer = await connection.ask(order.request);
      const answeredAt = performance.now();
      const measured = answeredAt >= startsAt && answeredAt < endsAt;
      if (!orders.answered(order, answer)) wrongAnswers += 1;
      else if (measured) durationsMs.push(answeredAt - sentAt);
      sentAt = answeredAt;
    }
  }

  const cpu = measureCpu({ pids, startsInMs: load.warmUpMs, measureMs: load.measureMs });
  const ends = await Promise.allSettled(connections.map(work));
  for (const connection of connections) connection.cut();
  for (const end of ends) {
    if (end.status === 'fulfilled') continue;
    wrongAnswers += 1;
    orders.failed(end.reason instanceof Error ? end.reason : new Error(String(end.reason)));
  }
  return { durationsMs, wrongAnswers, cpuSeconds: await cpu };
}

/** How much CPU was used between two moments. */
async function measureCpu(when: {
  pids: MeasuredProcesses;
  startsInMs: number;
  measureMs: number;
}): Promise<CpuSeconds> {
  const read = () => ({
    seller: cpuSecondsOf(when.pids.seller),
    database: when.pids.database === undefined ? 0 : cpuSecondsOf(when.pids.database),
    clients: cpuSecondsOf(process.pid),
    all: cpuSecondsOfMachine(),
  });
  const before = await after(when.startsInMs, read);
  const then = await after(when.measureMs, read);
  const seller = then.seller - before.seller;
  const database = then.database - before.database;
  const clients = then.clients - before.clients;
  const others = Math.max(0, then.all - before.all - seller - database - clients);
  return { seller, database, clients, others };
}

const after = <T>(milliseconds: number, read: () => T) =>
  new Promise<T>((resolve, reject) => {
    setTimeout(() => {
      try {
        resolve(read());
      } catch (error) {
        // The process has ended meanwhile.
        reject(error);
      }
    }, milliseconds);
  });
