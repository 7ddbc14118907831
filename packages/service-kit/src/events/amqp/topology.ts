import { workSubscriptions } from '@jetbridge/contracts/events/catalogue.ts';
import type { Channel } from 'amqplib';

/** Every event goes here, its type as the routing key. */
export const eventExchange = 'airline.events';
/** What could not be handled, by the name of the queue it came from. */
export const deadLetterExchange = 'airline.dead-letters';

/** Deliveries of one event before it goes to the dead letters. RabbitMQ has no default for it before 4.0. */
const deliveryLimit = 5;

export const workQueue = (service: string) => `airline.work.${service}`;
export const deadLetterQueue = (service: string) => `airline.dead-letters.${service}`;

/**
 * Declares the exchanges and the durable queues of every service, so that a publisher never runs ahead of the queues it
 * publishes to. Declaring what exists changes nothing.
 */
export async function declareTopology(channel: Channel): Promise<void> {
  await channel.assertExchange(eventExchange, 'topic', { durable: true });
  await channel.assertExchange(deadLetterExchange, 'direct', { durable: true });
  for (const [service, types] of Object.entries(workSubscriptions)) {
    await channel.assertQueue(deadLetterQueue(service), { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await channel.bindQueue(deadLetterQueue(service), deadLetterExchange, workQueue(service));
    await channel.assertQueue(workQueue(service), {
      durable: true,
      arguments: {
        'x-queue-type': 'quorum',
        'x-delivery-limit': deliveryLimit,
        'x-dead-letter-exchange': deadLetterExchange,
        'x-dead-letter-routing-key': workQueue(service),
        // A dead letter leaves its queue only once the other one has it; that needs a queue that rejects when full.
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish',
      },
    });
    for (const type of types) await channel.bindQueue(workQueue(service), eventExchange, type);
  }
}

/** Whether any service works on this type; an event nobody works on need not be routable. */
export function hasConsumers(type: string): boolean {
  return Object.values(workSubscriptions).some((types: readonly string[]) => types.includes(type));
}
