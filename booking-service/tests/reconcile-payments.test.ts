import type { Booking } from '@jetbridge/contracts/bookings/schemas.ts';
import { openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import { expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { openBookingChecks } from '../src/open-checks.ts';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight } from './flight-catalogue-server.ts';

const payment = { method: 'card', token: 'tok_visa' };

describeOnEachDatabase('money that is not that of the bookings', (database) => {
  const world = useBookingService(database, { PAYMENT_PROVIDER: 'sandbox' });
  const log = createLogger({ service: 'test', level: 'fatal' });
  const ownDatabase = () =>
    loadConfig({ ...database.settings(), INTERNAL_SECRET: testInternalSecret }).profile.database;

  async function book() {
    const { url, issuer, catalogue } = world();
    const flightId = catalogue.put(buildFlight());
    const { token } = issuer.user();
    const placed = await call(url, 'POST /bookings', { token, body: buildOrder(flightId, { payment }) });
    expect(placed.status).toBe(201);
    const { id, payments }: Booking = placed.body;
    return { id, paymentId: payments[0]?.id ?? '', token };
  }
  async function cancel({ id, token }: { id: string; token: string }): Promise<string> {
    const { status, body } = await call(world().url, `POST /bookings/${id}/cancel`, { token });
    expect(status).toBe(200);
    return body.refunds[0].id;
  }
  async function spoil(sql: string, ...replacements: string[]): Promise<void> {
    const own = await openDatabase(ownDatabase(), log);
    await own.write((transaction) => own.sequelize.query(sql, { replacements, transaction }));
    await own.close();
  }
  async function look(fix = false) {
    const checks = await openBookingChecks(ownDatabase(), log);
    const { findings } = await checks.reconcilePayments({ fix, isPaidHere: true });
    const booked = await checks.compareWithSandbox();
    await checks.close();
    return { findings, booked };
  }
  const statusOf = async (table: 'payments' | 'refunds', id: string) =>
    (await world().rows<{ status: string }>(`SELECT status FROM ${table} WHERE id = ?`, [id]))[0]?.status;

  test('is not found while bookings are sold, declined, cancelled and refunded', async () => {
    const { url, issuer, catalogue } = world();
    const refundId = await cancel(await book());
    await book();
    const body = buildOrder(catalogue.put(buildFlight()), { payment: { ...payment, token: 'tok_declined' } });
    expect((await call(url, 'POST /bookings', { token: issuer.user().token, body })).status).toBe(402);
    await eventually(async () => expect(await statusOf('refunds', refundId)).toBe('succeeded'));
    const sales = Promise.all(Array.from({ length: 10 }, async () => cancel(await book())));
    expect(await look()).toEqual({ findings: [], booked: [] });
    await sales;
  });

  test('is found, and what is stuck is asked for again under its own id', async () => {
    const sold = await book();
    const refundId = await cancel(sold);
    await eventually(async () => expect(await statusOf('refunds', refundId)).toBe('succeeded'));
    await spoil("UPDATE refunds SET status = 'processing', attempt_deadline_ms = NULL WHERE id = ?", refundId);
    await spoil("UPDATE payments SET status = 'succeeded' WHERE id = ?", sold.paymentId);
    const finding = { id: refundId, difference: 'is under way and nobody will ask for it' };
    expect((await look()).findings).toEqual([{ ...finding, outcome: 'found' }]);
    expect(await statusOf('refunds', refundId)).toBe('processing');

    expect((await look(true)).findings).toEqual([{ ...finding, outcome: 'repaired' }]);
    await eventually(async () => expect(await statusOf('refunds', refundId)).toBe('succeeded'));
    const given = await world().rows('SELECT id FROM sandbox_refunds WHERE charge_id = ?', [sold.paymentId]);
    expect(given).toEqual([{ id: refundId }]);
    expect(await look()).toEqual({ findings: [], booked: [] });
  });

  test('is left to people where money would have to move', async () => {
    const unpaid = await book();
    await spoil("UPDATE payments SET status = 'failed', active_booking_id = NULL WHERE id = ?", unpaid.paymentId);
    const lacking = await book();
    const refundId = await cancel(lacking);
    await eventually(async () => expect(await statusOf('refunds', refundId)).toBe('succeeded'));
    await spoil('DELETE FROM refunds WHERE id = ?', refundId);
    const stray = await book();
    await spoil("UPDATE payments SET booking_id = 'bkg_gone' WHERE id = ?", stray.paymentId);

    const { findings, booked } = await look(true);
    const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);
    expect(findings.toSorted(byId)).toEqual(
      [
        { id: unpaid.id, difference: 'is confirmed and not paid in full', outcome: 'not repaired' },
        { id: lacking.id, difference: 'lacks a refund', outcome: 'not repaired' },
        { id: stray.id, difference: 'is confirmed and not paid in full', outcome: 'not repaired' },
        { id: stray.paymentId, difference: 'is a payment without a booking', outcome: 'not repaired' },
      ].toSorted(byId),
    );
    expect(booked.toSorted(byId)).toEqual(
      [
        { id: unpaid.paymentId, difference: 'was taken by the sandbox, but has failed here' },
        { id: lacking.paymentId, difference: 'gives back another amount at the sandbox' },
      ].toSorted(byId),
    );
    const charges = await world().rows('SELECT COUNT(*) AS count FROM refunds WHERE booking_id IN (?, ?)', [
      unpaid.id,
      lacking.id,
    ]);
    expect(charges).toMatchObject([{ count: 0 }]);
  });

  test('is found where the sandbox has a charge of nobody, or none of what was taken', async () => {
    const before = (await look()).booked;
    const { paymentId } = await book();
    await spoil('UPDATE sandbox_charges SET id = ? WHERE id = ?', `${paymentId}-other`, paymentId);
    const { booked } = await look();
    expect(booked.filter(({ id }) => !before.some((one) => one.id === id))).toEqual([
      { id: paymentId, difference: 'was taken here, but not by the sandbox' },
      { id: `${paymentId}-other`, difference: 'is a charge of the sandbox without a payment' },
    ]);
  });
});
