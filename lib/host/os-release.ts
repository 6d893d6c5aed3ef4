import { readFileSync } from 'node:fs';

/** Text of this machine's os-release; empty: it has none. Source: os-release(5), which names both places. */
export function readOsRelease(): string {
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    try {
      return readFileSync(path, 'utf8');
    } catch {}
  }
  return '';
}

/**
 * Keys and values of an os-release or extension-release text. Lines that assign nothing are skipped, quotes and their escapes
 * are taken off; the last of several equal keys counts. Source: os-release(5)
 */
export function releaseKeys(text: string): Readonly<Record<string, string | undefined>> {
  const keys = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, raw = ''] = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line.trimEnd()) ?? [];
    if (key === undefined) continue;
    const [, quote, inner] = /^(["'])(.*)\1$/.exec(raw) ?? [];
    keys.set(key, quote === '"' ? (inner ?? '').replace(/\\([$"\\`])/g, '$1') : (inner ?? raw));
  }
  return Object.fromEntries(keys);
}
