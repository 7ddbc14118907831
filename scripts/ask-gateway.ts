import http from 'node:http';
import https from 'node:https';

/** Where the gateway of this machine answers, by the settings of the environment. */
export function gatewayAddress({ PORT, TLS_CERT_FILE }: NodeJS.ProcessEnv): string {
  return `${TLS_CERT_FILE ? 'https' : 'http'}://127.0.0.1:${PORT || 3000}`;
}

/** Asks the gateway of this machine. @throws when nobody answers within a second. */
export function askGateway(url: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { get } = url.startsWith('https:') ? https : http;
    // Its certificate is for its public name, and not for the address by which this machine calls itself.
    const options = { rejectUnauthorized: false, agent: false, signal: AbortSignal.timeout(1_000) };
    const req = get(url, options, (res) => {
      let body = '';
      res.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      res.once('end', () => resolve({ status: res.statusCode ?? 0, body }));
      res.once('error', reject);
    });
    req.once('error', reject);
  });
}
