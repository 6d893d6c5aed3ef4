import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import { parseCpv } from '../pms';
import { limits } from '../repo/limits';
import type { ProfileBashrc } from '../repo/profile-bashrc';
import { EngineError } from './errors';

/**
 * Bash that the profile and the configuration of a prefix have run before each phase. It is as foreign as an ebuild: what
 * it says is seen by the sandbox only, and here it is bytes of a build key.
 */
export interface HookFile {
  /** of the user's own: path below `etc/portage` */
  readonly name: string;
  readonly data: Buffer;
}

/** Files of the configuration that are run for a package, below `etc/portage`, in order. Source: portage(5), bashrc and env. */
export function userHookPaths(cpv: string, slot: string): readonly string[] {
  const { category, pn, p, pf } = parseCpv(cpv);
  const names = [pn, `${pn}:${slot.split('/')[0]}`, p, pf];
  return ['profile/profile.bashrc', 'bashrc', ...new Set(names.map((name) => `env/${category}/${name}`))];
}

function read(folder: ContainedFolder, path: string): Buffer | null {
  const answer = folder.read(path, limits.configBytes);
  if (answer.kind === 'content') return answer.data;
  if (answer.kind === 'missing') return null;
  throw new EngineError('REPOSITORY_FILE_REFUSED', `\`${answer.path}\` ${answer.reason}`, {
    hint: 'What runs before each phase is a regular file of ordinary size. Correct or remove it.',
    details: { path: answer.path },
  });
}

/** A profile.bashrc with the files beside it that it may read: those whose names begin with its own. */
function profileHooks({ repository, location, path }: ProfileBashrc): readonly HookFile[] {
  const folder = new ContainedFolder(location);
  const own = join(location, path);
  const list = folder.list(dirname(own), limits.configFiles);
  const names = list.kind === 'content' ? list.names.filter((name) => name.startsWith(basename(path))) : [];
  return [...new Set([basename(path), ...names])].flatMap((name) => {
    const data = read(folder, join(dirname(own), name));
    return data === null ? [] : [{ name: `${repository}:${dirname(path)}/${name}`, data }];
  });
}

/**
 * What the configuration has run before the phases of a package. `eroot`: of the root whose `etc/portage` counts. Throws
 * REPOSITORY_FILE_REFUSED.
 */
export function userHooks(eroot: string, cpv: string, slot: string): readonly HookFile[] {
  const configuration = new ContainedFolder(join(eroot, 'etc/portage'));
  return userHookPaths(cpv, slot).flatMap((name) => {
    const data = read(configuration, join(configuration.path, name));
    return data === null ? [] : [{ name, data }];
  });
}

/**
 * One name for all that is run before the phases of a package; empty when there is nothing. `own`: what the configuration
 * has run. Throws REPOSITORY_FILE_REFUSED.
 */
export function hooksRecord(bashrcs: readonly ProfileBashrc[], own: readonly HookFile[]): string {
  const all = [...bashrcs.flatMap(profileHooks), ...own];
  if (all.length === 0) return '';
  const hash = createHash('sha256');
  for (const { name, data } of all) hash.update(`${name}\0${data.length}\0`).update(data);
  return hash.digest('hex');
}

/**
 * Names and digests of what the configuration of a prefix has run for a package, and of what its `package.env` sets: `name
 * sha256 …`, empty for nothing. Equal text, equal commands.
 */
export function commandRecord(own: readonly HookFile[], variables: Readonly<Record<string, string>>): string {
  const digest = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
  const set = Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...own.filter(({ data }) => data.length > 0).map(({ name, data }) => `${name.replace(/\s/g, '_')} ${digest(data)}`),
    ...(set.length === 0 ? [] : [`package.env ${digest(JSON.stringify(set))}`]),
  ].join(' ');
}
