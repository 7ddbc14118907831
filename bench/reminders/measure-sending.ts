import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ReceivedMail } from '@jetbridge/testing/smtp-sink.ts';
import { memoryMbOf } from '../reminders-proof/senders.ts';
import type { FaultySink } from '../reminders-proof/sink/faulty-sink.ts';
import { cpuSecondsOf } from '../sales-world/cpu-time.ts';
import type { ServiceProcess } from '../sales-world/service-process.ts';
import { copyBookings, copyReminders } from './copy-bookings.ts';
import { type MailWorld, until } from './mail-world.ts';
import type { PlainOrder } from './plain/main.ts';

export const contestantNames = ['nodemailer', 'jetbridge'] as const;
export type ContestantName = (typeof contestantNames)[number];

/** One contestant sending a number of mails, once. */
export type SendingTurn = {
  readonly contestant: ContestantName;
  readonly mailsPerSecond: number;
  /** Milliseconds of CPU for one mail, of the process that sends, of the database, and of the mail server. */
  readonly cpuMsPerMail: { readonly sender: number; readonly database: number; readonly sink: number };
  /** Of the sender when it was done. */
  readonly memoryMb: number;
};

/** As many as reminder-service has. */
const connections = 5;

/** Ten mails a second would be a catastrophe already. */
const longestMsPerMail = 100;

/** Lets reminder-service send the first reminder of `count` bookings that all fall due at once. */
export async function measureService(
  world: MailWorld,
  { service, sink, from, count }: { service: ServiceProcess; sink: FaultySink; from: number; count: number },
): Promise<SendingTurn> {
  await copyBookings(world, from, count);
  return measureTurn('jetbridge', { world, sink, pid: service.pid, count }, () =>
    copyReminders(world, from, count, String(Date.now())),
  );
}

/** Lets nodemailer's pool send as many mails with the same content. */
export async function measurePlain(
  world: MailWorld,
  { sink, mail, turn, count }: { sink: FaultySink; mail: ReceivedMail; turn: string; count: number },
): Promise<SendingTurn> {
  // Attachments are bytes, which JSON could not carry.
  const child = fork(join(import.meta.dirname, 'plain/main.ts'), { serialization: 'advanced' });
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error('The plain sender has no process id although it was started.');
  const order: PlainOrder = {
    url: sink.urlFor('plain'),
    connections,
    count,
    turn,
    mail: {
      from: { name: mail.from?.name ?? '', address: mail.from?.address ?? '' },
      to: { name: '', address: mail.envelope.to[0] ?? '' },
      subject: mail.subject ?? '',
      text: mail.text ?? '',
      html: mail.html ?? '',
      attachments: mail.attachments.map(({ filename, mimeType, content }) => ({
        filename: filename ?? '',
        contentType: mimeType,
        content: Buffer.from(content as ArrayBuffer),
      })),
    },
  };
  try {
    return await measureTurn('nodemailer', { world, sink, pid, count }, async () => void child.send(order));
  } finally {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  }
}

async function measureTurn(
  contestant: ContestantName,
  turn: { world: MailWorld; sink: FaultySink; pid: number; count: number },
  begin: () => Promise<void>,
): Promise<SendingTurn> {
  const { world, sink, pid, count } = turn;
  const before = sink.mails().length;
  const cpu = () => [pid, world.databasePid, sink.pid].map(cpuSecondsOf);
  await begin();
  // Counted from the first mail on, so that neither a start nor the filling of tables is measured.
  await until('the first mail', () => sink.mails().length > before, 30_000);
  const [first] = sink.mails().slice(before);
  const alreadyThere = sink.mails().length - before;
  const cpuBefore = cpu();
  await until('the last mail', () => sink.mails().length >= before + count, count * longestMsPerMail);
  const [sender = 0, database = 0, mailServer = 0] = cpu().map((seconds, place) => seconds - (cpuBefore[place] ?? 0));
  const perMail = (seconds: number) => (seconds * 1_000) / (count - alreadyThere);
  const lastAtMs = sink.mails()[before + count - 1]?.takenAtMs ?? 0;
  return {
    contestant,
    mailsPerSecond: ((count - 1) * 1_000) / (lastAtMs - (first?.takenAtMs ?? 0)),
    cpuMsPerMail: { sender: perMail(sender), database: perMail(database), sink: perMail(mailServer) },
    memoryMb: [memoryMbOf({ pid })].flat()[0] ?? 0,
  };
}
