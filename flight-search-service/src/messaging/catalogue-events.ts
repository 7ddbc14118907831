import { auditRecorded } from '@jetbridge/service-kit/events/audit.ts';
import type { EventDraft } from '@jetbridge/service-kit/events/outbox.ts';
import type { CatalogueKind } from '../domain/catalogue.ts';

/** What somebody made of a thing of the catalogue. */
export type CatalogueChange = {
  readonly kind: CatalogueKind;
  readonly key: string;
  readonly version: number;
  readonly action: 'created' | 'updated' | 'deleted';
  /** The user who did it. */
  readonly actor: string;
  readonly before?: object;
  readonly after?: object;
};

/** What became of a thing of the catalogue; who wants to know what it is now, asks. */
export function catalogueChanged({ kind, key, version, action }: CatalogueChange): EventDraft {
  return { type: 'catalogue.changed', subject: key, data: { kind, key, version, action } };
}

/** The same for the audit log, with who did it and what was. */
export function catalogueDeed({ kind, key, action, actor, before, after }: CatalogueChange): EventDraft {
  return auditRecorded('flight-search-service', {
    actor,
    action: `${kind}.${action}`,
    target: { type: kind, id: key },
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
  });
}
