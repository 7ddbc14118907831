import { unsubscribeMediaTypes } from '@jetbridge/contracts/reminders/preference-routes.ts';
import { HttpProblem } from '@jetbridge/service-kit/http/problems.ts';
import { invalidBodyAt } from '@jetbridge/service-kit/http/validation.ts';

/** Many times what the one field needs, also in the longest form a mail program may write it. */
const longestBody = 4_096;

const field = 'List-Unsubscribe';

/**
 * Checks that a body is the one click of RFC 8058, `List-Unsubscribe=One-Click` in either form that it may have, or says
 * nothing at all: nothing, or an empty JSON object, as a page of ours may send it.
 * @throws HttpProblem 413, 415 or 422
 */
export async function checkOneClick(mediaType: string | undefined, body: Buffer): Promise<void> {
  if (body.length === 0) return;
  if (body.length > longestBody) {
    throw new HttpProblem({
      status: 413,
      code: 'body_too_large',
      detail: `The body is larger than ${longestBody} bytes.`,
    });
  }
  const [type = ''] = (mediaType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  if (type === 'application/json' && /^\s*\{\s*\}\s*$/.test(body.toString('utf8'))) return;
  if (!unsubscribeMediaTypes.some((one) => one === type)) throw unsupportedMediaType();
  const form = await readForm(mediaType ?? '', body);
  if (form?.get(field) !== 'One-Click' || [...form.keys()].length !== 1) {
    throw invalidBodyAt(`/${field}`, 'invalid_value', `The form must be ${field}=One-Click and nothing else.`);
  }
}

/** The platform reads both forms; nothing for what is neither. */
async function readForm(mediaType: string, body: Buffer): Promise<FormData | undefined> {
  try {
    return await new Response(new Uint8Array(body), { headers: { 'Content-Type': mediaType } }).formData();
  } catch {
    return undefined;
  }
}

const unsupportedMediaType = () =>
  new HttpProblem({
    status: 415,
    code: 'unsupported_media_type',
    detail: `The body must be ${unsubscribeMediaTypes.join(' or ')}, or nothing.`,
    headers: { Accept: unsubscribeMediaTypes.join(', ') },
  });
