/** Eight rare letters, over and over: whatever eight bytes in a row are cut out of it, they are one of eight words. */
const pattern = 'qzjxkvwy';

/**
 * EPREFIX of packages that are built for any path. As long as the longest path that a design may name, so that every path
 * fits in its place, and short enough for `#!` lines (the kernel reads 255 bytes).
 */
export const placeholderPath = `/opt/relocatable_${pattern.repeat(10)}`.slice(0, 96);

/** The eight words of which one is in every piece of the placeholder's second half that has eight bytes. */
export const fragments: readonly Buffer[] = Array.from(pattern, (_, at) =>
  Buffer.from(pattern.slice(at) + pattern.slice(0, at)),
);

/** Why a package cannot be rewritten for a path; null: it can. */
export function whyNoRoom(path: string): string | null {
  if (path === '') return 'the prefix has no path';
  if (path.length <= placeholderPath.length) return null;
  return `the path has ${path.length} characters; what is compiled in has room for ${placeholderPath.length}`;
}
