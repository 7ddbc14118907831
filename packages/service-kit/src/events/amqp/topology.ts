import { workSubscriptions } from '@jetbridge/contracts/events/catalogue.ts';
import type { Channel } from 'amqplib';

/** Every event goes here, its type as the routing key. */
export const eventExchange = 'airline.events';
/** What could not be handled, by the name of the queue it came from. */
export const deadLetterExchange = 'airline.dead-letters';

/**
 * Deliveries that a queue itself counts, which are those that ended with a lost connection or process: an event that
 * kills whoever reads it ends up with the dead letters too. RabbitMQ has no default for it before 4.0.
 */
const deliveryLimit = 5;

/** How long an event rests after its first, second … failed try. The try after the last rest is the last one. */
export const retryDelaysMs: readonly number[] = [1_000, 5_000, 30_000, 30_000];

export const workQueue = (service: string) => `airline.work.${service}`;
export const retryQueue = (service: string, delayMs: number) => `airline.retry.${service}.${delayMs}ms`;
export const deadLetterQueue = (service: string) => `airline.dead-letters.${service}`;

/** A dead letter leaves its queue only once the other one has it; that needs a queue that rejects when it is full. */
const deadLettersSurely = { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' };

/**
 * Declares the exchanges and the durable queues of every service, so that a publisher never runs ahead of the queues it
 * publishes to. Declaring what exists changes nothing.
 */
export async function declareTopology(channel: Channel): Promise<void> {
  await channel.assertExchange(eventExchange, 'topic', { durable: true });
  await channel.assertExchange(deadLetterExchange, 'direct', { durable: true });
  for (const [service, types] of Object.entries(workSubscriptions)) {
    await declareQueue(channel, deadLetterQueue(service), {});
    await channel.bindQueue(deadLetterQueue(service), deadLetterExchange, workQueue(service));
    await declareQueue(channel, workQueue(service), {
      ...deadLettersSurely,
      'x-delivery-limit': deliveryLimit,
      'x-dead-letter-exchange': deadLetterExchange,
      'x-dead-letter-routing-key': workQueue(service),
    });
    for (const type of types) await channel.bindQueue(workQueue(service), eventExchange, type);
    await declareRetryQueues(channel, service, retryDelaysMs);
  }
}

/** One queue per length of rest: within a queue messages leave in order, so a long rest would hold up a short one. */
export async function declareRetryQueues(
  channel: Channel,
  service: string,
  delaysMs: readonly number[],
): Promise<void> {
  for (const delayMs of new Set(delaysMs)) {
    await declareQueue(channel, retryQueue(service, delayMs), {
      ...deadLettersSurely,
      'x-message-ttl': delayMs,
      // The empty exchange leads to the queue of that name.
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': workQueue(service),
    });
  }
}

/** Whether any service works on this type; an event nobody works on need not be routable. */
export function hasConsumers(type: string): boolean {
  return Object.values(workSubscriptions).some((types: readonly string[]) => types.includes(type));
}

async function declareQueue(channel: Channel, name: string, args: Record<string, unknown>): Promise<void> {
  await channel.assertQueue(name, { durable: true, arguments: { 'x-queue-type': 'quorum', ...args } });
}
