import { join } from 'node:path';
import type { Design } from '../design';
import { ContainedFolder } from '../host/contained-file';
import type { DerivedNames } from '../layout/names';
import {
  byHandFile,
  type ExtraRepository,
  parseSections,
  readUserEnvironment,
  readUserVariables,
  type Section,
} from '../repo';

/** What people put into `etc/portage` of one root. */
export interface HandMadeRoot {
  /** folder `etc/portage` */
  readonly folder: string;
  /** path below it -> text */
  readonly files: ReadonlyMap<string, string>;
  /** what was changed in make.conf */
  readonly variables: ReadonlyMap<string, string>;
}

/** What people put into the `etc/portage` of both roots of a prefix. */
export interface HandMade {
  readonly staging: HandMadeRoot;
  readonly final: HandMadeRoot;
}

function readRoot(eroot: string): HandMadeRoot {
  const folder = join(eroot, 'etc/portage');
  return { folder, files: readUserEnvironment(folder), variables: readUserVariables(folder) };
}

/** Reads both roots. Throws CONFIG_SYNTAX. */
export const readHandMade = ({ stagingEroot, finalEroot }: DerivedNames): HandMade => ({
  staging: readRoot(stagingEroot),
  final: readRoot(finalEroot),
});

/** The files of both roots, those of staging first; one that both have alike only once, as of staging. */
export function handMadeFiles({ staging, final }: HandMade): readonly {
  readonly place: 'staging' | 'final';
  readonly isInBoth: boolean;
  readonly path: string;
  readonly text: string;
}[] {
  const isInBoth = (path: string): boolean => staging.files.get(path) === final.files.get(path);
  const of = <P extends 'staging' | 'final'>(place: P, { files }: HandMadeRoot) =>
    [...files].map(([path, text]) => ({ place, isInBoth: isInBoth(path), path, text }));
  return [...of('staging', staging), ...of('final', final).filter((file) => !file.isInBoth)];
}

/** Files of etc/portage/profile of which each line counts for itself. */
const ofLines = /^profile\/(?!(?:eapi|parent)$)/;

/**
 * The files of both roots as one configuration, because what ships is what staging built: those of staging, and those of
 * final beside them. `own`: paths that the design writes.
 */
export function mergedFiles({ staging, final }: HandMade, own: Iterable<string>): ReadonlyMap<string, string> {
  const merged = new Map(staging.files);
  for (const [path, text] of final.files) {
    const before = merged.get(path);
    if (before === undefined) merged.set(path, text);
    else if (before !== text && path.startsWith('package.')) merged.set(`${path}.final`, text);
    else if (before !== text && ofLines.test(path)) merged.set(path, `${before.trimEnd()}\n${text}`);
  }
  const paths = [...own, ...merged.keys()];
  const inFolder = (path: string): string =>
    paths.some((each) => each.startsWith(`${path}/`)) ? `${path}/${byHandFile}` : path;
  return new Map([...merged].map(([path, text]) => [inFolder(path), text]));
}

/** A repository that somebody named in repos.conf of a root. */
export interface HandMadeRepository extends ExtraRepository {
  readonly location: string;
  /** file below etc/portage */
  readonly file: string;
  readonly isThere: boolean;
}

function repositoryOf(name: string, section: Section, file: string): HandMadeRepository | null {
  const { location } = section;
  if (location === undefined || !location.startsWith('/')) return null;
  const priority = Number.parseInt(section.priority ?? '', 10);
  const words = (text: string | undefined): readonly string[] => (text ?? '').split(/\s+/).filter(Boolean);
  return {
    name,
    location,
    file,
    isThere: new ContainedFolder('/').kind(location) === 'directory',
    ...(Number.isNaN(priority) ? {} : { priority }),
    ...(section.masters === undefined ? {} : { masters: words(section.masters) }),
    ...(section.aliases === undefined ? {} : { aliases: words(section.aliases) }),
  };
}

/** Repositories that repos.conf of the roots names beside those of the design and below the folder of its tree, each once. */
export function handMadeRepositories(
  { staging, final }: HandMade,
  { repositories }: Pick<Design, 'repositories'>,
  treeFolder: () => string,
): readonly HandMadeRepository[] {
  const known = new Set(repositories.map(({ name }) => name));
  const found: HandMadeRepository[] = [];
  for (const { files } of [staging, final]) {
    for (const [path, text] of files) {
      if (path !== 'repos.conf' && !path.startsWith('repos.conf/')) continue;
      for (const [name, section] of parseSections(text)) {
        const repository = name === 'DEFAULT' ? null : repositoryOf(name, section, path);
        if (repository === null || known.has(name)) continue;
        if (`${repository.location}/`.startsWith(`${treeFolder()}/`)) continue;
        known.add(name);
        found.push(repository);
      }
    }
  }
  return found;
}
