import type { z } from 'zod';
import type { Route } from '../http/route.ts';
import type { Tag } from './tags.ts';

/** A route as the API document shows it. */
export type PublishedRoute = {
  readonly route: Route;
  readonly tag: Tag;
  /** Longer than the summary, in Markdown. */
  readonly description?: string;
  /** Answers 404 where `NODE_ENV` is production. */
  readonly notInProduction?: true;
  readonly examples: {
    /** Of the parameters in the path, by name. */
    readonly path?: Readonly<Record<string, string>>;
    /** Of the parameters in the query, as they are typed there. */
    readonly query?: Readonly<Record<string, unknown>>;
    readonly body?: unknown;
    readonly answer?: unknown;
  };
};

/** What `publish` wants to know of a route: an example of each thing that goes in or comes out. */
type Presentation<R extends Route> = {
  readonly tag: Tag;
  readonly description?: string;
  readonly notInProduction?: true;
} & (R['path'] extends `${string}:${string}` ? { readonly path: Readonly<Record<string, string>> } : unknown) &
  (R extends { query: infer Q extends z.ZodType } ? { readonly query?: z.input<Q> } : unknown) &
  (R extends { body: infer B extends z.ZodType } ? { readonly body: z.input<B> } : unknown) &
  (R extends { answer: { schema: infer A extends z.ZodType } } ? { readonly answer: z.input<A> } : unknown);

/** Puts a route into the API document. */
export function publish<const R extends Route>(route: R, presentation: Presentation<R>): PublishedRoute {
  // Of a route that is not known in particular, each of the examples may be there.
  const { tag, description, notInProduction, ...examples } = presentation as Omit<
    PublishedRoute,
    'route' | 'examples'
  > &
    PublishedRoute['examples'];
  return {
    route,
    tag,
    examples,
    ...(description ? { description } : {}),
    ...(notInProduction ? { notInProduction } : {}),
  };
}
