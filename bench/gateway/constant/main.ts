// The service that the gateways of `npm run bench -- gateway` stand before: Node's own server, which answers everything
// with the same text at once.
import http from 'node:http';

const { PORT, ANSWER = '' } = process.env;

http
  .createServer({ keepAliveTimeout: 65_000 }, (_req, res) => {
    res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(ANSWER) });
    res.end(ANSWER);
  })
  .listen(Number(PORT), '127.0.0.1');
