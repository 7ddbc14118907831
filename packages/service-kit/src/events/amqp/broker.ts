import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import type { Logger } from '../../log/logger.ts';
import { declareTopology } from './topology.ts';

/** A connection to RabbitMQ that comes back by itself after the broker was away. */
export type Broker = {
  /** The channel to publish on, or nothing while the broker is away. */
  readonly channel: () => ConfirmChannel | undefined;
  readonly close: () => Promise<void>;
};

/** Seconds between heartbeats: a broker that went away without a word is noticed after two. */
const heartbeatSeconds = 10;

/**
 * Connects, or goes on trying: a service starts and works without its broker, and catches up when it is there.
 * @param onChannel called with a fresh channel after each connect, to consume on it.
 */
export async function connectBroker(options: {
  url: string;
  log: Logger;
  onChannel?: (channel: ConfirmChannel) => Promise<void>;
}): Promise<Broker> {
  const { url, log, onChannel } = options;
  let current: ConfirmChannel | undefined;

  async function setUp(connection: ChannelModel): Promise<void> {
    const channel = await connection.createConfirmChannel();
    const forget = () => {
      if (current === channel) current = undefined;
    };
    channel.on('close', () => {
      forget();
      // A channel that RabbitMQ closed does not come back on this connection; with the next one everything does.
      connection.close().catch((error: unknown) => log.debug({ error }, 'the connection was closed already'));
    });
    channel.on('error', (error) => {
      forget();
      log.warn({ error }, 'the channel to RabbitMQ failed');
    });
    await declareTopology(channel);
    await onChannel?.(channel);
    current = channel;
  }

  const target = new URL(url);
  target.searchParams.set('heartbeat', String(heartbeatSeconds));
  const connection = await connect(target.href, {
    timeout: 5_000,
    recovery: {
      initialDelay: 200,
      maxDelay: 5_000,
      maxRetries: Number.POSITIVE_INFINITY,
      waitForConnect: false,
      setup: setUp,
    },
  });
  connection.on('error', (error) => log.warn({ error }, 'the connection to RabbitMQ failed'));
  connection.on('disconnect', () => {
    current = undefined;
    log.warn({}, 'RabbitMQ is away; events wait in the database');
  });
  connection.on('connect-failed', (error) => log.warn({ error }, 'RabbitMQ could not be reached'));
  connection.on('connect', () => log.info({}, 'connected to RabbitMQ'));
  return { channel: () => current, close: () => connection.close() };
}
