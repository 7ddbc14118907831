import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createApiDocument } from '@jetbridge/contracts/openapi/document.ts';
import { methodNotAllowed } from '@jetbridge/service-kit/http/problems.ts';
import { nameRoute } from '@jetbridge/service-kit/metrics/route-name.ts';
import type { RequestHandler } from 'express';
import { exchangeOf } from '../exchange.ts';
import { putOwnHeaders } from '../http/own-headers.ts';
import { refuseQuery } from '../http/refuse-query.ts';
import { apiPrefix } from '../routes.ts';

/** Answers `/openapi.json` and `/docs`. These paths need no token, no internet, and count on no budget. */
export function answerDocs(options: { version: string }): RequestHandler {
  const files = loadFiles(options.version);
  return (req, res, next) => {
    const { path, query } = exchangeOf(req);
    const file = files.get(path);
    if (!file) return next();
    nameRoute(req, path);
    putOwnHeaders(res);
    if (req.method !== 'GET' && req.method !== 'HEAD') throw methodNotAllowed(['GET', 'HEAD']);
    // The page and its files are not the API: browsers and their extensions add what they like to the addresses of pages.
    if (path === '/openapi.json') refuseQuery(query);
    // Express compares the tag with `If-None-Match`, and answers 304 by itself.
    res.set(file.headers).send(file.content);
  };
}

/** The page runs its own scripts and talks to this gateway; it loads nothing from elsewhere, and nobody frames it. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** How long a browser may go on using the viewer's files without asking; they change with a release only. */
const viewerCaching = 'public, max-age=3600';

type ServedFile = { readonly content: Buffer; readonly headers: Readonly<Record<string, string>> };

/** All there is to serve, by path. It stays in memory: less than 2 MB, most of it the viewer. */
function loadFiles(version: string): ReadonlyMap<string, ServedFile> {
  const document = createApiDocument({ version, prefix: apiPrefix });
  const page = serve(readOwn('docs.html'), 'text/html; charset=utf-8', {
    'Content-Security-Policy': pagePolicy,
    'Cache-Control': 'no-cache',
  });
  return new Map([
    [
      '/openapi.json',
      serve(Buffer.from(JSON.stringify(document)), 'application/json', { 'Cache-Control': 'no-cache' }),
    ],
    ['/docs', page],
    ['/docs/', page],
    ['/docs/docs.css', serve(readOwn('docs.css'), 'text/css; charset=utf-8')],
    ['/docs/show-document.js', serve(readOwn('show-document.js'), 'text/javascript; charset=utf-8')],
    ['/docs/swagger-ui.css', serve(readViewer('swagger-ui.css'), 'text/css; charset=utf-8')],
    ['/docs/swagger-ui-bundle.js', serve(readViewer('swagger-ui-bundle.js'), 'text/javascript; charset=utf-8')],
    ['/docs/favicon-32x32.png', serve(readViewer('favicon-32x32.png'), 'image/png')],
  ]);
}

function serve(content: Buffer, mediaType: string, headers: Record<string, string> = {}): ServedFile {
  const tag = createHash('sha256').update(content).digest('base64url').slice(0, 22);
  return {
    content,
    headers: { 'Content-Type': mediaType, ETag: `"${tag}"`, 'Cache-Control': viewerCaching, ...headers },
  };
}

const readOwn = (name: string) => readFileSync(new URL(`page/${name}`, import.meta.url));

const readViewer = (name: string) => readFileSync(new URL(import.meta.resolve(`swagger-ui-dist/${name}`)));
