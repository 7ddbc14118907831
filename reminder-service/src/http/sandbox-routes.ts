import { readClockOffsetRoute } from '@jetbridge/contracts/reminders/internal.ts';
import {
  advanceSandboxClockRoute,
  listSandboxMailsRoute,
  readSandboxClockRoute,
  readSandboxMailRoute,
} from '@jetbridge/contracts/reminders/routes.ts';
import type { Caller } from '@jetbridge/service-kit/auth/caller.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import { HttpProblem } from '@jetbridge/service-kit/http/problems.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import { listMails, type MailboxParts, readMail } from '../use-cases/read-mails.ts';
import type { SandboxClock } from '../use-cases/sandbox-clock.ts';
import { presentMail } from './present-mail.ts';

/** The doors of the clock that can be moved; in production there are none. */
export function clockRoutes(clock: SandboxClock): BoundRoute[] {
  const present = () => ({ body: { now: toInstant(clock.nowMs()) } });
  return [
    bindRoute(readClockOffsetRoute, async () => ({ body: { offsetMs: await clock.offsetMs() } })),
    bindRoute(readSandboxClockRoute, async () => {
      await clock.offsetMs();
      return present();
    }),
    bindRoute(
      advanceSandboxClockRoute,
      async ({ body }) => {
        await clock.advance(body.advanceSeconds * 1_000);
        return present();
      },
      admitAdministrators,
    ),
  ];
}

/** The doors of the mailbox; in production there are none. */
export function mailboxRoutes(parts: MailboxParts): BoundRoute[] {
  return [
    bindRoute(listSandboxMailsRoute, async ({ query }) => {
      const { data, nextCursor } = await listMails(parts, query);
      return { body: { data: data.map(presentMail), nextCursor } };
    }),
    bindRoute(readSandboxMailRoute, async ({ params }) => ({
      body: presentMail(await readMail(parts, params.id ?? '')),
    })),
  ];
}

function admitAdministrators(caller: Caller | undefined): void {
  if (caller?.roles.includes('admin')) return;
  throw new HttpProblem({
    status: 403,
    code: 'permission_missing',
    detail: 'Only administrators (role admin) may do this.',
  });
}
