import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contract, type Route } from '../api';
import { readSent } from '../api/read-request';
import { answer, isStoreless, loadService } from '.';
import type { Home } from './here';

describe('the service', () => {
  it('has a handler for every route', async () => {
    const rooms = await loadService();
    const answered = rooms.flatMap((room) => Object.keys(room));
    expect([...new Set(answered)].sort()).toEqual(Object.keys(contract).sort());
  });

  it('answers what needs no store where there is none', async () => {
    const home = join(mkdtempSync(join(tmpdir(), 'prefix-studio-service-')), 'none');
    const here = { home } as Home;
    const asker = { signal: new AbortController().signal };
    const asked = readSent('POST /api/check', { body: { text: 'name: x\n' } });
    const check = await answer('POST /api/check', here, asked, asker);
    expect(check).toMatchObject({ ok: false, design: null });
    const starters = await answer('GET /api/starters', here, readSent('GET /api/starters'), asker);
    expect(starters.map(({ id }) => id)).toContain('tree');
    expect(existsSync(home)).toBe(false);
    rmSync(join(home, '..'), { recursive: true });
  });

  it.each<[Route, boolean]>([
    ['GET /api/doctor', true],
    ['GET /api/prefixes', false],
  ])('says whether %s needs the store', (route, wanted) => {
    expect(isStoreless(route)).toBe(wanted);
  });
});
