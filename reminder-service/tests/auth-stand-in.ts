import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AccountContact,
  type MailSecret,
  readAccessChangesRoute,
} from '@jetbridge/contracts/identity/internal.ts';
import { verifyInternalToken } from '@jetbridge/service-kit/auth/internal-tokens.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import { envelopeOf } from './booking-stand-in.ts';

/** What stands where auth-service would: its feed of events, the keys of an issuer, and the secrets of mails. */
export type AuthStandIn = {
  readonly url: string;
  publish(type: string, data: unknown): void;
  /** What is answered about a mail from now on: its secret, that nobody waits for it, or a 500. */
  answer(requestId: string, secret: MailSecret | 'withdrawn' | 'fails'): void;
  /** What is answered about an account from now on; undefined: a 500, as about all accounts that nobody told of. */
  setAccount(id: string, account: Omit<AccountContact, 'id'> | undefined): void;
  /** Which secrets were asked for, in order: `password-resets/rst_1`. */
  questions(): readonly string[];
  stop(): Promise<void>;
};

/** Starts a stand-in that tells of keys and changed access what the issuer at `issuerAt` does. */
export async function startAuthStandIn(issuerAt: string): Promise<AuthStandIn> {
  const feed: { position: number; event: object }[] = [];
  const secrets = new Map<string, MailSecret | 'withdrawn' | 'fails'>();
  const accounts = new Map<string, AccountContact>();
  const questions: string[] = [];

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', 'http://stand-in');
    const send = (body: object, status = 200) =>
      void res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    if (url.pathname === '/.well-known/jwks.json' || url.pathname === readAccessChangesRoute.path) {
      const told = await fetch(`${issuerAt}${req.url}`);
      return send(Object(await told.json()), told.status);
    }
    const token = req.headers.authorization?.replace('Bearer ', '') ?? '';
    verifyInternalToken(token, { audience: 'auth-service', secret: testInternalSecret });
    if (url.pathname === '/internal/events') {
      const after = Number(url.searchParams.get('after'));
      const events = feed.filter(({ position }) => position > after).slice(0, 200);
      return send({ events, position: events.at(-1)?.position ?? after });
    }
    const [, userId] = /^\/internal\/users\/(\w+)$/.exec(url.pathname) ?? [];
    if (userId !== undefined) {
      const account = accounts.get(userId);
      return account ? send(account) : void res.writeHead(500).end();
    }
    const [, kind = '', id = ''] = /^\/internal\/([\w-]+)\/(\w+)\/token$/.exec(url.pathname) ?? [];
    questions.push(`${kind}/${id}`);
    const secret = secrets.get(id) ?? 'withdrawn';
    if (secret === 'fails') return void res.writeHead(500).end();
    if (secret === 'withdrawn') return send({ code: 'mail_request_not_found' }, 404);
    send(secret);
  }

  const server = createServer((req, res) => {
    handle(req, res).catch(() => res.writeHead(401).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A server that listens on TCP has an address of this form.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    publish: (type, data) => {
      feed.push({ position: feed.length + 1, event: envelopeOf(type, data) });
    },
    answer: (requestId, secret) => {
      secrets.set(requestId, secret);
    },
    setAccount: (id, account) => {
      if (account) accounts.set(id, { id, ...account });
      else accounts.delete(id);
    },
    questions: () => questions,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
