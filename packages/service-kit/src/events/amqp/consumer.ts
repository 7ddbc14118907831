import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Database } from '../../database/open-database.ts';
import type { Logger } from '../../log/logger.ts';
import { wait } from '../../time/wait.ts';
import { type AnyHandlers, MalformedEvent, parseEnvelope, receiveEvent } from '../receive.ts';
import { workQueue } from './topology.ts';

/** Events in work at once, per process. */
const prefetch = 20;

/** How long a failed event rests here before it goes back to the queue. */
const restBeforeRetryMs = 500;

/** Works on a service's queue: handle, commit, then acknowledge. */
export function createWorkConsumer(options: {
  service: string;
  database: Database;
  handlers: AnyHandlers;
  log: Logger;
}) {
  const { service, database, handlers, log } = options;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  let cancel: (() => Promise<unknown>) | undefined;

  async function handle(channel: ConfirmChannel, message: ConsumeMessage): Promise<void> {
    try {
      await receiveEvent(database, handlers, parseEnvelope(message.content.toString('utf8')));
      settle(() => channel.ack(message));
    } catch (error) {
      const malformed = error instanceof MalformedEvent;
      const { messageId } = message.properties;
      log.error({ error, messageId, malformed }, 'an event could not be handled');
      if (!malformed) await wait(restBeforeRetryMs, stopping.signal);
      // Rejected for good it goes to the dead letters; put back, the queue counts and gives up by itself.
      settle(() => channel.nack(message, false, !malformed));
    }
  }

  return {
    /** Starts consuming on a channel; again for each new one after the connection was lost. */
    consume: async (channel: ConfirmChannel): Promise<void> => {
      await channel.prefetch(prefetch);
      const { consumerTag } = await channel.consume(workQueue(service), (message) => {
        if (!message || stopping.signal.aborted) return;
        const work = handle(channel, message).finally(() => running.delete(work));
        running.add(work);
      });
      cancel = () => channel.cancel(consumerTag);
    },
    /** Takes no more, and ends when what is in work has been acknowledged. */
    stop: async (): Promise<void> => {
      stopping.abort();
      await cancel?.().catch((error: unknown) => log.debug({ error }, 'the channel was gone already'));
      await Promise.all(running);
    },
  };
}

/** A channel that closed meanwhile throws; the broker delivers the message again by itself, and the inbox knows it. */
function settle(acknowledge: () => void): void {
  try {
    acknowledge();
  } catch {
    // Nothing is lost: see above.
  }
}
