import type { BackendService } from '@jetbridge/service-kit/config/service-urls.ts';

/** Where all processes of the gateway can read which services shall fail now. */
export type FailureBoard = {
  readonly put: (service: BackendService, seconds: number) => Promise<void>;
  /** The services that shall fail now. */
  readonly read: () => Promise<ReadonlySet<BackendService>>;
};

export const backendServices = [
  'auth-service',
  'flight-search-service',
  'booking-service',
  'reminder-service',
] as const satisfies readonly BackendService[];
