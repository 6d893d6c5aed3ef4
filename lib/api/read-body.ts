import { ApiError } from './errors';
import { parseJson } from './json-text';
import { readUpTo } from './read-up-to';

/** The largest body that any route takes. */
const mostBodyBytes = 1024 * 1024;

type Sent = Pick<Request, 'headers' | 'body'>;

/**
 * The JSON value of a request. Nothing above the limit is read: the length that the header tells is believed first, and the
 * stream is cut where it passes the limit. Throws MEDIA_TYPE, BODY_TOO_LARGE, BODY_NOT_JSON.
 */
export async function readJson(request: Sent): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type)) {
    throw new ApiError('MEDIA_TYPE', `A body of type \`${type.slice(0, 100) || 'none'}\` is not understood.`, {
      hint: 'Send `content-type: application/json`, in UTF-8.',
    });
  }
  if (request.headers.has('content-encoding')) {
    throw new ApiError('MEDIA_TYPE', 'A compressed body is not accepted.', {
      hint: 'Send it without content-encoding.',
    });
  }
  return parseJson(decode(await readBytes(request)));
}

async function readBytes({ headers, body }: Sent): Promise<Uint8Array> {
  if (Number(headers.get('content-length') ?? 0) > mostBodyBytes) throw tooLarge();
  if (!body) return new Uint8Array();
  const bytes = await readUpTo(body, mostBodyBytes);
  if (bytes === null) throw tooLarge();
  return bytes;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError('BODY_NOT_JSON', 'The body is not UTF-8.', { hint: 'Send JSON in UTF-8.' });
  }
}

const tooLarge = (): ApiError =>
  new ApiError('BODY_TOO_LARGE', `The body is larger than ${mostBodyBytes / 1024} KiB.`, {
    hint: 'A design of that size is a mistake; send less.',
  });
