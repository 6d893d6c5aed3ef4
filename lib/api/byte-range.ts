/** Which bytes of a file are asked for. Source: RFC 9110, 14.1.2. */
export type ByteRange =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly first: number; readonly last: number }
  /** lies behind the end */
  | { readonly kind: 'outside' };

/** Reads a Range header. What is malformed, of another unit, or of several ranges is ignored, as the RFC allows. */
export function parseRange(range: string | null, sizeBytes: number): ByteRange {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(range?.trim() ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return { kind: 'whole' };
  if (from === '') {
    const length = Math.min(Number(to), sizeBytes);
    return length === 0 ? { kind: 'outside' } : { kind: 'part', first: sizeBytes - length, last: sizeBytes - 1 };
  }
  const first = Number(from);
  const last = to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (to !== '' && Number(to) < first) return { kind: 'whole' };
  return first >= sizeBytes ? { kind: 'outside' } : { kind: 'part', first, last };
}

/** Does the condition of If-Range hold? Only a strong tag can say so. Source: RFC 9110, 13.1.5. */
export const rangeHolds = (ifRange: string | null, etag: string): boolean => ifRange === null || ifRange === etag;

/** Does If-None-Match name this very file? */
export function isUnchanged(ifNoneMatch: string | null, etag: string): boolean {
  return (ifNoneMatch ?? '').split(',').some((tag) => tag.trim() === etag || tag.trim() === '*');
}

/** By this header a route tells the front door the length of its answer, bytes. */
export const lengthHeader = 'x-prefix-studio-length';

/** `attachment` with a name that every program reads, and the exact one beside it. Source: RFC 6266, RFC 8187. */
export function attachment(fileName: string): string {
  const plain = fileName.replace(/[^A-Za-z0-9._+-]/g, '_');
  const exact = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"${plain === fileName ? '' : `; filename*=UTF-8''${exact}`}`;
}
