import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PlannedPackage } from '../resolve/plan';
import { buildObstacle } from './build-obstacle';
import type { OpenedDesign } from './open-design';

let base: string;
const plan = {
  packages: [{ root: 'staging', action: 'build', cpv: 'app-misc/one-1', repository: 'tree' } as PlannedPackage],
};

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'obstacle-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function put(path: string): void {
  mkdirSync(dirname(join(base, path)), { recursive: true });
  writeFileSync(join(base, path), '');
  chmodSync(join(base, path), 0o755);
}

function opened(kind: 'starter' | 'flatcar'): OpenedDesign {
  const repositories = { byName: new Map([['tree', { location: join(base, 'tree') }]]) };
  return { design: { tree: 'mine', board: 'amd64-usr' }, tree: { kind, repositories } } as unknown as OpenedDesign;
}

it('names a tree that has metadata without ebuilds', () => {
  const obstacle = buildObstacle(opened('starter'), plan, '');
  expect(obstacle?.message).toContain('1 of 1 packages cannot be built, `app-misc/one-1` for one');
  expect(obstacle?.hint).toContain('whole checkout');
});

it('asks for the cross compiler of the SDK on Flatcar trees only, and only where something is built', () => {
  put('tree/app-misc/one/one-1.ebuild');
  expect(buildObstacle(opened('starter'), plan, '')).toBeNull();
  expect(buildObstacle(opened('flatcar'), plan, base)?.message).toContain('no `x86_64-cros-linux-gnu-gcc`');
  expect(buildObstacle(opened('flatcar'), { packages: [] }, base)).toBeNull();
  put('x86_64-cros-linux-gnu-gcc');
  expect(buildObstacle(opened('flatcar'), plan, base)).toBeNull();
});
