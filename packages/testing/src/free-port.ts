import { createServer, type Server } from 'node:net';

// Below 32768, where Linux begins to hand out ports for outgoing connections.
const FIRST_PORT = 20_000;
const PORTS_PER_BLOCK = 40;
const BLOCKS = 300;

type Block = { next: number; readonly end: number };

let block: Block | undefined;
let queue: Promise<unknown> = Promise.resolve();

/**
 * A port on 127.0.0.1 that nobody listens on and that no other process asking here gets: each process owns a block of
 * ports for as long as it lives, by listening on the block's first one. Never returns the same port twice.
 */
export function freePort(): Promise<number> {
  const port = queue.then(takePort);
  queue = port.catch(() => undefined);
  return port;
}

async function takePort(): Promise<number> {
  for (let claims = 0; claims < BLOCKS; claims += 1) {
    block ??= await claimBlock();
    while (block.next < block.end) {
      const port = block.next;
      block.next += 1;
      if (await isFree(port)) return port;
    }
    block = undefined;
  }
  throw new Error('No free port is left: every block of this process is used up.');
}

async function claimBlock(): Promise<Block> {
  for (let tries = 0; tries < BLOCKS; tries += 1) {
    // Processes begin at different places, so that a block whose owner just ended is not taken at once: its late
    // clients would reconnect to a stranger.
    const index = (process.pid * 7 + tries) % BLOCKS;
    const first = FIRST_PORT + index * PORTS_PER_BLOCK;
    const claim = await listen(first);
    if (!claim) continue;
    claim.unref();
    return { next: first + 1, end: first + PORTS_PER_BLOCK };
  }
  throw new Error(`No free block of ports is left between ${FIRST_PORT} and ${FIRST_PORT + BLOCKS * PORTS_PER_BLOCK}.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = await listen(port);
  if (!server) return false;
  await new Promise((resolve) => server.close(resolve));
  return true;
}

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}
