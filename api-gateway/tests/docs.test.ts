import { problem } from '@jetbridge/contracts/http/problem.ts';
import { createApiDocument } from '@jetbridge/contracts/openapi/document.ts';
import { publicRoutes } from '@jetbridge/contracts/openapi/public-routes.ts';
import { call } from '@jetbridge/testing/call.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { findDestination } from '../src/routes.ts';
import { type GatewayUnderTest, type Surroundings, startGateway, startSurroundings } from './gateway-under-test.ts';

let surroundings: Surroundings;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  surroundings = await startSurroundings();
  gateway = await startGateway({ ...surroundings.settings, RATE_LIMIT_PER_MINUTE: '20' });
});
afterAll(async () => {
  await gateway.stop();
  await surroundings.stop();
});

test('GET /openapi.json answers the document of this version, and 304 to who has it', async () => {
  const answer = await call(gateway.url, 'GET /openapi.json');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/);
  const expected = createApiDocument({ version: packageJson.version, prefix: '/api/v1' });
  expect(answer.body).toEqual(JSON.parse(JSON.stringify(expected)));
  // Without a wish of ours fetch sends `no-cache`, which asks for the whole answer.
  const headers = { 'If-None-Match': answer.headers.get('etag') ?? '', 'Cache-Control': 'max-age=0' };
  expect((await call(gateway.url, 'GET /openapi.json', { headers })).status).toBe(304);
  expect((await call(gateway.url, 'GET /docs', { headers })).status).toBe(200);
});

test.for(['/docs', '/docs/'])('GET %s answers a page that loads from this gateway alone', async (path) => {
  const answer = await call(gateway.url, `GET ${path}`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = answer.headers.get('content-security-policy');
  expect(policy).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;/,
  );
  expect(policy).not.toMatch(/unsafe|https?:/);
  const loaded = Array.from(String(answer.body).matchAll(/(?:src|href)="([^"]+)"/g), ([, address = '']) => address);
  expect(loaded).toContain('/docs/swagger-ui-bundle.js');
  for (const address of loaded) {
    const file = await call(gateway.url, `GET ${address}`);
    expect({ address, status: file.status }).toEqual({ address, status: 200 });
    expect(file.body.length ?? 1).toBeGreaterThan(0);
  }
  expect(answer.body).not.toMatch(/<script>|<style|style=|https?:\/\//);
});

test('no other file of the viewer is served, and nothing outside it', async () => {
  for (const path of ['swagger-ui-bundle.js.map', 'package.json', 'docs.html', '..%2fapp.ts', 'index.html']) {
    expect((await call(gateway.url, `GET /docs/${path}`)).status).toBeGreaterThanOrEqual(400);
  }
});

test('documents are read, not written', async () => {
  for (const path of ['/openapi.json', '/docs', '/docs/docs.css']) {
    const answer = await call(gateway.url, `POST ${path}`);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
    expect((await call(gateway.url, `HEAD ${path}`)).status).toBe(200);
  }
});

test('parameters are refused where the API answers, and do no harm where pages do', async () => {
  for (const path of ['/health', '/ready', '/openapi.json']) {
    const refused = await call(gateway.url, `GET ${path}?verbose=1&__proto__=x`);
    expect(refused.status).toBe(422);
    expect(problem.parse(refused.body)).toMatchObject({
      code: 'invalid_request',
      errors: [
        { parameter: 'verbose', code: 'unknown_field' },
        { parameter: '__proto__', code: 'unknown_field' },
      ],
    });
    expect((await call(gateway.url, `GET ${path}?`)).status).toBe(200);
  }
  expect((await call(gateway.url, 'GET /docs?theme=dark')).status).toBe(200);
  expect((await call(gateway.url, 'GET /docs/docs.css?v=1')).status).toBe(200);
});

test('neither the document, the page nor health counts on a budget', async () => {
  const before = await remainingRequests();
  for (const path of ['/openapi.json', '/docs', '/docs/docs.css', '/health', '/ready']) {
    expect((await call(gateway.url, `GET ${path}`)).headers.has('ratelimit')).toBe(false);
  }
  expect(await remainingRequests()).toBe(before - 1);
});

async function remainingRequests(): Promise<number> {
  const { headers } = await call(gateway.url, 'GET /api/v1/flights');
  return Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
}

test.for(publicRoutes.filter(({ route }) => route.service !== 'api-gateway'))(
  '$route.id goes to the service that the contract names',
  ({ route }) => {
    const address = `${route.atRoot ? '' : '/api/v1'}${route.path.replaceAll(/:\w+/g, 'some-id')}`;
    expect(findDestination(address)?.service).toBe(route.service);
  },
);
