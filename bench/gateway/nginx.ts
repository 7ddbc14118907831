import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { startPrivateServer } from '@jetbridge/testing/private-server.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { requireTool } from './tools.ts';

/** An nginx of one process. */
export type Nginx = { readonly port: number; readonly pid: number; readonly stop: () => Promise<void> };

/** Passes everything on to a service over kept connections, and does nothing else. */
export function startPlainNginx(servicePort: number): Promise<Nginx> {
  return startNginx(
    (port) => `
    upstream service { server 127.0.0.1:${servicePort}; keepalive 256; keepalive_requests 1000000000; }
    server {
      listen 127.0.0.1:${port} backlog=4096;
      location / {
        proxy_pass http://service;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header X-Forwarded-For $remote_addr;
      }
    }`,
  );
}

/** Answers everything with the same text at once. */
export function startConstantNginx(answer: string): Promise<Nginx> {
  return startNginx(
    (port) => `
    server {
      listen 127.0.0.1:${port} backlog=4096;
      default_type application/json;
      location / { return 200 '${answer}'; }
    }`,
  );
}

async function startNginx(server: (port: number) => string): Promise<Nginx> {
  const program = requireTool('nginx');
  const folder = temporaryFolder('nginx');
  const port = await freePort();
  const configuration = join(folder.path, 'nginx.conf');
  writeFileSync(configuration, configurationOf(folder.path, server(port)));
  const { stop } = await startPrivateServer({
    title: 'nginx',
    program,
    parameters: ['-p', folder.path, '-c', configuration, '-e', 'stderr'],
    folder,
    probe: async () => {
      await fetch(`http://127.0.0.1:${port}/`, { headers: { Connection: 'close' } });
    },
  });
  return { port, pid: Number(readFileSync(join(folder.path, 'nginx.pid'), 'utf8')), stop };
}

/** One process is master and worker at once; all that it writes lies in its folder. */
const configurationOf = (folder: string, server: string) => `
  daemon off;
  master_process off;
  pid ${folder}/nginx.pid;
  events { worker_connections 4096; }
  http {
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path ${folder}/body;
    proxy_temp_path ${folder}/proxy;
    fastcgi_temp_path ${folder}/fastcgi;
    uwsgi_temp_path ${folder}/uwsgi;
    scgi_temp_path ${folder}/scgi;
    ${server}
  }
`;
