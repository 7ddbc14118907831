import type { z } from 'zod';
import type { Permission } from '../identity/permissions.ts';

/** The service that answers a route. The gateway proxies to it; `api-gateway` answers itself. */
export type ServiceName =
  | 'api-gateway'
  | 'auth-service'
  | 'flight-search-service'
  | 'booking-service'
  | 'reminder-service';

/**
 * Who may call a route.
 * - `anyone`: no token needed; a valid one is still recognised.
 * - `signed_in`: any valid access token.
 * - `service`: another service of this system, by a token signed with `INTERNAL_SECRET`; never through the gateway.
 * - `{ permission }`: a valid access token that carries this permission.
 */
export type Access = 'anyone' | 'signed_in' | 'service' | { readonly permission: Permission };

/** A door as data: services mount it, the API document describes it, tests check answers against it. */
export type Route = {
  /** Unique, camelCase; the operation id of the API document. */
  readonly id: string;
  readonly service: ServiceName;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below the prefix of the API, with `:name` for parameters: `/flights/:id`. */
  readonly path: string;
  /** Stands at the root of the gateway, not below the prefix of the API. */
  readonly atRoot?: true;
  readonly access: Access;
  /** Beside `access`, the token of a look-up opens it too, for the one resource that was looked up. Only for reading. */
  readonly orLookup?: true;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Takes the body as the bytes that came, whatever they are, because a signature is over them. */
  readonly rawBody?: true;
  /** Of a raw body, as the API document tells; JSON where nothing is said. Its handler checks them. */
  readonly rawMediaTypes?: readonly string[];
  /** Takes the body as a stream of one of these media types, which its handler bounds and reads to its end. */
  readonly streamedBody?: readonly string[];
  /** Honours the header `Idempotency-Key`. */
  readonly idempotent?: true;
  readonly answer: {
    readonly status: number;
    readonly description: string;
    /** Of an answer in JSON. */
    readonly schema?: z.ZodType;
    /** Of an answer that is not JSON, as `text/html`; beside a schema, of the other form that `Accept` may ask for. */
    readonly mediaType?: string;
    /** The answer is a file with a name to save it under. */
    readonly download?: true;
    /** Carries an `ETag`, as every answer does that has a version. */
    readonly tagged?: true;
  };
  /** Codes of the problems a client should expect besides those every route can answer with. */
  readonly problems?: readonly string[];
};

/** Keeps the literal types of a route while checking its shape. */
export const defineRoute = <const R extends Route>(route: R): R => route;
