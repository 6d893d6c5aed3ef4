import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Board } from '../../lib/layout/names';
import { parseCpv } from '../../lib/pms';
import { loadFlatcarPrefix, openFlatcarTree, readHostTable } from '../../lib/repo';
import type { Merged } from '../recorded-plans';
import { recorded } from './data';

const flatcarDir = recorded('flatcar');
const oracle = recorded('oracle');

describe('the Flatcar overlays', () => {
  const opened = openFlatcarTree(flatcarDir, null);
  const hostInstalled = readHostTable(join(oracle, 'host-installed.jsonl'));
  const files = readdirSync(oracle).filter((name) => /^(staging|runtime)\..*\.jsonl$/.test(name));

  it.each(files)('gives every package of %s the slot and flags that Portage gave it', (file) => {
    const [kind = '', board = '', python = ''] = file.split('.');
    const prefix = loadFlatcarPrefix({
      flatcarDir,
      opened,
      hostInstalled,
      board: board as Board,
      ...(python === 'default' ? {} : { pythonTargets: python }),
    });
    const rows = readFileSync(join(oracle, file), 'utf8')
      .split('\n')
      .filter((row) => row !== '');
    const merged = new Map<string, Merged>();
    for (const row of rows)
      for (const each of (JSON.parse(row) as { merge?: Merged[] }).merge ?? [])
        merged.set(`${each.root} ${each.cpv}`, each);
    const wrong: string[] = [];
    for (const each of merged.values()) {
      const configuration = each.root === 'host' ? prefix.host : kind === 'runtime' ? prefix.runtime : prefix.target;
      const candidate = configuration
        .candidates(parseCpv(each.cpv).qualifiedName)
        .find((one) => one.cpv === each.cpv && one.repository === each.repo);
      if (!candidate || configuration.masks(candidate).length > 0) {
        wrong.push(`${each.cpv} is not visible`);
        continue;
      }
      const use = [...configuration.use(candidate).enabled].filter((flag) => candidate.iuse.has(flag)).sort();
      if (use.join(' ') !== [...each.use].sort().join(' ')) wrong.push(`${each.cpv}: ${use.join(' ')}`);
      if (`${candidate.slot}/${candidate.subSlot}` !== each.slot) wrong.push(`${each.cpv}: slot ${candidate.slot}`);
    }
    expect(merged.size).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });

  it('gives the packages of the SDK the flags that Portage gave them', () => {
    const { host } = loadFlatcarPrefix({ flatcarDir, opened, hostInstalled, board: 'amd64-usr' });
    const wrong = hostInstalled.filter((entry) => {
      const list = host.candidates(parseCpv(entry.cpv).qualifiedName);
      const candidate = list.find((each) => each.cpv === entry.cpv && each.repository === entry.repo);
      return !candidate || [...host.use(candidate).enabled].sort().join(' ') !== [...entry.use].sort().join(' ');
    });
    expect(wrong.map((entry) => entry.cpv)).toEqual([]);
  });
});
