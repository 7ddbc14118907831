import type { EventDraft } from '@jetbridge/service-kit/events/outbox.ts';
import type { CatalogueKind } from '../domain/catalogue.ts';

/** What became of a thing of the catalogue; who wants to know what it is now, asks. */
export function catalogueChanged(data: {
  kind: CatalogueKind;
  key: string;
  version: number;
  action: 'created' | 'updated' | 'deleted';
}): EventDraft {
  return { type: 'catalogue.changed', subject: data.key, data };
}
