import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import { generatedCache } from './ebuild-index';
import { stampOf } from './ebuild-scan';
import { limits } from './limits';
import type { Repository } from './repositories';

/**
 * What kept an ebuild from being read besides itself: the bash of this machine, the eclasses it may use, or the machine, which had
 * no process or memory left for it at that moment.
 */
export type FailureCause = 'bash' | 'eclasses' | 'machine';

/** Entry (`category/PF`) -> state of the cause when it was tried. */
type Failures = Readonly<Record<string, string>>;

const fileOf = (cache: string): string => join(cache, 'failed.json');

function readFailures(cache: string): Failures {
  try {
    return JSON.parse(readFileSync(fileOf(cache), 'utf8')) as Failures;
  } catch {
    return {};
  }
}

/** Names, times and sizes of the eclasses that a repository may use, in one word. */
function eclassState({ eclassFolders }: Repository): string {
  const hash = createHash('md5');
  for (const folder of eclassFolders) {
    const list = new ContainedFolder(dirname(folder)).list(folder, limits.folderEntries);
    for (const name of list.kind === 'content' ? list.names : [])
      hash.update(`${folder}/${name} ${stampOf(join(folder, name))}\n`);
  }
  return hash.digest('hex');
}

/** Remembers entries that say why there is no metadata, with the state of what they were tried with. */
export class FailedEntries {
  private readonly found = new Map<string, Record<string, string>>();
  private readonly eclasses = new Map<string, string>();

  constructor(private readonly cacheFolder: string) {}

  /** `entry`: `category/PF` */
  add(repository: Repository, entry: string, cause: FailureCause, bash: string): void {
    const cache = generatedCache(this.cacheFolder, repository);
    const list = this.found.get(cache) ?? {};
    this.found.set(cache, list);
    // the machine is never known to be as it was
    if (cause === 'machine') list[entry] = 'machine';
    else list[entry] = cause === 'bash' ? `bash ${bash}` : `eclasses ${this.stateOf(repository)}`;
  }

  write(): void {
    for (const [cache, list] of this.found) {
      writeFileSync(fileOf(cache), JSON.stringify({ ...readFailures(cache), ...list }));
    }
  }

  private stateOf(repository: Repository): string {
    const known = this.eclasses.get(repository.name);
    const state = known ?? eclassState(repository);
    this.eclasses.set(repository.name, state);
    return state;
  }
}

/**
 * Takes back what failed with another bash or other eclasses, so that it is tried again. True: something was, the index
 * has to be opened again.
 */
export function retryFailed(repository: Repository, cacheFolder: string, bash: () => string): boolean {
  const cache = generatedCache(cacheFolder, repository);
  const failures = Object.entries(readFailures(cache));
  if (failures.length === 0) return false;
  const current = new Set([`bash ${bash()}`, `eclasses ${eclassState(repository)}`]);
  const stale = failures.filter(([, state]) => !current.has(state));
  if (stale.length === 0) return false;
  for (const [entry] of stale) rmSync(join(cache, entry), { force: true });
  writeFileSync(fileOf(cache), JSON.stringify(Object.fromEntries(failures.filter(([, state]) => current.has(state)))));
  return true;
}
