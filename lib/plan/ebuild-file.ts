import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Design } from '../design';
import { ContainedFolder } from '../host/contained-file';
import { tryParseCpv } from '../pms';
import { limits } from '../repo/limits';
import { PlanError } from './errors';
import type { OpenedDesign } from './open-design';

/** An ebuild that somebody named by its file. */
export interface EbuildFile {
  /** `category/PF` */
  readonly cpv: string;
  /** folder of its repository */
  readonly location: string;
  /** name of its repository */
  readonly repository: string;
}

/** Above everything that a design has. */
const priority = 3000;

/** `REPOSITORY/category/PN/PF.ebuild`. Throws EBUILD_FILE. */
export function readEbuildFile(path: string): EbuildFile {
  const file = resolve(path);
  const folder = dirname(file);
  const location = dirname(dirname(folder));
  const pf = basename(file).replace(/\.ebuild$/, '');
  const cpv = tryParseCpv(`${basename(dirname(folder))}/${pf}`);
  const refuse = (message: string, hint: string): PlanError =>
    new PlanError('EBUILD_FILE', message, { hint, details: { path: file } });
  if (!existsSync(file)) throw refuse(`there is no file \`${file}\``, 'Give the path of an ebuild.');
  if (!file.endsWith('.ebuild') || cpv?.pn !== basename(folder) || !existsSync(join(location, 'profiles')))
    throw refuse(
      `\`${file}\` is not in an ebuild repository`,
      'An ebuild is in `REPOSITORY/category/name/name-version.ebuild`, beside `REPOSITORY/profiles`.',
    );
  const contained = new ContainedFolder(location);
  const textOf = (name: string): string => {
    const answer = contained.read(join(location, name), limits.configBytes);
    return answer.kind === 'content' ? answer.data.toString('utf8') : '';
  };
  const named = /^\s*repo-name\s*=\s*(\S+)/m.exec(textOf('metadata/layout.conf'))?.[1];
  const repository = named ?? (textOf('profiles/repo_name').trim() || basename(location));
  return { cpv: cpv.text, location: realpathSync(location), repository };
}

/** A design that asks for this very ebuild too, whatever masks it; its repository joins those of the design. */
export function designWithEbuild({ design, tree }: OpenedDesign, file: EbuildFile): Design {
  const known = tree.repositories.ordered.find(({ location }) => realpathSync(location) === file.location);
  const repository = known?.name ?? file.repository;
  const atom = `=${file.cpv}`;
  return {
    ...design,
    packages: [...design.packages, `${atom}::${repository}`],
    package_accept_keywords: { ...design.package_accept_keywords, [atom]: ['**'] },
    package_unmask: [...design.package_unmask, atom],
    repositories: known
      ? design.repositories
      : [...design.repositories, { name: repository, location: file.location, priority }],
  };
}
