import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TargetRoot } from './vdb';
import { foreignWorld, readWorld, updateWorld, type WorldEntry } from './world';

let target: TargetRoot;
const folder = (): string => join(target.root, target.eprefix, 'var/lib/portage');
const text = (name: string): string => readFileSync(join(folder(), name), 'utf8');
const install = (...cpvs: readonly string[]): void => {
  for (const cpv of cpvs) mkdirSync(join(target.root, target.eprefix, 'var/db/pkg', cpv), { recursive: true });
};
const entry = (atom: string, ...cpvs: readonly string[]): WorldEntry => ({ atom, cpvs });

beforeEach(() => {
  target = { root: mkdtempSync(join(tmpdir(), 'world-')), eprefix: '/opt/demo' };
});
afterEach(() => rmSync(target.root, { recursive: true }));

describe('the world of a root', () => {
  it('names what is installed of what was asked for, sorted, sets in a file of their own', async () => {
    install('app-misc/jq-1.7', 'app-misc/jq-lib-1', 'dev-lang/python-3.12.1');
    await updateWorld(target, {
      kind: 'design',
      packages: [
        entry('dev-lang/python:3.12', 'dev-lang/python-3.12.1'),
        entry('app-misc/jq-lib', 'app-misc/jq-lib-1'),
        entry('app-misc/jq', 'app-misc/jq-1.7'),
        entry('app-misc/failed', 'app-misc/failed-1'),
      ],
      sets: ['@tools', '@editors'],
    });
    expect(text('world')).toBe('app-misc/jq\napp-misc/jq-lib\ndev-lang/python:3.12\n');
    expect(text('world_sets')).toBe('@editors\n@tools\n');
    expect(foreignWorld(target)).toEqual({ packages: [], sets: [] });
  });

  it('loses what the design drops and keeps what was asked for by name', async () => {
    install('a/one-1', 'a/two-1', 'a/three-1');
    const one = entry('a/one', 'a/one-1');
    await updateWorld(target, { kind: 'design', packages: [one, entry('a/two', 'a/two-1')], sets: ['@x'] });
    await updateWorld(target, { kind: 'add', packages: [entry('a/three', 'a/three-1')], sets: [] });
    expect(foreignWorld(target)).toEqual({ packages: ['a/three'], sets: [] });
    await updateWorld(target, { kind: 'design', packages: [one], sets: [] });
    expect(readWorld(target)).toEqual({ packages: ['a/one', 'a/three'], sets: [] });
    await updateWorld(target, { kind: 'add', packages: [one], sets: [] });
    await updateWorld(target, { kind: 'design', packages: [], sets: [] });
    expect(readWorld(target).packages).toEqual(['a/one', 'a/three']);
    await updateWorld(target, { kind: 'add', packages: [], sets: [], dropped: ['a/three'] });
    expect(text('world')).toBe('a/one\n');
  });

  it('heeds lines that an emerge or a person wrote, comments aside', async () => {
    mkdirSync(folder(), { recursive: true });
    writeFileSync(join(folder(), 'world'), '# mine\na/hand # why\n@mine\n\n');
    writeFileSync(join(folder(), 'world_sets'), '@other\n');
    expect(foreignWorld(target)).toEqual({ packages: ['a/hand'], sets: ['@mine', '@other'] });
  });

  it('never takes for asked by name what a design put there, wherever writing stopped', async () => {
    install('a/one-1', 'a/two-1');
    await updateWorld(target, { kind: 'design', packages: [entry('a/one', 'a/one-1')], sets: [] });
    // the world cannot be replaced: the run stops between its files
    rmSync(join(folder(), 'world'));
    mkdirSync(join(folder(), 'world'));
    const wish = { kind: 'design', packages: [entry('a/two', 'a/two-1')], sets: [] } as const;
    await expect(updateWorld(target, wish)).rejects.toThrow();
    rmSync(join(folder(), 'world'), { recursive: true });
    for (const line of ['a/one', 'a/two']) {
      writeFileSync(join(folder(), 'world'), `${line}\n`);
      expect(foreignWorld(target).packages).toEqual([]);
    }
    await updateWorld(target, wish);
    expect(text('world')).toBe('a/two\n');
  });

  it('is not read through a link out of the root', () => {
    mkdirSync(folder(), { recursive: true });
    const secret = join(target.root, 'secret');
    writeFileSync(secret, 'a/secret\n');
    symlinkSync(secret, join(folder(), 'world'));
    expect(readWorld(target).packages).toEqual([]);
  });
});
