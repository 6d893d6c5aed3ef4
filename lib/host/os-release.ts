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

/** A field of an os-release, without its quotes; empty: it is not there. */
export const osReleaseField = (text: string, name: string): string =>
  new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
