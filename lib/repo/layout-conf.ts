import { posix } from 'node:path';
import { eapi, isKnownEapi } from '../pms';
import type { FileTree } from './file-tree';
import { words } from './incremental';
import { type Section, splitPair } from './repos-conf';

/** What `metadata/layout.conf` of a repository says. Source: portage(5) */
export interface Layout {
  /** `repo-name`, which counts more than `profiles/repo_name` */
  readonly name: string | null;
  readonly masters: readonly string[] | null;
  readonly aliases: readonly string[];
  readonly profileFormats: readonly string[];
  readonly profileEapi: string;
}

const firstLine = (text: string | null): string | null => text?.split('\n')[0]?.trim() || null;

/** Reads it; a repository without the file has the defaults. */
export function readLayout(tree: FileTree, location: string): Layout {
  const values: Section = {};
  for (const row of (tree.readText(posix.join(location, 'metadata/layout.conf')) ?? '').split('\n')) {
    const pair = row.trimStart().startsWith('#') ? null : splitPair(row, /=/);
    if (pair) values[pair[0]] = pair[1];
  }
  const repositoryEapi = firstLine(tree.readText(posix.join(location, 'profiles/eapi'))) ?? '0';
  const directories = isKnownEapi(repositoryEapi) && eapi(repositoryEapi).hasProfileDirectories;
  const profileFormats =
    values['profile-formats'] === undefined
      ? [directories ? 'portage-1' : 'portage-1-compat']
      : words(values['profile-formats']);
  const byDefault = values.profile_eapi_when_unspecified;
  const useDefault =
    byDefault !== undefined && profileFormats.includes('profile-default-eapi') && isKnownEapi(byDefault);
  return {
    name: validName(values['repo-name'] ?? null),
    masters: values.masters === undefined ? null : words(values.masters),
    aliases: words(values.aliases),
    profileFormats,
    profileEapi: useDefault ? byDefault : repositoryEapi,
  };
}

/** A name made valid (PMS 3.1.5); null when nothing is left. */
function validName(name: string | null): string | null {
  if (name === null) return null;
  const joined = words(name.replace(/[^\w-]/g, ' ')).join('-');
  return joined.replace(/^-+/, '') || null;
}

/** The name a repository gives itself in `profiles/repo_name`, made valid; null when it has none. */
export const repositoryName = (tree: FileTree, location: string): string | null =>
  validName(firstLine(tree.readText(posix.join(location, 'profiles/repo_name'))));
