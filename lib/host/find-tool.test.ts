import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { findProgram } from './find-program';
import { hostTools, toolNamed } from './host-tools';
import { findTool } from './install-tools';
import { programPath } from './program-folders';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-tool-'));
  for (const name of ['python3', 'mksquashfs']) {
    writeFileSync(join(folder, name), '#!/bin/sh\n');
    chmodSync(join(folder, name), 0o755);
  }
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const where = (command: string): string | null => {
  const tool = toolNamed(command);
  if (!tool) throw new Error(`no tool ${command}`);
  return findTool(tool);
};

it('is the program that builds find, not one of the user', () => {
  expect(where('python3')).toBe(findProgram('python3', programPath));
});

it('is the first in PATH for what Prefix Studio starts itself', () => {
  expect(where('mksquashfs')).toBe(join(folder, 'mksquashfs'));
  expect(hostTools.filter(({ isOurs }) => isOurs).map(({ command }) => command)).toContain('bwrap');
});
