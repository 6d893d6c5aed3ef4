import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, sha256Of } from './fingerprint';
import type { SmallDesign } from './small-design';

/** What a finished build left behind. */
export interface KillResult {
  readonly image: string;
  readonly final: ReadonlyMap<string, string>;
  readonly staging: ReadonlyMap<string, string>;
}

export function readKillResult(home: string, { name }: SmallDesign): KillResult {
  return {
    image: sha256Of(join(home, 'images', name, `${name}.raw`)),
    final: fingerprint(join(home, '__prefix__/amd64-usr', name, 'root')),
    staging: fingerprint(join(home, 'build/prefix-amd64-usr', name, 'root')),
  };
}

/** Nothing that is half done may be left in a tree. */
export function halfMerged(home: string, { name }: SmallDesign): readonly string[] {
  const roots = [join(home, '__prefix__/amd64-usr', name, 'root'), join(home, 'build/prefix-amd64-usr', name, 'root')];
  return roots.flatMap((root) => {
    const database = join(root, 'opt', name, 'var/db/pkg');
    if (!existsSync(database)) return [`${database} is not there`];
    return readdirSync(database).flatMap((category) =>
      readdirSync(join(database, category))
        .filter((entry) => entry.startsWith('-'))
        .map((entry) => `${category}/${entry} is half merged`),
    );
  });
}
