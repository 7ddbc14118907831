import { createHash } from 'node:crypto';
import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Database } from '../../database/open-database.ts';
import type { Logger } from '../../log/logger.ts';
import { backoffMs, wait } from '../../time/wait.ts';
import { buryEvent, type DeadMessage } from '../dead-letters.ts';
import { parseEnvelope } from '../receive.ts';
import { errorHeader } from './consumer.ts';
import { createQueueReader, type QueueReader, settle } from './queue-reader.ts';
import { deadLetterQueue } from './topology.ts';

const prefetch = 10;

/** While its database is away a letter stays with the broker, and is tried again this often. */
const retry = { min: 200, max: 5_000 };

/** Takes a service's dead letters from the broker into its table, where they look like those of a feed. */
export function createDeadLetterKeeper(options: { service: string; database: Database; log: Logger }): QueueReader {
  const { service, database, log } = options;

  async function keep(channel: ConfirmChannel, message: ConsumeMessage, stopping: AbortSignal): Promise<void> {
    for (let failures = 0; !stopping.aborted; ) {
      try {
        await database.write((tx) => buryEvent(database, readDeadMessage(message), tx));
        settle(() => channel.ack(message));
        return;
      } catch (error) {
        // Not given back meanwhile: a queue may count deliveries and drop what comes back too often.
        failures += 1;
        log.error({ error, failures }, 'a dead letter could not be stored and will be tried again');
        await wait(backoffMs(failures, retry), stopping);
      }
    }
  }

  return createQueueReader({ queue: deadLetterQueue(service), prefetch, log, handle: keep });
}

function readDeadMessage(message: ConsumeMessage): DeadMessage {
  const envelope = message.content.toString('utf8');
  const { headers = {}, messageId, type } = message.properties;
  const reason = headers['x-first-death-reason'] ?? 'unknown reason';
  const error = String(
    headers[errorHeader] ?? `Given up by RabbitMQ: ${reason}. Whoever took it ended without a word.`,
  );
  try {
    const event = parseEnvelope(envelope);
    return { eventId: event.id, type: event.type, envelope, error };
  } catch {
    const eventId = messageId ?? `msg_${createHash('sha256').update(message.content).digest('hex').slice(0, 26)}`;
    return { eventId: String(eventId), type: String(type ?? 'unknown'), envelope, error };
  }
}
