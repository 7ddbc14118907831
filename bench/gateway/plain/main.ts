// The stock gateway of `npm run bench -- gateway`: express and http-proxy-middleware as their manuals set them up; with
// `STOCK_STEPS=on` also morgan and express-rate-limit, which counts for this process alone.
import { createWriteStream } from 'node:fs';
import http from 'node:http';
import express from 'express';
import { rateLimit } from 'express-rate-limit';
import { createProxyMiddleware } from 'http-proxy-middleware';
import morgan from 'morgan';

const { PORT, TARGET, STOCK_STEPS, ACCESS_LOG = '/dev/null' } = process.env;

const app = express();
app.disable('x-powered-by');
if (STOCK_STEPS === 'on') {
  app.use(morgan('combined', { stream: createWriteStream(ACCESS_LOG) }));
  app.use(rateLimit({ windowMs: 60_000, limit: 1_000_000_000, standardHeaders: 'draft-8', legacyHeaders: false }));
}
app.use(
  createProxyMiddleware({ target: TARGET ?? '', agent: new http.Agent({ keepAlive: true, maxFreeSockets: 256 }) }),
);
app.listen(Number(PORT), '127.0.0.1');
