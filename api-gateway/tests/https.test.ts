import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { requireProgram } from '@jetbridge/testing/binaries.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { describeWithServer } from '@jetbridge/testing/suite-availability.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type GatewayUnderTest, type Surroundings, startGateway, startSurroundings } from './gateway-under-test.ts';
import { sendRaw } from './raw-request.ts';

let surroundings: Surroundings;
let gateway: GatewayUnderTest;

const folder = temporaryFolder('certificates');
const fileNamed = (name: string) => join(folder.path, name);

/** A certificate that vouches for itself, and its key, in files named after it. */
function makeCertificate(name: string): void {
  const subject = ['-subj', `/CN=${name}`, '-days', '1'];
  const files = ['-keyout', fileNamed(`${name}.key`), '-out', fileNamed(`${name}.crt`)];
  execFileSync(
    requireProgram('openssl'),
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...subject, ...files],
    {
      stdio: 'ignore',
    },
  );
}

/** The status of an answer, and the name on the certificate of who gave it. */
function ask(path: string): Promise<{ status: number | undefined; name: string }> {
  return new Promise((resolve, reject) => {
    const req = https.get(`${gateway.url}${path}`, { rejectUnauthorized: false, agent: false }, (res) => {
      const name = String((res.socket as TLSSocket).getPeerCertificate().subject.CN);
      res.resume().once('end', () => resolve({ status: res.statusCode, name }));
    });
    req.once('error', reject);
  });
}

describeWithServer('a gateway with a certificate', 'openssl', () => {
  beforeAll(async () => {
    for (const name of ['first', 'second']) makeCertificate(name);
    copyFileSync(fileNamed('first.crt'), fileNamed('used.crt'));
    copyFileSync(fileNamed('first.key'), fileNamed('used.key'));
    surroundings = await startSurroundings();
    gateway = await startGateway({
      ...surroundings.settings,
      TLS_CERT_FILE: fileNamed('used.crt'),
      TLS_KEY_FILE: fileNamed('used.key'),
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await surroundings.stop();
    folder.remove();
  });

  test('speaks HTTPS, and services hear so', async () => {
    expect(gateway.url).toMatch(/^https:/);
    expect(await ask('/api/v1/flights')).toEqual({ status: 200, name: 'first' });
    expect(surroundings.flights.requests.at(-1)?.headers['x-forwarded-proto']).toBe('https');
  });

  test('gives who speaks HTTP no answer, and lives on', async () => {
    const { text, closed } = await sendRaw(gateway.port, 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    expect([text.includes('HTTP/1.1 200'), closed]).toEqual([false, true]);
    expect((await ask('/health')).status).toBe(200);
  });

  test('lets WebSockets through', async () => {
    const ws = new WebSocket(`wss://127.0.0.1:${gateway.port}/socket.io/`, { rejectUnauthorized: false });
    // The service that stands there gives none, which is an answer that came all the way.
    const status = await new Promise((resolve) =>
      ws.once('unexpected-response', (_req, res) => resolve(res.statusCode)),
    );
    expect(status).toBe(200);
    ws.on('error', () => undefined).terminate();
  });

  test('takes a renewed one into use without a restart, and not before its key is there too', async () => {
    copyFileSync(fileNamed('second.crt'), fileNamed('used.crt'));
    expect((await ask('/health')).name).toBe('first');
    copyFileSync(fileNamed('second.key'), fileNamed('used.key'));
    await eventually(async () => expect((await ask('/health')).name).toBe('second'), { timeoutMs: 25_000 });
  });

  test('does not start without the files', async () => {
    const settings = { TLS_CERT_FILE: fileNamed('none.crt'), TLS_KEY_FILE: fileNamed('none.key') };
    await expect(startGateway({ ...surroundings.settings, ...settings })).rejects.toThrow(/none\.crt/);
  });
});
