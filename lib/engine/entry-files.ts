import { type DepTree, formatDepTree, parseCpv, parseDepString } from '../pms';
import { dependencyClasses } from '../pms/dependency-class';
import { evaluateTree } from '../pms/evaluate';
import { bindDependencies } from './bind-dependencies';
import { readBuildInfo } from './built-folder';
import type { EbuildFacts } from './ebuild-facts';
import type { ElfInImage } from './elf-scan';
import { neededFiles } from './elf-scan';
import { type FileNotes, noteFiles } from './file-notes';
import { hookedPhasesFile } from './package-hooks';
import { ebuildContent } from './repository-files';
import type { EntryFiles, TargetRoot } from './vdb';

interface Word {
  readonly kind: 'word';
  readonly text: string;
}

/** LICENSE, RESTRICT or PROPERTIES without USE conditionals. */
function evaluated(text: string, use: ReadonlySet<string>): string {
  const tree: DepTree<Word> = parseDepString<Word>(text, (word) => ({ kind: 'word', text: word }), {
    allowEmptyGroups: true,
  });
  const result = evaluateTree<Word>(tree, {
    isActive: (flag, negated) => use.has(flag) !== negated,
    emptyAnyOfIsFalse: false,
  });
  return formatDepTree<Word>(result, (leaf) => leaf.text);
}

/** Flags that the package may ask about: its own and those of the profile. Source: PMS 11.1.1 */
function effectiveFlags({ metadata, iuseImplicit, iuseOfProfile = [] }: EbuildFacts): readonly string[] {
  const own = (metadata.IUSE ?? '').split(/\s+/).map((flag) => flag.replace(/^[+-]/, ''));
  return [...new Set([...own, ...iuseImplicit, ...iuseOfProfile])].filter((flag) => flag !== '').sort();
}

export interface EntryInput {
  readonly cpv: string;
  readonly facts: EbuildFacts;
  readonly chost: string;
  readonly arch: string;
  readonly staging: TargetRoot;
  /** work folder of the package; its `build-info/` is as the install phase left it */
  readonly buildDir: string;
  readonly elfs: readonly ElfInImage[];
  readonly notes: FileNotes;
  /** seconds */
  readonly buildTime: number;
  /** further files, for instance the build key */
  readonly more: ReadonlyMap<string, string>;
}

/**
 * Everything a VDB entry and a binary package say about a package, but for CONTENTS, COUNTER, SIZE and BUILD_ID, which
 * belong to one merge or one archive. Dependencies are evaluated and bound. Source: portage(5), /var/db/pkg.
 */
export async function entryFilesOf(input: EntryInput): Promise<EntryFiles> {
  const { facts, cpv } = input;
  const { category, pf } = parseCpv(cpv);
  const use = new Set(facts.use);
  const files = readBuildInfo(input.buildDir);
  for (const name of dependencyClasses) files.delete(name);
  // what only the engine says of a package; a phase that wrote it there would lie
  for (const name of files.keys())
    if (name.startsWith('PREFIX_STUDIO_') && name !== hookedPhasesFile) files.delete(name);
  const host: TargetRoot = { root: '/', eprefix: '' };
  const bound = await bindDependencies(facts.metadata, use, {
    BDEPEND: host,
    IDEPEND: host,
    DEPEND: input.staging,
    RDEPEND: input.staging,
    PDEPEND: input.staging,
  });
  for (const [name, text] of bound) files.set(name, text);
  for (const name of ['LICENSE', 'RESTRICT', 'PROPERTIES']) files.set(name, evaluated(facts.metadata[name] ?? '', use));
  for (const name of [
    'SLOT',
    'EAPI',
    'KEYWORDS',
    'IUSE',
    'HOMEPAGE',
    'DESCRIPTION',
    'DEFINED_PHASES',
    'REQUIRED_USE',
  ]) {
    const value = facts.metadata[name];
    if (value !== undefined && value !== '-') files.set(name, value);
  }
  files.set('IUSE_EFFECTIVE', effectiveFlags(facts).join(' '));
  files.set('USE', facts.use.join(' '));
  files.set('CATEGORY', category);
  files.set('PF', pf);
  files.set('CHOST', input.chost);
  files.set('ARCH', input.arch);
  files.set('repository', facts.repository);
  files.set('BUILD_TIME', `${input.buildTime}`);
  files.set(`${pf}.ebuild`, ebuildContent(facts).toString('utf8'));
  for (const [name, text] of neededFiles(input.elfs)) files.set(name, text);
  for (const [name, text] of noteFiles(input.notes)) files.set(name, text);
  for (const [name, text] of input.more) files.set(name, text);
  for (const [name, data] of files) if (typeof data === 'string' && data.trim() === '') files.delete(name);
  return files;
}
