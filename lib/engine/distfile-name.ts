/** Longest name that still has room for what is put behind it while the file is fetched. */
const longestName = 220;

const pattern = /^[A-Za-z0-9_][^/\\\s\p{C}]*$/u;

/**
 * Can the text be the name of a file in DISTDIR? It is one path component, begins like a package name, and holds no
 * control or invisible characters. Source: PMS 8.2.10 (no slash); the rest is ours, no known tree needs more.
 */
export const isDistfileName = (text: string): boolean => Buffer.byteLength(text) <= longestName && pattern.test(text);
