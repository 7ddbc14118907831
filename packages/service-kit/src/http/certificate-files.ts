import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Stoppable, startLoop } from '../lifecycle/loop.ts';
import type { Logger } from '../log/logger.ts';
import type { Certificate, ListeningServer } from './server.ts';

/** Where the certificate of a server lies, with those that vouch for it, and where its key. */
export type CertificateFiles = { readonly certFile: string; readonly keyFile: string };

/** Certificates are renewed weeks before they end. */
const lookEveryMs = 10_000;

/** Reads a certificate at the start. @throws when a file can't be read. */
export function readCertificate({ certFile, keyFile }: CertificateFiles): Certificate {
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}

/**
 * Takes a renewed certificate into use without a restart, whoever renews it and however: by comparing what is in the files.
 * A pair that does not fit, because only one of the files was replaced yet, is tried again, and the old one stays until then.
 */
export function followCertificate(options: {
  server: ListeningServer;
  files: CertificateFiles;
  inUse: Certificate;
  log: Logger;
  lookEveryMs?: number;
}): Stoppable {
  const { server, files, log } = options;
  let inUse = options.inUse;
  return startLoop({
    name: 'renewed certificate',
    idleMs: options.lookEveryMs ?? lookEveryMs,
    log,
    runOnce: async () => {
      const found = { cert: await readFile(files.certFile, 'utf8'), key: await readFile(files.keyFile, 'utf8') };
      if (found.cert === inUse.cert && found.key === inUse.key) return 0;
      server.useCertificate(found);
      inUse = found;
      log.info({ certFile: files.certFile }, 'a renewed certificate is in use');
      return 0;
    },
  });
}
