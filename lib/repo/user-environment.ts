import { join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import { RepoError } from './errors';
import { limits } from './limits';

/** What the user may put beside the files of the design in the `etc/portage` of a prefix, to be read by a plan. */
const places = ['package.env', 'env', 'sets', 'sets.conf'];

/**
 * `package.env`, `env/`, `sets/` and `sets.conf` of a folder `etc/portage` on disk, by path below it; empty when there is
 * nothing. Throws CONFIG_SYNTAX for a file that is there and cannot be read.
 */
export function readUserEnvironment(userConfig: string): ReadonlyMap<string, string> {
  const folder = new ContainedFolder(userConfig);
  const found = new Map<string, string>();
  let leftFiles: number = limits.configFiles;
  let leftBytes: number = limits.configBytes;
  const refused = (path: string, reason: string): RepoError =>
    new RepoError('CONFIG_SYNTAX', `\`${path}\` ${reason}`, {
      hint: 'Files of `etc/portage` are regular files of ordinary size. Correct it, or take it away.',
      details: { file: path },
    });
  const walk = (path: string, depth: number): void => {
    const full = join(userConfig, path);
    if (folder.kind(full) === 'directory') {
      const list = folder.list(full, limits.configFiles);
      if (list.kind === 'refused') throw refused(list.path, list.reason);
      if (depth === limits.configDepth) throw refused(full, 'lies too deep');
      for (const name of list.kind === 'content' ? list.names : []) walk(join(path, name), depth + 1);
      return;
    }
    const answer = folder.read(full, leftBytes);
    if (answer.kind === 'refused') throw refused(answer.path, answer.reason);
    if (answer.kind === 'missing') return;
    if (leftFiles-- === 0) throw refused(full, `is among more than ${limits.configFiles} files`);
    leftBytes -= answer.data.length;
    found.set(path, answer.data.toString('utf8'));
  };
  for (const place of places) walk(place, 0);
  return found;
}
