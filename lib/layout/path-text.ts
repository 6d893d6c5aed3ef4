/** Does the path begin at the root directory? */
export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/');
}

/** An absolute path by its text alone: no empty, `.` or `..` parts, no slash at the end except of `/` itself. */
export function normalizeAbsolutePath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** A path below another one: `/` and `/opt/demo` give `/opt/demo`; an empty offset gives the base. */
export function joinOffset(base: string, offset: string): string {
  return normalizeAbsolutePath(`${base}${offset}`);
}

/** An offset prefix: normalised, and empty for `/`, because a lone slash means no prefix. */
export function normalizeOffset(offset: string): string {
  const normalized = normalizeAbsolutePath(offset);
  return normalized === '/' ? '' : normalized;
}
