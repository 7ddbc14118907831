// The plain sender of `npm run bench -- reminders`: nodemailer's own pool, told to send the same mail so many times. It
// looks nothing up and writes nothing down.
import { createTransport, type SendMailOptions } from 'nodemailer';

/** What it is told to send. */
export type PlainOrder = {
  readonly url: string;
  readonly connections: number;
  readonly count: number;
  /** For the Message-ID, which must not be that of another turn. */
  readonly turn: string;
  readonly mail: Pick<SendMailOptions, 'from' | 'to' | 'subject' | 'text' | 'html' | 'attachments'>;
};

process.on('message', async (message) => {
  // Only the benchmark starts this program, and sends orders alone.
  const { url, connections, count, turn, mail } = message as PlainOrder;
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
  });
  let next = 0;
  const sendOneByOne = async () => {
    for (let number = next++; number < count; number = next++) {
      await transport.sendMail({ ...mail, messageId: `<${turn}.${number}@bench.example>` });
    }
  };
  await Promise.all(Array.from({ length: connections }, sendOneByOne));
  transport.close();
  process.send?.('done');
});
