import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { dataFor } from './host-tools';

/** Folders of Python modules that the sandbox shows, where systems put them. */
function pythonFolders(): string[] {
  return ['/usr/lib', '/usr/lib64', '/usr/local/lib'].flatMap((base) =>
    namesIn(base)
      .filter((name) => /^python3(\.\d+)?$/.test(name))
      .flatMap((name) => ['dist-packages', 'site-packages'].map((inner) => join(base, name, inner))),
  );
}

/** Folders of Perl modules, with one level of versions and machines below. */
function perlFolders(): string[] {
  const bases = ['/usr/share/perl5', '/usr/lib64/perl5', '/usr/lib/perl5', '/usr/share/perl'];
  const multiarch = namesIn('/usr/lib')
    .filter((name) => name.endsWith('-linux-gnu'))
    .flatMap((name) => [join('/usr/lib', name, 'perl5'), join('/usr/lib', name, 'perl')]);
  return [...bases, ...multiarch].flatMap((base) => [base, ...namesIn(base).map((name) => join(base, name))]);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** One spelling of the name of a Python distribution. Source: PyPA, "Names and normalization" */
const normalized = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');

let pythonModules: ReadonlyMap<string, string> | null = null;

/** Version of a Python distribution of this machine, by its name; null: it is not there. Folders are read once. */
export function pythonModuleVersion(name: string): string | null {
  pythonModules ??= new Map(
    pythonFolders().flatMap((folder) =>
      namesIn(folder).flatMap((entry) => {
        const found = /^(.+?)-(\d[^-]*)(?:-[^-]+)*\.(?:dist|egg)-info$/.exec(entry);
        return found ? [[normalized(found[1] as string), found[2] as string] as const] : [];
      }),
    ),
  );
  return pythonModules.get(normalized(name)) ?? null;
}

/** Has this machine the Perl module of a distribution, `XML-Parser`? */
export function hasPerlModule(distribution: string): boolean {
  const file = `${distribution.replaceAll('-', '/')}.pm`;
  return perlFolders().some((folder) => existsSync(join(folder, file)));
}

/** Has this machine the data that stands for a package of a tree? null: it is none that we know. */
export function hasData(qualifiedName: string): boolean | null {
  const data = dataFor(qualifiedName);
  return data === undefined ? null : data.files.some((file) => existsSync(file));
}
