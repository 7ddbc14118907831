import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../src/eventually.ts';
import { type SmtpSink, startSmtpSink } from '../src/smtp-sink.ts';

const DISCONNECTED = 'disconnected';

describe('the SMTP sink', () => {
  let sink: SmtpSink;

  beforeEach(async () => {
    sink = await startSmtpSink();
  });
  afterEach(() => sink.stop());

  test('records a mail, parsed, with the envelope it came in', async () => {
    expect(await sendMail('ada@example.com')).toMatch(/^250/);
    expect(sink.mails()).toEqual([
      expect.objectContaining({
        envelope: { from: 'noreply@jetbridge.example', to: ['ada@example.com'] },
        subject: 'Your flight to Kraków',
        messageId: '<1@jetbridge.example>',
        text: 'Gate closes at 17:40.\n',
        replied: true,
      }),
    ]);
    sink.clear();
    expect(sink.mails()).toEqual([]);
  });

  test('refuses as many mails as it was told to and records none of them', async () => {
    const fault = sink.addFault({ kind: 'refuse', code: 451, times: 2 });
    expect(await sendMail('ada@example.com')).toMatch(/^451/);
    expect(await sendMail('ada@example.com')).toMatch(/^451/);
    expect(sink.mails()).toEqual([]);
    expect(await sendMail('ada@example.com')).toMatch(/^250/);
    expect(fault.occurrences()).toBe(2);
  });

  test('refuses one recipient for good and takes the mails of others', async () => {
    sink.addFault({ kind: 'refuse', code: 550, at: 'recipient', to: 'gone@example.com' });
    expect(await sendMail('gone@example.com')).toMatch(/^550/);
    expect(await sendMail('ada@example.com')).toMatch(/^250/);
    expect(sink.mails()).toHaveLength(1);
  });

  test('drops the connection before the reply: the mail is there and the client can not know', async () => {
    sink.addFault({ kind: 'drop', when: 'before_reply', times: 1 });
    expect(await sendMail('ada@example.com')).toBe(DISCONNECTED);
    expect(sink.mails()).toEqual([expect.objectContaining({ replied: false })]);
  });

  test('drops the connection after the reply: the client has read that the mail was taken', async () => {
    sink.addFault({ kind: 'drop', when: 'after_reply', times: 1 });
    const client = await openClient();
    expect(await client.mail('ada@example.com')).toMatch(/^250/);
    expect(await client.nextReply()).toBe(DISCONNECTED);
    expect(sink.mails()).toEqual([expect.objectContaining({ replied: true })]);
  });

  test('replies late when told to, with the mail recorded before', async () => {
    const delayMs = 1_500;
    const fault = sink.addFault({ kind: 'delay', delayMs });
    const startedMs = performance.now();
    let hasReplied = false;
    const reply = sendMail('ada@example.com').finally(() => {
      hasReplied = true;
    });
    await eventually(() => expect(sink.mails()).toHaveLength(1));
    expect(hasReplied).toBe(false);
    expect(await reply).toMatch(/^250/);
    // Node's timers may ring up to a millisecond early.
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(delayMs - 1);
    fault.remove();
    await sendMail('ada@example.com');
    expect(fault.occurrences()).toBe(1);
  });

  test('refuses connections after it was stopped, and comes back on the same port', async () => {
    const idle = await openClient();
    await sink.stop();
    expect(await idle.nextReply()).toBe(DISCONNECTED);
    await expect(sendMail('ada@example.com')).rejects.toThrow('ECONNREFUSED');
    sink = await startSmtpSink({ port: sink.port });
    expect(await sendMail('ada@example.com')).toMatch(/^250/);
  });

  test('says so when a fault has a code that is no refusal', () => {
    expect(() => sink.addFault({ kind: 'refuse', code: 250 })).toThrow('use a code from 400 to 599');
  });

  /** Sends a mail over a connection of its own; the reply to its final dot, or to the command that was refused. */
  async function sendMail(to: string): Promise<string> {
    const client = await openClient();
    const reply = await client.mail(to);
    client.close();
    return reply;
  }

  /** Speaks SMTP by hand, because what matters is which reply came and which did not. */
  async function openClient() {
    const socket = connect(sink.port, '127.0.0.1');
    await once(socket, 'connect');
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    const nextReply = async (): Promise<string> => {
      for (;;) {
        const line = await lines.next();
        if (line.done) return DISCONNECTED;
        // "250-" announces that the reply has a further line.
        if (line.value[3] !== '-') return line.value;
      }
    };
    const command = async (text: string): Promise<string> => {
      socket.write(`${text}\r\n`);
      return nextReply();
    };
    await nextReply();
    await command('EHLO test');
    const mail = async (to: string): Promise<string> => {
      await command('MAIL FROM:<noreply@jetbridge.example>');
      const recipient = await command(`RCPT TO:<${to}>`);
      if (!recipient.startsWith('250')) return recipient;
      await command('DATA');
      return command(
        [
          'Message-ID: <1@jetbridge.example>',
          'Subject: =?utf-8?Q?Your_flight_to_Krak=C3=B3w?=',
          '',
          'Gate closes at 17:40.',
          '.',
        ].join('\r\n'),
      );
    };
    return { mail, nextReply, close: () => socket.destroy() };
  }
});
