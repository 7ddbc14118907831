import { declareTopology, eventExchange } from '@jetbridge/service-kit/events/amqp/topology.ts';
import { describeWithBroker } from '@jetbridge/testing/broker.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildBookingEvent, nextVersion } from './booking-events.ts';
import { envelopeOf } from './booking-stand-in.ts';
import { hourMs } from './sample-bookings.ts';
import { soon, startWorker, startWorld, type World } from './world.ts';

describeOnEachDatabase('events from a broker', (database) => {
  // The broker goes with MariaDB: SQLite with a broker is a mix that does not start.
  if (database.kind === 'sqlite') {
    test('are refused in one sentence', async () => {
      await expect(startWorld({ ...database.settings(), RABBITMQ_URL: 'amqp://127.0.0.1' })).rejects.toThrow(
        'DATABASE_URL is not set, but RABBITMQ_URL is',
      );
    });
    return;
  }
  describeWithBroker('two workers', (broker) => {
    let world: World;
    let other: Awaited<ReturnType<typeof startWorker>>;
    let connection: ChannelModel;
    let channel: ConfirmChannel;
    beforeAll(async () => {
      world = await startWorld({ ...database.settings(), ...broker.settings() });
      other = await startWorker(world.settings);
      connection = await connect(broker.settings().RABBITMQ_URL);
      channel = await connection.createConfirmChannel();
      await declareTopology(channel);
    });
    afterAll(async () => {
      await connection.close();
      await other.stop();
      await world.stop();
    });

    const publish = (type: string, body: object | string) =>
      channel.publish(eventExchange, type, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
    const build = () => buildBookingEvent({ madeAtMs: Date.now(), departsAtMs: Date.now() + 72 * hourMs });

    test('plan and send once, whatever comes twice, in the wrong order or at the same moment', async () => {
      const bookings = Array.from({ length: 20 }, build);
      const cancelled = build();
      publish('booking.cancelled', envelopeOf('booking.cancelled', nextVersion(cancelled, { status: 'cancelled' })));
      for (const booking of bookings) {
        const created = envelopeOf('booking.created', booking);
        for (const envelope of [created, envelopeOf('booking.confirmed', booking), created])
          publish('booking.created', envelope);
      }
      publish('booking.confirmed', envelopeOf('booking.confirmed', cancelled));
      for (const booking of bookings) world.bookings.answer(booking.id, undefined);
      world.bookings.setMood('fails');
      await channel.waitForConfirms();
      await soon(async () => {
        for (const booking of bookings) expect(await world.subjects(booking.contact.email)).toHaveLength(1);
      });
      for (const booking of bookings) expect(await world.reminders(booking.id)).toHaveLength(3);
      expect(await world.reminders(cancelled.id)).toMatchObject([{ kind: 'booking_cancelled' }]);
    });

    test('set aside what nobody can read, and go on', async () => {
      publish('booking.confirmed', 'this is no event');
      publish('booking.confirmed', envelopeOf('booking.confirmed', { id: 'bkg_1' }));
      const booking = build();
      publish('booking.confirmed', envelopeOf('booking.confirmed', booking));
      await soon(async () => expect(await world.subjects(booking.contact.email)).toHaveLength(1));
      await soon(async () => {
        const letters = await world.query<{ error: string }>('SELECT error FROM dead_letters');
        expect(letters.map(({ error }) => error)).toEqual(Array(2).fill(expect.stringMatching(/^MalformedEvent: /)));
      });
    });
  });
});
