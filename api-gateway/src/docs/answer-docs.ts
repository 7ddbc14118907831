import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createApiDocument } from '@jetbridge/contracts/openapi/document.ts';
import { methodNotAllowed } from '@jetbridge/service-kit/http/problems.ts';
import { nameRoute } from '@jetbridge/service-kit/metrics/route-name.ts';
import type { Request, RequestHandler, Response } from 'express';
import { exchangeOf } from '../exchange.ts';
import { apiPrefix } from '../routes.ts';

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
const viewerMaxAgeMs = 3_600_000;

/** The files of the page and of the viewer in it, by the last segment of their path. Nothing else is served. */
const files: ReadonlyMap<string, string> = new Map(
  [
    ['docs.css', new URL('page/docs.css', import.meta.url).href],
    ['show-document.js', new URL('page/show-document.js', import.meta.url).href],
    ...['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'].map(
      (name) => [name, import.meta.resolve(`swagger-ui-dist/${name}`)] as const,
    ),
  ].map(([name = '', url = '']) => [`/docs/${name}`, fileURLToPath(url)]),
);

const page = fileURLToPath(new URL('page/docs.html', import.meta.url));

/** Answers `/openapi.json` and `/docs`. These paths need no token, no internet, and count on no budget. */
export function answerDocs(options: { version: string }): RequestHandler {
  const document = Buffer.from(JSON.stringify(createApiDocument({ version: options.version, prefix: apiPrefix })));
  const documentTag = `"${createHash('sha256').update(document).digest('base64url').slice(0, 22)}"`;

  function answerDocument(req: Request, res: Response): void {
    res.setHeader('ETag', documentTag);
    res.setHeader('Cache-Control', 'no-cache');
    if (req.headers['if-none-match'] === documentTag) res.status(304).end();
    else res.type('application/json').send(document);
  }

  return (req, res, next) => {
    const { path } = exchangeOf(req);
    const file = files.get(path);
    const isPage = path === '/docs' || path === '/docs/';
    if (!file && !isPage && path !== '/openapi.json') return next();
    nameRoute(req, path);
    if (req.method !== 'GET' && req.method !== 'HEAD') throw methodNotAllowed(['GET', 'HEAD']);
    if (path === '/openapi.json') return answerDocument(req, res);
    if (isPage) {
      res.setHeader('Content-Security-Policy', pagePolicy);
      res.sendFile(page, { maxAge: 0 }, next);
      return;
    }
    if (file) res.sendFile(file, { maxAge: viewerMaxAgeMs }, next);
  };
}
