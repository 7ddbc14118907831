import { existsSync } from 'node:fs';
import { type ChannelModel, connect } from 'amqplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../src/eventually.ts';
import { type RabbitmqServer, startRabbitmq } from '../src/rabbitmq-server.ts';
import { describeWithServer } from '../src/suite-availability.ts';
import { processesOf } from './processes-of.ts';

const QUEUE = 'reminders';

describeWithServer('a private RabbitMQ', 'rabbitmq', () => {
  let server: RabbitmqServer;

  beforeAll(async () => {
    server = await startRabbitmq();
  });
  afterAll(() => server.stop());

  test('carries a message from a publisher to a consumer', async () => {
    await publish(server.url, 'hello');
    expect(await take(server.url)).toBe('hello');
  });

  test('keeps the queues of two virtual hosts apart', async () => {
    const [one, other] = [await server.createVirtualHost(), await server.createVirtualHost('other')];
    expect(other).toBe(`amqp://guest:guest@127.0.0.1:${server.port}/other`);
    await publish(one, 'for one');
    await publish(other, 'for the other');
    expect(await take(one)).toBe('for one');
    expect(await take(one)).toBeUndefined();
    expect(await take(other)).toBe('for the other');
  });

  test('makes virtual hosts for several test files at the same time', async () => {
    const urls = await Promise.all(Array.from({ length: 10 }, () => server.createVirtualHost()));
    expect(new Set(urls).size).toBe(10);
  });

  test('does not know a virtual host any more after deleting it', async () => {
    const url = await server.createVirtualHost('short_lived');
    await publish(url, 'hello');
    await server.deleteVirtualHost('short_lived');
    // The broker closes the connection instead of opening it, and amqplib does not pass its reason on.
    await expect(connect(url)).rejects.toThrow('got <ConnectionClose');
  });

  test('says what the broker answered when a virtual host can not be deleted', async () => {
    await expect(server.deleteVirtualHost('unknown')).rejects.toThrow('no_such_vhost');
  });

  test('has its messages and virtual hosts after a restart and after a crash', async () => {
    const url = await server.createVirtualHost();
    await publish(url, 'before the restart');
    await server.restart();
    await publish(url, 'before the crash');
    await server.kill();
    await expect(connect(url)).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    expect(await take(url)).toBe('before the restart');
    expect(await take(url)).toBe('before the crash');
  });

  test('leaves no process and no file behind when it stops', async () => {
    expect(processesOf(server.folder)).not.toEqual([]);
    await server.stop();
    await eventually(() => expect(processesOf(server.folder)).toEqual([]));
    expect(existsSync(server.folder)).toBe(false);
  });
});

async function publish(url: string, message: string): Promise<void> {
  await withConnection(url, async (connection) => {
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    channel.sendToQueue(QUEUE, Buffer.from(message), { persistent: true });
    await channel.waitForConfirms();
  });
}

/** The next message; undefined if there is none. */
async function take(url: string): Promise<string | undefined> {
  return withConnection(url, async (connection) => {
    const channel = await connection.createChannel();
    // A quorum queue has to elect its leader again after a crash, and refuses until then.
    const message = await eventually(() => channel.get(QUEUE));
    if (!message) return undefined;
    channel.ack(message);
    await channel.close();
    return message.content.toString();
  });
}

async function withConnection<Result>(url: string, use: (connection: ChannelModel) => Promise<Result>) {
  const connection = await connect(url);
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}
