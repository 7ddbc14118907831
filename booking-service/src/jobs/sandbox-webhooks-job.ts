import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { LoopOptions } from '@jetbridge/service-kit/lifecycle/loop.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import type { PaymentSettings } from '../config.ts';
import { createSandboxWebhooks } from '../payments/providers/sandbox-webhooks.ts';

/** With half a second that the sandbox waits by itself, its news arrive within the 2 s it promises. */
const idleMs = 300;
const webhooksPerTurn = 20;

/** Sends the news of the sandbox provider, where that is the one. */
export function sandboxWebhooksJob(
  settings: PaymentSettings,
  database: Database,
  log: Logger,
): Omit<LoopOptions, 'log'>[] {
  if (settings.provider !== 'sandbox') return [];
  const { webhookSecret, webhookUrl: url } = settings;
  const { sendDueWebhooks } = createSandboxWebhooks({ database, webhookSecret, url, log });
  return [{ name: 'sandbox-webhooks', idleMs, runOnce: (signal) => sendDueWebhooks(webhooksPerTurn, signal) }];
}
