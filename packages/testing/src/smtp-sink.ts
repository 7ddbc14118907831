import { once } from 'node:events';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { freePort } from './free-port.ts';

/** A mail the sink took, parsed. */
export type ReceivedMail = Email & {
  /** Whom the SMTP commands named, whatever the headers say. */
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly raw: string;
  readonly receivedAtMs: number;
  /** False when the connection was dropped before the client could read that the mail was taken. */
  readonly replied: boolean;
};

/** What may go wrong on the wire. `to` narrows a fault to mails for one address, `times` ends it after so many. */
export type SmtpFault = { readonly to?: string; readonly times?: number } & (
  | {
      readonly kind: 'refuse';
      /** 400–499: try again later; 500–599: never. */
      readonly code: number;
      /** In answer to RCPT TO, or (default) to the final dot. A refused mail is not recorded. */
      readonly at?: 'recipient' | 'message';
      /** What follows the code. */
      readonly reply?: string;
    }
  /** The mail is recorded, the reply to its final dot comes late. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** The mail is recorded, and the connection cut before or right after the reply to its final dot. */
  | { readonly kind: 'drop'; readonly when: 'before_reply' | 'after_reply' }
);

/** A fault that was set: how often it happened, and how to end it. */
export type ActiveFault = { occurrences(): number; remove(): void };

/** An SMTP server that keeps what it is given; any user name and password will do. */
export type SmtpSink = {
  /** `smtp://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** All mails taken so far, oldest first. */
  mails(): readonly ReceivedMail[];
  /** Forgets the mails taken so far. */
  clear(): void;
  /** Faults are looked at in the order they were added; the first that fits happens. */
  addFault(fault: SmtpFault): ActiveFault;
  /** Cuts all connections and stops listening. */
  stop(): Promise<void>;
};

/** Starts a sink; on a given port to bring one back that was stopped. */
export async function startSmtpSink(options: { readonly port?: number } = {}): Promise<SmtpSink> {
  const port = options.port ?? (await freePort());
  const mails: ReceivedMail[] = [];
  const faults = faultList();
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    authOptional: true,
    allowInsecureAuth: true,
    onAuth: (credentials, _session, callback) => callback(null, { user: credentials.username }),
    onRcptTo: ({ address }, _session, callback) => {
      const fault = faults.take('recipient', [address]);
      callback(fault?.kind === 'refuse' ? refusal(fault) : null);
    },
    onData: (stream, session, callback) => {
      receive(stream, session)
        .then(callback)
        .catch((error: unknown) => callback(error instanceof Error ? error : new Error(String(error))));
    },
  });
  const sockets = trackSockets(server);
  await listen(server, port);

  async function receive(stream: NodeJS.ReadableStream, session: SMTPServerSession): Promise<Error | null> {
    const raw = await text(stream);
    const to = session.envelope.rcptTo.map(({ address }) => address);
    const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
    const fault = faults.take('message', to);
    if (fault?.kind === 'refuse') return refusal(fault);
    const replied = !(fault?.kind === 'drop' && fault.when === 'before_reply');
    mails.push({ ...(await PostalMime.parse(raw)), envelope: { from, to }, raw, receivedAtMs: Date.now(), replied });
    const socket = sockets.get(session.remotePort);
    if (fault?.kind === 'delay') await wait(fault.delayMs);
    if (fault?.kind === 'drop' && fault.when === 'before_reply') socket?.destroy();
    // The reply is written as soon as this function has returned; destroySoon lets it out and then hangs up.
    if (fault?.kind === 'drop' && fault.when === 'after_reply') setImmediate(() => socket?.destroySoon());
    return null;
  }

  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    mails: () => [...mails],
    clear: () => {
      mails.length = 0;
    },
    addFault: faults.add,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(resolve));
      for (const socket of sockets.values()) socket.destroy();
      await closed;
    },
  };
}

function refusal({ code, reply }: { readonly code: number; readonly reply?: string }): Error {
  return Object.assign(new Error(reply ?? `refused with ${code} by a fault set in the test`), { responseCode: code });
}

function trackSockets(server: SMTPServer): Map<number, Socket> {
  const sockets = new Map<number, Socket>();
  server.server.on('connection', (socket: Socket) => {
    const { remotePort } = socket;
    if (remotePort === undefined) return;
    sockets.set(remotePort, socket);
    socket.once('close', () => sockets.delete(remotePort));
  });
  return sockets;
}

async function listen(server: SMTPServer, port: number): Promise<void> {
  // Connections report their errors here too: a client that hangs up in the middle of a mail is what some tests want.
  server.on('error', () => undefined);
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
}

function faultList() {
  const active: { fault: SmtpFault; occurrences: number }[] = [];
  return {
    add(fault: SmtpFault): ActiveFault {
      if (fault.kind === 'refuse' && !(fault.code >= 400 && fault.code <= 599)) {
        throw new Error(`A mail server can't refuse with ${fault.code}: use a code from 400 to 599.`);
      }
      const entry = { fault, occurrences: 0 };
      active.push(entry);
      return {
        occurrences: () => entry.occurrences,
        remove: () => {
          const index = active.indexOf(entry);
          if (index >= 0) active.splice(index, 1);
        },
      };
    },
    take(stage: 'recipient' | 'message', addresses: readonly string[]): SmtpFault | undefined {
      const entry = active.find(
        ({ fault, occurrences }) =>
          stageOf(fault) === stage &&
          occurrences < (fault.times ?? Number.POSITIVE_INFINITY) &&
          (fault.to === undefined || addresses.includes(fault.to)),
      );
      if (entry) entry.occurrences += 1;
      return entry?.fault;
    },
  };
}

function stageOf(fault: SmtpFault): 'recipient' | 'message' {
  return fault.kind === 'refuse' ? (fault.at ?? 'message') : 'message';
}
