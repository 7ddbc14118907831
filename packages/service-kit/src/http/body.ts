import express, { type Request, type Response } from 'express';
import { HttpProblem } from './problems.ts';

/** The largest body a route takes: 1 MiB. */
export const maximumBodyBytes = 1_048_576;

const parseJson = express.json({ limit: maximumBodyBytes, strict: false, inflate: false, type: () => true });

/**
 * Reads a request's JSON body; only now, so that who is not allowed in can't make us read.
 * @throws HttpProblem 400 for what is not JSON, 413 for too much, 415 for another media type, charset or encoding.
 */
export async function readBody(req: Request, res: Response): Promise<unknown> {
  const mediaType = req.get('content-type');
  if (mediaType === undefined) {
    if (req.get('transfer-encoding') === undefined && Number(req.get('content-length') ?? 0) === 0) return undefined;
    throw unsupportedMediaType();
  }
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;\s*charset=("?)utf-8\1\s*)?$/i.test(mediaType))
    throw unsupportedMediaType();
  await new Promise<void>((resolve, reject) => {
    parseJson(req, res, (error?: unknown) => (error ? reject(toProblem(error)) : resolve()));
  });
  return req.body;
}

const parseRaw = express.raw({ limit: maximumBodyBytes, inflate: false, type: () => true });

/** Reads a request's body as it came. @throws HttpProblem 413 for too much, 415 for a body that is encoded. */
export async function readRawBody(req: Request, res: Response): Promise<Buffer> {
  await new Promise<void>((resolve, reject) => {
    parseRaw(req, res, (error?: unknown) => (error ? reject(toProblem(error)) : resolve()));
  });
  return Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
}

/** A request's body as it comes. @throws HttpProblem 415 for another media type or charset, or a body that is encoded. */
export function streamBody(req: Request, mediaTypes: readonly string[]): Request {
  const [mediaType = '', ...parameters] = (req.get('content-type') ?? '').toLowerCase().split(/\s*;\s*/);
  const isUtf8 = parameters.every(
    (parameter) => !parameter.startsWith('charset=') || /^charset="?utf-8"?$/.test(parameter),
  );
  if (mediaTypes.includes(mediaType) && isUtf8 && req.get('content-encoding') === undefined) return req;
  throw new HttpProblem({
    status: 415,
    code: 'unsupported_media_type',
    detail: `The body must be ${mediaTypes.join(' or ')} in UTF-8, and not encoded.`,
    headers: { Accept: mediaTypes.join(', ') },
  });
}

const unsupportedMediaType = () =>
  new HttpProblem({
    status: 415,
    code: 'unsupported_media_type',
    detail:
      'The body must be JSON in UTF-8: send the header "Content-Type: application/json", and no Content-Encoding.',
    headers: { Accept: 'application/json' },
  });

/** body-parser marks its errors with a type. */
function toProblem(error: unknown): HttpProblem {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  switch (type) {
    case 'entity.too.large':
      return new HttpProblem({
        status: 413,
        code: 'body_too_large',
        detail: `The body is larger than ${maximumBodyBytes} bytes.`,
      });
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return unsupportedMediaType();
    default:
      return new HttpProblem({ status: 400, code: 'invalid_json', detail: 'The body is not well-formed JSON.' });
  }
}
