// The mail server of the proof, a process of its own: it takes mails, refuses some, and breaks connections at bad moments.
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { createRandom } from '../../sales-proof/random.ts';
import {
  type Mishap,
  mishaps,
  type SinkEvent,
  type SinkOrder,
  type SinkReport,
  type TakenMail,
} from './sink-messages.ts';

const reportEveryMs = 100;
const longestDelayMs = 3_000;

// Only `startFaultySink` starts this program, with an order of this form.
const { port, seed, hasMishaps } = JSON.parse(process.argv[2] ?? '') as SinkOrder;
const random = createRandom(seed);
let taken: TakenMail[] = [];
let events: SinkEvent[] = [];
const sockets = new Map<number, Socket>();
/** What will go wrong with the mail under way on a connection, and when that mail began. */
const underWay = new WeakMap<SMTPServerSession, { beganAtMs: number; mishap: Mishap | undefined }>();

const server = new SMTPServer({
  disabledCommands: ['STARTTLS'],
  disableReverseLookup: true,
  authOptional: true,
  allowInsecureAuth: true,
  onAuth: (credentials, _session, callback) => callback(null, { user: credentials.username }),
  onMailFrom: (_address, session, callback) => {
    underWay.set(session, { beganAtMs: Date.now(), mishap: chooseMishap() });
    callback(null);
  },
  onRcptTo: ({ address }, session, callback) => {
    const refusal = refusalOf(address) ?? refusalByChance(session, 'refused for now, at the recipient');
    callback(refusal);
  },
  onData: (stream, session, callback) => {
    const socket = sockets.get(session.remotePort);
    const { mishap } = underWay.get(session) ?? {};
    if (mishap === 'dropped before the final dot') {
      events.push(mishap);
      socket?.destroy();
      stream.resume();
      return;
    }
    text(stream)
      .then((raw) => take(raw, session, socket))
      .then((refusal) => callback(refusal))
      .catch((error: unknown) => callback(error instanceof Error ? error : new Error(String(error))));
  },
});
// Connections report their errors here too: whoever is killed hangs up in the middle of a mail.
server.on('error', () => undefined);
server.server.on('connection', (socket: Socket) => {
  const { remotePort } = socket;
  if (remotePort === undefined) return;
  sockets.set(remotePort, socket);
  socket.once('close', () => sockets.delete(remotePort));
});
server.listen(port, '127.0.0.1', () => report());

setInterval(report, reportEveryMs);
// Whoever started this one is gone.
process.on('disconnect', () => process.exit());

async function take(raw: string, session: SMTPServerSession, socket: Socket | undefined): Promise<Error | null> {
  const refusal = refusalByChance(session, 'refused for now, at the final dot');
  if (refusal) return refusal;
  const { beganAtMs = 0, mishap } = underWay.get(session) ?? {};
  const ending = mishap === 'dropped before the reply' || mishap === 'dropped after the reply' ? mishap : 'replied';
  taken.push({
    to: session.envelope.rcptTo.map(({ address }) => address).join(),
    messageId: messageIdIn(raw),
    user: String(session.user ?? ''),
    beganAtMs,
    takenAtMs: Date.now(),
    ending,
  });
  if (mishap !== undefined) events.push(mishap);
  if (mishap === 'replied to late') await wait(random.below(longestDelayMs));
  if (mishap === 'dropped before the reply') socket?.destroy();
  // The reply is written as soon as this function has returned; destroySoon lets it out and then hangs up.
  if (mishap === 'dropped after the reply') setImmediate(() => socket?.destroySoon());
  return null;
}

function chooseMishap(): Mishap | undefined {
  if (!hasMishaps) return undefined;
  let left = random.fraction();
  // The keys of a constant object are those it was written with.
  for (const [mishap, share] of Object.entries(mishaps) as [Mishap, number][]) {
    left -= share;
    if (left < 0) return mishap;
  }
  return undefined;
}

function refusalByChance(session: SMTPServerSession, stage: Mishap): Error | null {
  if (underWay.get(session)?.mishap !== stage) return null;
  events.push(stage);
  return refuse(451);
}

/** An address says itself whether its mailbox is gone (`never.`), or full until an instant (`until-1700000000000.`). */
function refusalOf(address: string): Error | undefined {
  if (address.startsWith('never.')) {
    events.push('refused for good');
    return refuse(550);
  }
  const [, untilMs] = /^until-(\d+)\./.exec(address) ?? [];
  if (untilMs === undefined || Date.now() >= Number(untilMs)) return undefined;
  events.push('refused because the mailbox is full');
  return refuse(452);
}

function refuse(responseCode: number): Error {
  return Object.assign(new Error('refused by the proof'), { responseCode });
}

function messageIdIn(raw: string): string {
  const headers = raw.slice(0, raw.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ');
  return /^message-id:\s*(\S+)/im.exec(headers)?.[1] ?? '';
}

function report(): void {
  const message: SinkReport = { taken, events };
  process.send?.(message);
  taken = [];
  events = [];
}
