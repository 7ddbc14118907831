import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type RecordedRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Raw names and values, as they came over the wire. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
};

/** What a test wants this service to do with a request; its body was read already. */
export type Answerer = (req: RecordedRequest, res: ServerResponse) => void;

/** Stands where a service of ours would: a real HTTP server that writes down what reaches it. */
export type RecordingService = {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly RecordedRequest[];
  /** Bodies that broke off before their end. */
  readonly brokenRequests: number;
  /** Requests whose sender went away before they were answered. */
  readonly abandonedRequests: number;
  readonly openConnections: () => Promise<number>;
  readonly answerWith: (answerer: Answerer) => void;
  readonly forget: () => void;
  /** Ends it as a crash would. */
  readonly stop: () => Promise<void>;
};

/** Answers `/health`, the key set of `keySetUrl`, and everything else with what it got, unless told otherwise. */
export async function startRecordingService(
  options: { name?: string; port?: number; keySetUrl?: string } = {},
): Promise<RecordingService> {
  const { name = 'service', port = 0, keySetUrl } = options;
  const requests: RecordedRequest[] = [];
  const counts = { broken: 0, abandoned: 0 };
  const echo: Answerer = (req, res) => {
    res.setHeader('Content-Type', 'application/json');
    res.end(JSON.stringify({ name, method: req.method, url: req.url }));
  };
  let answerer = echo;

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { method = '', url = '', headers, rawHeaders } = req;
    if (url === '/health') {
      res.end('{"status":"ok"}');
      return;
    }
    if (url === '/.well-known/jwks.json' && keySetUrl) {
      res.setHeader('Content-Type', 'application/json').end(await (await fetch(keySetUrl)).text());
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    const recorded = { method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString('utf8') };
    requests.push(recorded);
    answerer(recorded, res);
  }

  const server = http.createServer((req, res) => {
    res.on('close', () => {
      if (!res.writableEnded) counts.abandoned += 1;
    });
    answer(req, res).catch(() => {
      counts.broken += 1;
      res.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  // A server that listens on TCP has an address of this form.
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    get brokenRequests() {
      return counts.broken;
    },
    get abandonedRequests() {
      return counts.abandoned;
    },
    openConnections: () =>
      new Promise((resolve, reject) => server.getConnections((e, n) => (e ? reject(e) : resolve(n)))),
    answerWith: (given) => {
      answerer = given;
    },
    forget: () => {
      requests.length = 0;
      answerer = echo;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
