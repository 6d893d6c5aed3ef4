import { visibleText } from '@/lib/layout/visible-text';

/** A path in its three parts, as they are shown. Joined they are the path with what cannot be seen in it escaped. */
export interface PathParts {
  /** the root folder it lies in (ROOT or SYSROOT), '' when it is written as seen from inside */
  readonly root: string;
  /** the offset prefix (EPREFIX), '' when the path lies outside of it */
  readonly prefix: string;
  readonly rest: string;
}

const trimSlash = (path: string): string => (path === '/' ? '' : path.replace(/\/+$/, ''));

/** True when `path` is `folder` or lies below it. */
function isBelow(path: string, folder: string): boolean {
  return folder !== '' && (path === folder || path.startsWith(`${folder}/`));
}

/** Splits a path into ROOT · EPREFIX · rest. A root of `/` is drawn as no root. */
export function splitPath(written: string, root: string, prefix: string): PathParts {
  const path = visibleText(written);
  const rootPart = trimSlash(root);
  const prefixPart = trimSlash(prefix);
  const inside = isBelow(path, rootPart) ? path.slice(rootPart.length) : path;
  const drawnRoot = isBelow(path, rootPart) ? rootPart : '';
  if (isBelow(inside, prefixPart)) {
    return { root: drawnRoot, prefix: prefixPart, rest: inside.slice(prefixPart.length) };
  }
  return { root: drawnRoot, prefix: '', rest: inside };
}

/**
 * Splits a part into a head that may be shortened and a tail that stays, so that an ellipsis falls into the middle:
 * the tail is the last `keep` segments.
 */
export function headAndTail(part: string, keep: number): readonly [head: string, tail: string] {
  if (keep <= 0) return [part, ''];
  let cut = part.length;
  for (let taken = 0; taken < keep; taken++) {
    const slash = part.lastIndexOf('/', cut - 1);
    if (slash <= 0) return ['', part];
    cut = slash;
  }
  return [part.slice(0, cut), part.slice(cut)];
}
