import http from 'node:http';
import https from 'node:https';
import type { Instance } from './instance.ts';

/** More than the key set, a profile or a `/health` is long. */
const maximumAnswerBytes = 262_144;

/**
 * Asks one instance for something on behalf of the gateway itself. `fetch` would not do: where an address was looked up, the
 * `Host` header and the certificate are the name's.
 * @throws when there is no whole answer in time.
 */
export function askInstance(
  { target }: Instance,
  path: string,
  { timeoutMs, headers = {} }: { timeoutMs: number; headers?: Readonly<Record<string, string>> },
): Promise<{ status: number; body: string }> {
  const { request } = target.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const req = request(
      {
        protocol: target.protocol,
        hostname: target.hostname,
        port: target.port,
        path: `${target.pathname.replace(/\/$/, '')}${path}`,
        headers: { ...headers, Host: target.host },
        // A connection of its own each time: one that was kept could live while nobody takes new ones any more.
        agent: false,
        signal: AbortSignal.timeout(timeoutMs),
      },
      (res) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        res.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > maximumAnswerBytes) req.destroy(new Error(`The answer to ${path} is too long.`));
        });
        res.once('end', () => resolve({ status: res.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
        res.once('error', reject);
      },
    );
    req.once('error', reject);
    req.end();
  });
}
