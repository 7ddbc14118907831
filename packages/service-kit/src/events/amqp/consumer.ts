import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Database } from '../../database/open-database.ts';
import type { Logger } from '../../log/logger.ts';
import { describeError } from '../dead-letters.ts';
import { type AnyHandlers, MalformedEvent, parseEnvelope, receiveEvent } from '../receive.ts';
import { publish } from './publish.ts';
import { createQueueReader, type QueueReader, settle } from './queue-reader.ts';
import { deadLetterExchange, retryDelaysMs, retryQueue, workQueue } from './topology.ts';

/** Events in work at once, per process. */
const prefetch = 20;

/** How often an event was tried in vain, and what the last try ended with, as they travel with it. */
export const triesHeader = 'x-jetbridge-tries';
export const errorHeader = 'x-jetbridge-error';

/** The broker refuses a message whose headers do not fit one frame of 128 KB. */
const longestErrorHeader = 2_000;

/**
 * Works on a service's queue: handle, commit, then acknowledge. An event that fails rests in a queue of retries, longer
 * each time, while the others go on; after its last try, or at once when it is malformed, it goes to the dead letters.
 * @param options.delaysMs the rests, in tests; their queues must exist.
 */
export function createWorkConsumer(options: {
  service: string;
  database: Database;
  handlers: AnyHandlers;
  log: Logger;
  delaysMs?: readonly number[];
}): QueueReader {
  const { service, database, handlers, log, delaysMs = retryDelaysMs } = options;

  async function handle(channel: ConfirmChannel, message: ConsumeMessage): Promise<void> {
    try {
      await receiveEvent(database, handlers, parseEnvelope(message.content.toString('utf8')));
      settle(() => channel.ack(message));
    } catch (error) {
      await passOn(channel, message, error);
    }
  }

  /** Acknowledges only what the broker has surely taken elsewhere. */
  async function passOn(channel: ConfirmChannel, message: ConsumeMessage, error: unknown): Promise<void> {
    const triesBefore = Number(message.properties.headers?.[triesHeader] ?? 0);
    // That the database is away says nothing of the event.
    const tries = database.dialect.isUnavailable(error) ? triesBefore : triesBefore + 1;
    const delayMs = error instanceof MalformedEvent ? undefined : delaysMs[Math.max(0, tries - 1)];
    const { messageId, type } = message.properties;
    log.error({ error, messageId, type, tries, delayMs }, 'an event could not be handled');
    const [taken] = await publish(channel, [
      {
        ...(delayMs === undefined
          ? { exchange: deadLetterExchange, routingKey: workQueue(service) }
          : { exchange: '', routingKey: retryQueue(service, delayMs) }),
        messageId,
        content: message.content,
        properties: {
          persistent: true,
          mandatory: true,
          type,
          contentType: message.properties.contentType,
          headers: { [triesHeader]: tries, [errorHeader]: describeError(error).slice(0, longestErrorHeader) },
        },
      },
    ]);
    settle(() => (taken ? channel.ack(message) : channel.nack(message, false, true)));
  }

  return createQueueReader({ queue: workQueue(service), prefetch, log, handle });
}
