import { connectBroker } from '@jetbridge/service-kit/events/amqp/broker.ts';
import { type Outgoing, publish } from '@jetbridge/service-kit/events/amqp/publish.ts';
import { eventExchange } from '@jetbridge/service-kit/events/amqp/topology.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import type { Random } from '../sales-proof/random.ts';
import type { Tally } from '../sales-proof/tally.ts';
import { bookingDocument } from './booking-documents.ts';
import type { PlannedBooking } from './planned-bookings.ts';

/** Publishes events about bookings as booking-service would, but for a broker that brings them twice and in any order. */
export type NewsDesk = {
  /** Tells of a version of a booking, some time soon. */
  readonly tell: (booking: PlannedBooking, version: number) => void;
  /** Publishes what is to be published by now, unless the broker is away; then it waits, as in an outbox. */
  readonly runOnce: () => Promise<void>;
  readonly waiting: () => number;
  readonly stop: () => Promise<void>;
};

/** Most events go out at once, some a good deal later than what came after them. */
const quickMs = 300;
const slowMs = 5_000;
const shares = { slow: 0.15, twice: 0.1, createdToo: 0.25 } as const;

/** The most that are published together. */
const batchSize = 500;

type News = {
  readonly message: Outgoing;
  readonly booking: PlannedBooking;
  readonly version: number;
  readonly atMs: number;
  readonly isRepeat: boolean;
};

export async function openNewsDesk(parts: { url: string; random: Random; tally: Tally }): Promise<NewsDesk> {
  const { random, tally } = parts;
  const broker = await connectBroker({ url: parts.url, log: createLogger({ service: 'bench', level: 'silent' }) });
  const newestTold = new Map<string, number>();
  let waiting: News[] = [];

  function put(type: string, booking: PlannedBooking, version: number): void {
    const message = toMessage(type, booking, version);
    const silentUntilMs = booking.states[version - 1]?.silentUntilMs ?? 0;
    const atMs = Math.max(Date.now() + random.below(random.chance(shares.slow) ? slowMs : quickMs), silentUntilMs);
    waiting.push({ message, booking, version, atMs, isRepeat: false });
    if (random.chance(shares.twice)) {
      waiting.push({ message, booking, version, atMs: atMs + random.below(slowMs), isRepeat: true });
    }
  }

  function noteTaken({ booking, version, isRepeat }: News, nowMs: number): void {
    const state = booking.states[version - 1];
    if (state) state.toldAtMs ??= nowMs;
    tally.count('events', isRepeat ? 'events published twice' : 'events published');
    const newest = newestTold.get(booking.id) ?? 0;
    if (newest > version) tally.count('events', 'events published after newer ones');
    newestTold.set(booking.id, Math.max(newest, version));
  }

  return {
    tell: (booking, version) => {
      if (version === 1 && random.chance(shares.createdToo)) put('booking.created', booking, version);
      put(typeOf(booking, version), booking, version);
    },
    runOnce: async () => {
      const channel = broker.channel();
      if (!channel) return;
      const nowMs = Date.now();
      const ready = waiting.filter(({ atMs }) => atMs <= nowMs).slice(0, batchSize);
      if (ready.length === 0) return;
      const wasTaken = await publish(
        channel,
        ready.map(({ message }) => message),
      );
      const taken = new Set(ready.filter((_, index) => wasTaken[index]));
      for (const news of taken) noteTaken(news, Date.now());
      // One that was not confirmed may have arrived all the same, and then comes twice.
      if (taken.size < ready.length) tally.count('events', 'events not confirmed at first', ready.length - taken.size);
      waiting = waiting.filter((news) => !taken.has(news));
    },
    waiting: () => waiting.length,
    stop: () => broker.close(),
  };
}

function typeOf({ states }: PlannedBooking, version: number) {
  if (states[version - 1]?.status === 'cancelled') return 'booking.cancelled';
  return version === 1 ? 'booking.confirmed' : 'booking.changed';
}

function toMessage(type: string, booking: PlannedBooking, version: number): Outgoing {
  const messageId = newId('evt');
  const envelope = {
    specversion: '1.0',
    id: messageId,
    source: '/booking-service',
    type,
    subject: booking.id,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data: bookingDocument(booking, version),
  };
  return {
    exchange: eventExchange,
    routingKey: type,
    messageId,
    content: Buffer.from(JSON.stringify(envelope)),
    properties: { persistent: true, mandatory: true, type, contentType: 'application/cloudevents+json' },
  };
}
