import { afterAll, beforeAll } from 'vitest';
import { freshVirtualHost } from './shared-servers-client.ts';
import { describeWithServer } from './suite-availability.ts';

/** The broker that a suite runs on: a virtual host of its own on the run's RabbitMQ, without exchanges or queues. */
export type TestBroker = {
  /** `{ RABBITMQ_URL }`; in hooks and tests only. */
  settings(): { RABBITMQ_URL: string };
};

/** Runs a suite with a real RabbitMQ. To stop or crash the broker start one of your own with `startRabbitmq`. */
export function describeWithBroker(name: string, body: (broker: TestBroker) => void): void {
  describeWithServer(`${name} (RabbitMQ)`, 'rabbitmq', () => {
    let host: Awaited<ReturnType<typeof freshVirtualHost>> | undefined;
    beforeAll(async () => {
      host = await freshVirtualHost();
    });
    afterAll(() => host?.remove());
    body({
      settings: () => {
        if (host) return { RABBITMQ_URL: host.url };
        throw new Error('broker.settings() is known while the suite runs: call it in beforeAll, beforeEach or a test.');
      },
    });
  });
}
