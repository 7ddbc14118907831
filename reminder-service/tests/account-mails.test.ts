import { newId } from '@jetbridge/service-kit/ids.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { type SmtpSink, startSmtpSink } from '@jetbridge/testing/smtp-sink.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildBookingEvent } from './booking-events.ts';
import { hourMs } from './sample-bookings.ts';
import { soon, startWorld, type World } from './world.ts';

describeOnEachDatabase('mails about accounts', (database) => {
  let world: World;
  let sink: SmtpSink;
  beforeAll(async () => {
    sink = await startSmtpSink();
    world = await startWorld({
      ...database.settings(),
      SMTP_URL: sink.url,
      MAIL_FROM: 'Example Air <no-reply@air.example>',
      PUBLIC_URL: 'https://fly.example/',
    });
  });
  afterAll(async () => {
    await world?.stop();
    await sink?.stop();
  });

  const mailsTo = (to: string) => sink.mails().filter(({ envelope }) => envelope.to.includes(to));
  const newSecret = (overrides = {}) => {
    const token = `mt_${newId('secret')}`;
    return { token, email: `${newId('mailbox')}@example.com`, name: 'Ada Lovelace', ...overrides };
  };
  const forget = (userId = newId('usr')) => {
    const resetId = newId('rst');
    return {
      resetId,
      userId,
      tell: () => world.auth.publish('user.password_reset_requested', { resetId, userId, version: 1 }),
    };
  };
  const rowOf = async (requestId: string) =>
    (await world.query<Record<string, unknown>>('SELECT * FROM reminders WHERE booking_id = ?', [requestId]))[0];

  test.each([
    ['password_reset', 'reset-password', 'Set a new password'],
    ['welcome', 'verify-email', 'Welcome to Example Air: please confirm your address'],
    ['email_verification', 'verify-email', 'Please confirm your e-mail address'],
  ])('of the kind %s carry a link with the secret, in text and HTML', async (kind, page, subject) => {
    const secret = newSecret();
    const [id, userId] = [newId('req'), newId('usr')];
    world.auth.answer(id, secret);
    if (kind === 'password_reset') {
      world.auth.publish('user.password_reset_requested', { resetId: id, userId, version: 1 });
    } else {
      const occasion = kind === 'welcome' ? 'registration' : 'on_request';
      world.auth.publish('user.email_verification_requested', { verificationId: id, userId, occasion, version: 1 });
    }
    await soon(async () => expect(await rowOf(id)).toMatchObject({ status: 'sent', attempts: 1, kind }));
    const [mail, ...others] = mailsTo(secret.email);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({ subject, messageId: `<${id}.${kind}@air.example>` });
    const link = `https://fly.example/${page}?token=${secret.token}`;
    expect(mail?.text).toContain(link);
    expect(mail?.html).toContain(`href="${link}"`);
    expect(`${mail?.text}${mail?.html}`).not.toMatch(/undefined|null|\[object|All times are local/);
  });

  test('leave no secret in the database, and staff see that they went and where', async () => {
    const secret = newSecret();
    const { resetId, tell } = forget();
    world.auth.answer(resetId, secret);
    tell();
    await soon(async () => expect(await rowOf(resetId)).toMatchObject({ status: 'sent' }));
    expect(JSON.stringify(await world.query('SELECT * FROM reminders'))).not.toContain(secret.token);
    const { token } = world.tokens.support();
    const { body } = await world.call(`GET /reminders?to=${secret.email}`, { token });
    expect(body.data).toMatchObject([{ kind: 'password_reset', to: secret.email, status: 'sent' }]);
    expect(body.data[0]).not.toHaveProperty('bookingId');
  });

  test('wait while auth-service does not answer', async () => {
    const secret = newSecret();
    const { resetId, tell } = forget();
    world.auth.answer(resetId, 'fails');
    tell();
    await soon(async () =>
      expect(await rowOf(resetId)).toMatchObject({
        status: 'scheduled',
        last_error: 'The secret of the mail could not be had.',
      }),
    );
    world.auth.answer(resetId, secret);
    await soon(async () => expect(await rowOf(resetId)).toMatchObject({ status: 'sent', last_error: null }));
    expect(mailsTo(secret.email)).toHaveLength(1);
  });

  test('that nobody waits for any more are not sent', async () => {
    const { resetId, tell } = forget();
    world.auth.answer(resetId, 'withdrawn');
    tell();
    await soon(async () =>
      expect(await rowOf(resetId)).toMatchObject({ status: 'cancelled', reason: 'request_withdrawn' }),
    );
  });

  test('ask for the secret again when the mail has to go again, under the same Message-ID', async () => {
    const secret = newSecret();
    const { resetId, tell } = forget();
    world.auth.answer(resetId, secret);
    const fault = sink.addFault({ kind: 'drop', when: 'before_reply', to: secret.email, times: 1 });
    tell();
    await soon(async () => expect(await rowOf(resetId)).toMatchObject({ status: 'sent', attempts: 2 }));
    expect(world.auth.questions().filter((one) => one === `password-resets/${resetId}`)).toHaveLength(2);
    const mails = mailsTo(secret.email);
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1);
    fault.remove();
  });

  test('escape what people call themselves, and go to one recipient alone', async () => {
    const secret = newSecret({ name: '<img src=x>\r\nBcc: eve@example.com' });
    const { resetId, tell } = forget();
    world.auth.answer(resetId, secret);
    tell();
    await soon(() => expect(mailsTo(secret.email)).toHaveLength(1));
    const [mail] = mailsTo(secret.email);
    expect(mail?.envelope.to).toEqual([secret.email]);
    expect(mail?.html).not.toContain('<img');
    expect(mailsTo('eve@example.com')).toEqual([]);
  });

  test.each(['a@b.example, eve@example.com', '"a b"@example.com', 'ada@example.com\r\nBcc: eve@example.com'])(
    'to the address %j are refused',
    async (email) => {
      const { resetId, tell } = forget();
      world.auth.answer(resetId, newSecret({ email }));
      tell();
      await soon(async () =>
        expect(await rowOf(resetId)).toMatchObject({ status: 'failed', reason: 'address_invalid' }),
      );
    },
  );

  describe('when somebody leaves', () => {
    const travelling = (userId: string, status: 'confirmed' | 'cancelled') => {
      const times = { madeAtMs: Date.now(), departsAtMs: Date.now() + 72 * hourMs };
      return buildBookingEvent(times, { userId, status });
    };
    const documentOf = async (id: string) =>
      String(
        (await world.query<{ document: string }>('SELECT document FROM bookings WHERE id = ?', [id]))[0]?.document,
      );

    test('their mails stop, and what is over loses names and addresses while a journey ahead keeps them', async () => {
      const { resetId, userId, tell } = forget();
      world.auth.answer(resetId, 'fails');
      tell();
      const [ahead, over] = [travelling(userId, 'confirmed'), travelling(userId, 'cancelled')];
      world.bookings.publish('booking.created', ahead);
      world.bookings.publish('booking.cancelled', over);
      await soon(async () => {
        expect(await rowOf(resetId)).toMatchObject({ status: 'scheduled' });
        expect(await documentOf(over.id)).toContain('Lovelace');
        expect(await world.reminder(ahead.id, 'booking_confirmed')).toMatchObject({ status: 'sent' });
      });
      world.auth.publish('user.deleted', { id: userId, version: 2 });
      await soon(async () => {
        expect(await rowOf(resetId)).toMatchObject({ status: 'cancelled', reason: 'account_deleted', recipient: '' });
        expect(await documentOf(over.id)).not.toMatch(/Lovelace|@/);
      });
      expect(await documentOf(ahead.id)).toContain('Lovelace');
      // News of an erased booking may still be under way; what it brings is erased again.
      world.bookings.publish('booking.cancelled', { ...over, version: 2 });
      await soon(async () => {
        const [row] = await world.query<{ version: number }>('SELECT version FROM bookings WHERE id = ?', [over.id]);
        expect(row?.version).toBe(2);
        expect(await documentOf(over.id)).not.toMatch(/Lovelace|@/);
      });
    });

    test('a journey loses them a day after it has ended', async () => {
      const userId = newId('usr');
      const booking = travelling(userId, 'confirmed');
      world.bookings.publish('booking.created', booking);
      await soon(async () => expect(await documentOf(booking.id)).toContain('Lovelace'));
      world.auth.publish('user.deleted', { id: userId, version: 2 });
      await world.moveTo(Date.now() + (72 + 7 + 25) * hourMs);
      await soon(async () => {
        expect(await documentOf(booking.id)).not.toMatch(/Lovelace|@/);
        expect((await world.reminders(booking.id)).map(({ to }) => to).filter((to) => to !== '')).toEqual([]);
      });
    });
  });
});
