import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { z } from 'zod';
import type { SandboxCharge } from '../db/sandbox-charges.ts';
import { createSandboxLedger } from '../db/sandbox-ledger.ts';
import { type ProviderNews, WebhookRefused, webhookToleranceMs } from './provider.ts';

const signatureHeader = 'Sandbox-Signature';
const referencePrefix = 'sbx_';

/** How long the receiver may take; real senders are no more patient. */
const timeoutMs = 5_000;

/** When a webhook that was not taken goes out again: after its time limit, so that it is not on its way twice. */
const retryAfterMs = 10_000;

const anyNews = z.object({ type: z.string() });
const chargeNews = z.object({
  type: z.literal('charge.succeeded'),
  charge: z.object({ id: z.string(), reference: z.string(), amountMinor: z.int(), currency: z.string() }),
});

/** The sandbox's own name for a charge or a refund, which must not pass for an id of ours. */
export const sandboxReference = (id: string): string => `${referencePrefix}${id}`;

/** The id in such a name; of any other name nothing that could be an id. */
export const idIn = (reference: string): string =>
  reference.startsWith(referencePrefix) ? reference.slice(referencePrefix.length) : '';

/** Tells of charges that succeeded later, signed, at least once, over any number of processes. */
export function createSandboxWebhooks(parts: {
  database: Database;
  /** What the receiver checks signatures with. */
  webhookSecret: string;
  /** Where the receiver listens, such as `http://127.0.0.1:4003/webhooks/payments/sandbox`. */
  url: string;
  log: Logger;
  retryAfterMs?: number;
}) {
  const { webhookSecret, url, log } = parts;
  const ledger = createSandboxLedger(parts.database);

  async function isTaken(charge: SandboxCharge, signal: AbortSignal | undefined): Promise<boolean> {
    const body = JSON.stringify(newsOf(charge));
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', [signatureHeader]: sign(body, webhookSecret) },
        body,
        redirect: 'error',
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      await response.body?.cancel();
      if (!response.ok) log.warn({ chargeId: charge.id, status: response.status }, 'a webhook was not taken');
      return response.ok;
    } catch (error) {
      log.warn({ chargeId: charge.id, error }, 'a webhook did not arrive');
      return false;
    }
  }

  return {
    /** Sends at most `limit` webhooks that are due, all at once, and returns how many it tried. */
    sendDueWebhooks: async (limit: number, signal?: AbortSignal): Promise<number> => {
      const due = await ledger.claimDueWebhooks({ limit, forMs: parts.retryAfterMs ?? retryAfterMs });
      const taken = await Promise.all(due.map((charge) => isTaken(charge, signal)));
      await ledger.markTold(due.filter((_, index) => taken[index]).map(({ id }) => id));
      return due.length;
    },
  };
}

/**
 * Reads what `sendDueWebhooks` sent; undefined for other news.
 * @throws WebhookRefused
 */
export function readSandboxWebhook({
  body,
  header,
  webhookSecret,
}: {
  body: Buffer;
  header: (name: string) => string | undefined;
  webhookSecret: string;
}): ProviderNews | undefined {
  assertSigned(body, header(signatureHeader) ?? '', webhookSecret);
  const read: unknown = JSON.parse(body.toString());
  if (anyNews.parse(read).type !== 'charge.succeeded') return undefined;
  const { id, reference, amountMinor, currency } = chargeNews.parse(read).charge;
  return { paymentId: id, amountMinor, currency, outcome: { status: 'succeeded', reference } };
}

function newsOf({ id, amountMinor, currency }: SandboxCharge): z.infer<typeof chargeNews> {
  return { type: 'charge.succeeded', charge: { id, reference: sandboxReference(id), amountMinor, currency } };
}

/** As Stripe signs (docs.stripe.com/webhooks/signature): `t=<Unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`. */
function sign(body: string, secret: string): string {
  const signedAtS = String(Math.floor(Date.now() / 1000));
  return `t=${signedAtS},v1=${macOf(signedAtS, Buffer.from(body), secret).toString('hex')}`;
}

function assertSigned(body: Buffer, header: string, secret: string): void {
  const { signedAtS, mac } = /^t=(?<signedAtS>\d{1,12}),v1=(?<mac>[0-9a-f]{64})$/.exec(header)?.groups ?? {};
  if (signedAtS === undefined || mac === undefined) {
    throw new WebhookRefused('webhook_unsigned', `The header ${signatureHeader} is missing or not of its form.`);
  }
  if (!timingSafeEqual(Buffer.from(mac, 'hex'), macOf(signedAtS, body, secret))) {
    throw new WebhookRefused('webhook_unsigned', 'The signature is not over this body, or not made with our secret.');
  }
  // Only now is the time believed. One ahead of ours would be good for longer than the others.
  if (Math.abs(Date.now() - Number(signedAtS) * 1000) > webhookToleranceMs) {
    throw new WebhookRefused('webhook_outdated', 'The signature is not of the last five minutes.');
  }
}

function macOf(signedAtS: string, body: Buffer, secret: string): Buffer {
  return createHmac('sha256', secret).update(`${signedAtS}.`).update(body).digest();
}
