import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StreamMessage } from '../api/stream';
import { openDatabase, type StudioDatabase } from '../db/index';
import { addTree, forgetTree } from '../plan/trees';
import { LazyPlanning } from './lazy-planning';
import { liveMessages } from './live-stream';
import { Trees } from './tree-answers';

const home = mkdtempSync(join(tmpdir(), 'live-stream-'));
const overlay = join(home, 'overlay');
let studio: StudioDatabase;

beforeAll(async () => {
  mkdirSync(join(overlay, 'profiles'), { recursive: true });
  mkdirSync(join(overlay, 'metadata'));
  mkdirSync(join(overlay, 'app-misc/a'), { recursive: true });
  writeFileSync(join(overlay, 'profiles/repo_name'), 'mine\n');
  writeFileSync(join(overlay, 'metadata/layout.conf'), 'masters =\n');
  writeFileSync(join(overlay, 'app-misc/a/a-1.ebuild'), 'EAPI=8\nSLOT=0\n');
  studio = await openDatabase({ home, url: null });
});

afterAll(async () => {
  await studio.close();
  rmSync(home, { recursive: true });
});

it('tells that the list of trees is old when one is added or removed, by whomever', async () => {
  const stop = new AbortController();
  const trees = new Trees(home, new LazyPlanning(home, () => {}));
  const told: StreamMessage[] = [];
  const steps = [() => addTree('mine', overlay, home), () => forgetTree('mine', home), () => stop.abort()];
  for await (const { message } of liveMessages(studio, home, { lists: true }, stop.signal, trees)) {
    // the first look compares with nothing: it tells the runner
    if (message.kind === 'trees') told.push(message);
    if (message.kind === 'trees' || message.kind === 'runner') await steps.shift()?.();
  }
  expect(told).toEqual([
    { kind: 'trees', work: {}, isListOld: true },
    { kind: 'trees', work: {}, isListOld: true },
  ]);
});
