import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type ListeningServer, listen } from '../src/http/server.ts';

const timeouts = { handshakeMs: 200, headersMs: 200, requestMs: 600, stalledMs: 300, idleMs: 200, lookEveryMs: 25 };

/** What the server answers: later than a stalled client may take, or more than any buffer holds. */
const slowAnswerMs = 900;
const largeAnswerBytes = 50_000_000;

const open: (ListeningServer | Socket)[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await ('stop' in one ? one.stop() : one.destroy());
});

async function startServer(): Promise<number> {
  const server = await listen(
    (req, res) => {
      if (req.url === '/large') res.end(Buffer.alloc(largeAnswerBytes));
      else if (req.url === '/slow') setTimeout(() => res.end('at last'), slowAnswerMs);
      else req.resume().once('end', () => res.end('done'));
    },
    { host: '127.0.0.1', port: 0 },
    { timeouts },
  );
  open.push(server);
  return server.port;
}

/** A connection that has sent so much, and how it ended. Reads nothing when `reads` is false. */
function send(port: number, bytes: string, reads = true) {
  const socket = connect({ port, host: '127.0.0.1' });
  open.push(socket);
  const startedAtMs = performance.now();
  let text = '';
  if (reads) socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined);
  const closed = new Promise<{ text: string; afterMs: number }>((resolve) => {
    socket.once('close', () => resolve({ text, afterMs: performance.now() - startedAtMs }));
  });
  socket.write(bytes);
  return { socket, closed, text: () => text };
}

test('a connection on which nothing comes is cut', async () => {
  const { closed } = send(await startServer(), '');
  const { afterMs } = await closed;
  expect(afterMs).toBeGreaterThan(150);
  expect(afterMs).toBeLessThan(2_000);
});

test('headers that come one by one are cut when their time is over', async () => {
  const { socket, closed } = send(await startServer(), 'GET / HTTP/1.1\r\nHost: x\r\n');
  const dripping = setInterval(() => socket.write('X-More: y\r\n'), 20);
  const { text, afterMs } = await closed;
  clearInterval(dripping);
  expect(text).toMatch(/^HTTP\/1\.1 408 /);
  expect(text).toContain('"code":"request_timeout"');
  expect(afterMs).toBeLessThan(timeouts.requestMs);
});

test('a body that comes byte by byte has longer, and is cut as well', async () => {
  const { socket, closed } = send(await startServer(), 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n');
  const dripping = setInterval(() => socket.write('x'), 20);
  const { text, afterMs } = await closed;
  clearInterval(dripping);
  expect(text).toMatch(/^HTTP\/1\.1 408 /);
  expect(afterMs).toBeGreaterThan(timeouts.requestMs - 50);
});

test('who does not read the answer is cut; who waits for one is not', async () => {
  const port = await startServer();
  const stalled = send(port, 'GET /large HTTP/1.1\r\nHost: x\r\n\r\n', false);
  const waiting = send(port, 'GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  await wait(4 * timeouts.stalledMs);
  // A socket that nobody reads does not see its end; what is left in its buffers ends far below the whole answer.
  stalled.socket.resume();
  await stalled.closed;
  expect(stalled.socket.bytesRead).toBeLessThan(largeAnswerBytes);
  expect((await waiting.closed).text).toContain('at last');
});

test('a connection that asks nothing more is cut after a while, and not before', async () => {
  const { socket, closed, text } = send(await startServer(), 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await wait(100);
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const { afterMs } = await closed;
  expect(text().match(/HTTP\/1\.1 200 /g)).toHaveLength(2);
  expect(afterMs).toBeGreaterThan(timeouts.idleMs);
});
