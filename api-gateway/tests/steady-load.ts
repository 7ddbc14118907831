import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

type SentRequest = {
  readonly id: string;
  readonly method: 'GET' | 'POST';
  /** By `performance.now()`. */
  readonly sentAtMs: number;
  /** What came back: a status, or the code of an error. */
  outcome: number | string | undefined;
};

export type SteadyLoad = {
  readonly sent: readonly SentRequest[];
  /** Resolves when so many were sent. */
  readonly reach: (requests: number) => Promise<void>;
  /** Sends nothing more, and waits for the answers to what was sent. */
  readonly stop: () => Promise<void>;
};

const tickMs = 12;

/**
 * Sends two requests every few milliseconds, however slowly they are answered; half of them are POSTs with a body. What a
 * busy machine made it miss is not sent later: that would be no steady load.
 */
export function startSteadyLoad(url: string): SteadyLoad {
  const agent = new http.Agent({ keepAlive: true });
  const sent: SentRequest[] = [];
  const running = new Set<Promise<void>>();
  let stopping = false;

  function sendOne(): void {
    const index = sent.length;
    const request: SentRequest = {
      id: `load-${index}`,
      // In pairs, because two instances that take turns would get all of one kind each.
      method: index % 4 < 2 ? 'POST' : 'GET',
      sentAtMs: performance.now(),
      outcome: undefined,
    };
    sent.push(request);
    const answered = ask(url, request, agent).then((outcome) => {
      request.outcome = outcome;
      running.delete(answered);
    });
    running.add(answered);
  }

  const sending = (async () => {
    while (!stopping) {
      sendOne();
      sendOne();
      await wait(tickMs);
    }
  })();

  return {
    sent,
    reach: async (requests) => {
      while (sent.length < requests) await wait(tickMs);
    },
    stop: async () => {
      stopping = true;
      await sending;
      await Promise.all(running);
      agent.destroy();
    },
  };
}

function ask(url: string, { id, method }: SentRequest, agent: http.Agent): Promise<number | string> {
  const body = method === 'POST' ? '{"some":"thing"}' : '';
  const headers = { 'X-Request-ID': id, 'Content-Type': 'application/json', 'Content-Length': body.length };
  return new Promise((resolve) => {
    const req = http.request(
      url,
      { agent, method, headers: method === 'POST' ? headers : { 'X-Request-ID': id } },
      (res) => {
        res.resume().once('end', () => resolve(res.statusCode ?? 0));
        res.once('error', (error) => resolve(codeOf(error)));
      },
    );
    req.once('error', (error) => resolve(codeOf(error)));
    req.end(body);
  });
}

const codeOf = (error: Error) => ('code' in error ? String(error.code) : error.message);
