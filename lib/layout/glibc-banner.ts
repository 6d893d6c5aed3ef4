/** The version that a glibc says of itself, in text or bytes of its `libc.so.6` read as latin1; null: it is none, or says none. */
export function glibcVersionIn(text: string): string | null {
  const at = text.indexOf('GNU C Library');
  const banner = at < 0 ? '' : text.slice(at, at + 200);
  return /release version (\d+(?:\.\d+)+)/.exec(banner)?.[1] ?? null;
}
