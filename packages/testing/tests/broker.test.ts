import { connect } from 'amqplib';
import { expect, test } from 'vitest';
import { describeWithBroker } from '../src/broker.ts';

const urls: string[] = [];

for (const suite of ['a suite', 'another suite']) {
  describeWithBroker(suite, (broker) => {
    test('has a virtual host of its own that works and is empty', async () => {
      const { RABBITMQ_URL } = broker.settings();
      expect(urls).not.toContain(RABBITMQ_URL);
      urls.push(RABBITMQ_URL);
      const connection = await connect(RABBITMQ_URL);
      const channel = await connection.createConfirmChannel();
      const { messageCount } = await channel.assertQueue('reminders', { durable: true });
      expect(messageCount).toBe(0);
      channel.sendToQueue('reminders', Buffer.from('hello'));
      await channel.waitForConfirms();
      await connection.close();
    });
  });
}

describeWithBroker('after those suites', () => {
  test('their virtual hosts are gone', async () => {
    expect(urls).toHaveLength(2);
    // That is how amqplib puts it that the broker does not know a virtual host.
    for (const url of urls) await expect(connect(url)).rejects.toThrow('got <ConnectionClose');
  });
});
