import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeHostNames } from './host-names';

it('makes names in its own folder only, whatever a tree calls a slot', () => {
  const base = mkdtempSync(join(tmpdir(), 'host-names-'));
  try {
    const names = { 'python3.13': '/usr/bin/python3', 'python../../../../out': '/etc', '../out': '/etc', '': '/etc' };
    makeHostNames(join(base, 'broot'), names);
    expect(readdirSync(base)).toEqual(['broot']);
    expect(readdirSync(join(base, 'broot'))).toEqual(['usr']);
    expect(readdirSync(join(base, 'broot/usr/bin'))).toEqual(['python3.13']);
    expect(readlinkSync(join(base, 'broot/usr/bin/python3.13'))).toBe('/usr/bin/python3');
  } finally {
    rmSync(base, { recursive: true });
  }
});
