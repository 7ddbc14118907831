import type { ConfirmChannel, Message, Options } from 'amqplib';

/** A message on its way to the broker. */
export type Outgoing = {
  /** The empty string sends to the queue that the routing key names. */
  readonly exchange: string;
  readonly routingKey: string;
  readonly messageId: string;
  readonly content: Buffer;
  readonly properties: Omit<Options.Publish, 'messageId'>;
};

/** How long the broker may take to confirm before a message counts as not taken. */
const confirmTimeoutMs = 10_000;

/** Publishes, and tells of each message whether the broker took it: confirmed, and not returned as unroutable. */
export async function publish(channel: ConfirmChannel, messages: readonly Outgoing[]): Promise<boolean[]> {
  const returned = new Set<string>();
  // RabbitMQ confirms a message that no queue wanted; it tells so by returning it first.
  const noteReturn = ({ fields, properties }: Message) => {
    returned.add(keyOf({ ...fields, messageId: String(properties.messageId) }));
  };
  channel.on('return', noteReturn);
  try {
    const confirmed = await Promise.all(messages.map((message) => publishOne(channel, message)));
    return messages.map((message, index) => confirmed[index] === true && !returned.has(keyOf(message)));
  } finally {
    channel.off('return', noteReturn);
  }
}

function publishOne(channel: ConfirmChannel, message: Outgoing): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), confirmTimeoutMs);
    const settle = (taken: boolean) => {
      clearTimeout(timer);
      resolve(taken);
    };
    const properties = { ...message.properties, messageId: message.messageId };
    try {
      channel.publish(message.exchange, message.routingKey, message.content, properties, (error) => settle(!error));
    } catch {
      // The channel closed meanwhile; whoever published still has the message.
      settle(false);
    }
  });
}

/** One event may be on its way to its exchange and to a queue of retries at once. */
function keyOf({ exchange, routingKey, messageId }: Omit<Outgoing, 'content' | 'properties'>): string {
  return JSON.stringify([exchange, routingKey, messageId]);
}
