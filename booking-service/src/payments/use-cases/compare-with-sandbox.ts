import { wait } from '@jetbridge/service-kit/time/wait.ts';
import type { Bookings } from '../../bookings/db/bookings.ts';
import type { PaymentCheck } from '../db/payment-check.ts';
import type { Payments } from '../db/payments.ts';
import type { SandboxLedger } from '../db/sandbox-ledger.ts';
import { type SandboxDifference, sandboxDifference } from '../domain/sandbox-differences.ts';

type Parts = {
  readonly bookings: Bookings;
  readonly payments: Payments;
  readonly check: PaymentCheck;
  readonly ledger: SandboxLedger;
};

export type SandboxFinding = { readonly id: string; readonly difference: SandboxDifference };

const perPage = 500;

/** The books of the sandbox are written before ours; what differs for longer than this is a finding. */
const settleMs = 1_000;

/**
 * Compares payments with the books of the sandbox, in both directions. It only looks: which of the two is wrong is for
 * people to say. Ours are read first, because the sandbox writes first.
 */
export async function compareWithSandbox(parts: Parts): Promise<SandboxFinding[]> {
  const suspects = [...(await differingPayments(parts)), ...(await strayCharges(parts))];
  if (suspects.length === 0) return [];
  await wait(settleMs);
  const findings: SandboxFinding[] = [];
  for (const { id } of suspects) findings.push(...(await lookAgain(parts, id)));
  return findings;
}

async function differingPayments(parts: Parts): Promise<SandboxFinding[]> {
  const findings: SandboxFinding[] = [];
  const next = (after: string) => parts.check.paymentsAfter('sandbox', after, perPage);
  for (let page = await next(''); page.length > 0; page = await next(page.at(-1) ?? '')) {
    findings.push(...(await compare(parts, page)));
  }
  return findings;
}

async function strayCharges({ payments, ledger }: Parts): Promise<SandboxFinding[]> {
  const findings: SandboxFinding[] = [];
  const next = (after: string) => ledger.totals({ after, limit: perPage });
  for (let page = await next(''); page.length > 0; page = await next(page.at(-1)?.chargeId ?? '')) {
    const known = new Set((await payments.findMany(page.map(({ chargeId }) => chargeId))).map(({ id }) => id));
    const strays = page.filter(({ chargeId }) => !known.has(chargeId));
    findings.push(...strays.map(({ chargeId }) => strayCharge(chargeId)));
  }
  return findings;
}

async function lookAgain(parts: Parts, id: string): Promise<SandboxFinding[]> {
  const payment = await parts.payments.find(id);
  return payment ? compare(parts, [id]) : [strayCharge(id)];
}

async function compare({ bookings, payments, ledger }: Parts, ids: readonly string[]): Promise<SandboxFinding[]> {
  const own = await payments.findMany(ids);
  const records = await bookings.findMany([...new Set(own.map(({ bookingId }) => bookingId))]);
  const refunds = new Map(records.map((record) => [record.id, record.refunds]));
  const totals = new Map((await ledger.totalsOf(ids)).map((one) => [one.chargeId, one]));
  return own.flatMap((payment) => {
    const difference = sandboxDifference(payment, refunds.get(payment.bookingId) ?? [], totals.get(payment.id));
    return difference ? [{ id: payment.id, difference }] : [];
  });
}

const strayCharge = (id: string): SandboxFinding => ({
  id,
  difference: 'is a charge of the sandbox without a payment',
});
