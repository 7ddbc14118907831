import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Logger } from '../../log/logger.ts';

/** Takes messages from a queue, on one channel after the other, until it is stopped. */
export type QueueReader = {
  /** Starts on a channel; again for each new one after the connection was lost. */
  readonly consume: (channel: ConfirmChannel) => Promise<void>;
  /** Takes no more, and ends when what is in work is done. */
  readonly stop: () => Promise<void>;
};

/**
 * Reads a queue.
 * @param options.prefetch messages in work at once.
 * @param options.handle settles its message itself, and never throws.
 */
export function createQueueReader(options: {
  queue: string;
  prefetch: number;
  log: Logger;
  handle: (channel: ConfirmChannel, message: ConsumeMessage, stopping: AbortSignal) => Promise<void>;
}): QueueReader {
  const { queue, prefetch, log, handle } = options;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  let cancel: (() => Promise<unknown>) | undefined;

  return {
    consume: async (channel) => {
      if (stopping.signal.aborted) return;
      await channel.prefetch(prefetch);
      const { consumerTag } = await channel.consume(queue, (message) => {
        if (stopping.signal.aborted) return;
        if (!message) {
          // The queue was deleted under us. A new channel declares it again.
          log.warn({ queue }, 'RabbitMQ ended the reading of a queue');
          channel.close().catch((error: unknown) => log.debug({ error }, 'the channel was gone already'));
          return;
        }
        const work = handle(channel, message, stopping.signal).finally(() => running.delete(work));
        running.add(work);
      });
      cancel = () => channel.cancel(consumerTag);
    },
    stop: async () => {
      stopping.abort();
      await cancel?.().catch((error: unknown) => log.debug({ error }, 'the channel was gone already'));
      await Promise.all(running);
    },
  };
}

/** A channel that closed meanwhile throws; the broker delivers the message again by itself, and the inbox knows it. */
export function settle(acknowledge: () => void): void {
  try {
    acknowledge();
  } catch {
    // Nothing is lost: see above.
  }
}
