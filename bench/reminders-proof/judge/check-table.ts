import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes } from 'sequelize';
import type { FindingsBook } from '../../sales-proof/findings.ts';
import type { ReminderInvariant } from '../invariants.ts';
import type { PlannedBooking } from '../planned-bookings.ts';
import type { TakenMail } from '../sink/sink-messages.ts';
import { judgedKinds, messageIdStartOf, wasKilledWith } from './judge-mails.ts';

type Row = {
  readonly bookingId: string;
  readonly kind: string;
  readonly flightId: string;
  readonly departsAtMs: number | string;
  readonly status: string;
};

/** Compares what the service wrote down with what the mail server took, and with what there was to hear of. */
export async function checkTable(
  { sequelize }: Database,
  parts: {
    bookings: readonly PlannedBooking[];
    mails: readonly TakenMail[];
    kills: ReadonlyMap<string, number>;
    findings: FindingsBook<ReminderInvariant>;
  },
): Promise<void> {
  const { bookings, mails, kills, findings } = parts;
  const rows = await sequelize.query<Row>(
    `SELECT booking_id AS bookingId, kind, flight_id AS flightId, departs_at_ms AS departsAtMs, status FROM reminders
     WHERE kind IN (?)`,
    { replacements: [judgedKinds], type: QueryTypes.SELECT },
  );
  const statuses = new Map(rows.map((row) => [messageIdStart(row), row.status]));
  const taken = new Set(mails.map(messageIdStartOf));
  findings.checked('marks', rows.length + mails.length);
  for (const [start, status] of statuses) {
    if (status === 'sent' && !taken.has(start)) findings.violated('marks', `${start}@ is marked, and never came`);
  }
  for (const mail of mails) {
    const start = messageIdStartOf(mail);
    const status = statuses.get(start);
    if (
      status === 'sent' ||
      !judgedKinds.includes(start.split('.')[1] ?? '') ||
      mail.ending === 'dropped before the reply' ||
      wasKilledWith(mail, kills)
    )
      continue;
    findings.violated('marks', `${mail.messageId} came, and is ${status ?? 'not known'}`);
  }

  const known = await sequelize.query<{ id: string; version: number }>('SELECT id, version FROM bookings', {
    type: QueryTypes.SELECT,
  });
  const versions = new Map(known.map(({ id, version }) => [id, Number(version)]));
  findings.checked('news', bookings.length);
  for (const { id, states } of bookings) {
    if (versions.get(id) === states.length) continue;
    findings.violated('news', `${id}: version ${versions.get(id)} is known of ${states.length}`);
  }
  const letters = await sequelize.query<{ error: string }>('SELECT error FROM dead_letters', {
    type: QueryTypes.SELECT,
  });
  for (const { error } of letters) findings.violated('news', `a dead letter: ${error}`);
}

const messageIdStart = ({ bookingId, kind, flightId, departsAtMs }: Row) =>
  `<${[bookingId, kind, ...(flightId === '' ? [] : [flightId, departsAtMs])].join('.')}`;
