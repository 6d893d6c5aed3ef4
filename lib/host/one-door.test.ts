import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const project = resolve(import.meta.dirname, '../..');

function sources(folder: string): string[] {
  return readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(tsx?|bash|mjs)$/.test(name) && !/\.test\.tsx?$|__fixtures__/.test(name))
    .map((name) => join(project, folder, name));
}

const filesWith = (pattern: RegExp): string[] =>
  ['lib', 'app', 'components', 'scripts', 'bin']
    .flatMap(sources)
    .filter((path) => pattern.test(readFileSync(path, 'utf8')))
    .map((path) => relative(project, path))
    .sort();

describe('the sandbox is the only door', () => {
  it('has its command line in one place', () => {
    expect(filesWith(/--unshare-(user|pid|net|all)\b/)).toEqual([
      'lib/host/sandbox-command.ts',
      // a developer lets a real Portage build in a copy of a prefix; no part of the product
      'scripts/compare-builds/portage-build.ts',
    ]);
  });

  it('is started by what runs the code of strangers, and by nothing else', () => {
    expect(filesWith(/\b(runSandboxed|startSandbox)\(/)).toEqual([
      'lib/engine/metadata-shell.ts',
      'lib/engine/phases.ts',
      'lib/host/sandbox-probe.ts',
      'lib/host/sandbox.ts',
      'lib/host/session.ts',
      'lib/host/shut-in.ts',
      'lib/inspect/start-program.ts',
      'lib/plan/verify-emerge.ts',
    ]);
  });

  it('has no program that changes the root beside it', () => {
    expect(filesWith(/['"\s(](chroot|nsenter|systemd-nspawn)['"\s]/)).toEqual([]);
  });
});
