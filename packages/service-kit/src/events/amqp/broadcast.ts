import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Logger } from '../../log/logger.ts';
import type { BroadcastReceiver } from '../broadcast.ts';
import { parseEnvelope } from '../receive.ts';
import { settle } from './queue-reader.ts';
import { eventExchange } from './topology.ts';

/** Events that the broker hands over ahead of their turn. */
const prefetch = 100;

/**
 * Hears events on a queue that only this process has and that goes with its connection. Events wait in it while the
 * receiver reloads; a receiver that fails loses its channel, and with the next one it reloads.
 */
export function createBroadcastConsumer(options: {
  types: readonly string[];
  receiver: BroadcastReceiver;
  log: Logger;
  onFollowing: () => void;
}) {
  const { types, receiver, log, onFollowing } = options;
  return {
    consume: async (channel: ConfirmChannel): Promise<void> => {
      const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true, durable: false });
      for (const type of types) await channel.bindQueue(queue, eventExchange, type);
      await receiver.reload();
      await channel.prefetch(prefetch);
      let previous = Promise.resolve();
      await channel.consume(queue, (message) => {
        // One after the other: what is in memory changes in the order of the events.
        previous = previous.then(() => handle(channel, message));
      });
      onFollowing();
    },
  };

  async function handle(channel: ConfirmChannel, message: ConsumeMessage | null): Promise<void> {
    try {
      if (!message) throw new Error('RabbitMQ ended the reading of the queue.');
      await receiver.receive(parseEnvelope(message.content.toString('utf8')));
      settle(() => channel.ack(message));
    } catch (error) {
      log.error(
        { error, messageId: message?.properties.messageId },
        'a broadcast event failed; everything is reloaded',
      );
      await channel.close().catch((cause: unknown) => log.debug({ error: cause }, 'the channel was gone already'));
    }
  }
}
