import type { ServerResponse } from 'node:http';
import { lengthHeader } from '../../api/byte-range';

/** Next leaves out the length that a route gives its answer; a route tells it by a header of ours, which ends here. */
export function restoreLength(response: ServerResponse): void {
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  // also called by Node when the first byte of a body comes
  response.writeHead = ((...args: unknown[]) => {
    const length = response.getHeader(lengthHeader);
    if (length !== undefined) {
      response.removeHeader(lengthHeader);
      response.setHeader('content-length', length);
    }
    return writeHead(...args);
  }) as ServerResponse['writeHead'];
}
