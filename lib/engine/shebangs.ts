import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { PackageNotice } from '../layout/events';
import { packageOfInterpreter } from '../layout/interpreter-packages';
import type { ImageEntry } from './image-tree';
import { inTurns } from './in-turns';
import { listed } from './package-notices';
import { RootedPaths } from './rooted-path';

/** Linux reads no more of an interpreter line. Source: BINPRM_BUF_SIZE of the kernel, less the end of the line. */
const longestLine = 255;

/** Larger scripts carry data, often with checksums over themselves. */
const largestScript = 16 * 2 ** 20;

/** A script whose first line names an interpreter. */
export interface Shebang {
  /** absolute path of the interpreter as written */
  readonly interpreter: string;
  /** what follows it, blanks trimmed */
  readonly argument: string;
  /** bytes of the first line without its end */
  readonly length: number;
}

/** The interpreter line at the beginning of a file, or null. Source: execve(2), "Interpreter scripts". */
export function parseShebang(head: string): Shebang | null {
  const [, line = ''] = /^#!([^\n]*)/.exec(head) ?? [];
  const bare = line.replace(/^[ \t]+/, '').replace(/(?<![ \t\r])[ \t\r]+$/, '');
  const [, interpreter = '', rest = ''] = /^(\/[^ \t\r]*)(?=[ \t\r]|$)(.*)$/.exec(bare) ?? [];
  const argument = rest.replace(/^[ \t]+/, '');
  return interpreter === '' ? null : { interpreter, argument, length: Buffer.byteLength(line, 'latin1') + 2 };
}

export interface ShebangOutcome {
  /** scripts whose first line was written anew, with what it is now */
  readonly changed: readonly { readonly path: string; readonly line: string }[];
  readonly notices: readonly PackageNotice[];
}

/** Directories of PATH, below EPREFIX: what stands there is run by name, so its interpreter has to be there too. */
const pathDirectories = ['usr/local/sbin', 'usr/local/bin', 'usr/sbin', 'usr/bin', 'sbin', 'bin', 'etc/init.d'];

/** Wrappers that the build machine runs, whatever processor the prefix is for. Source: sys-devel/c-toolchain of the starter overlay. */
const buildTools = 'usr/libexec/c-toolchain/';

/** A script that the prefix cannot run by itself. */
interface Finding {
  readonly path: string;
  /** as written: `/bin/sh`, `/usr/bin/env perl` */
  readonly what: string;
  readonly program: string;
  readonly kind: 'host' | 'missing';
  /** Portage's check for prefixes ends the build over it */
  readonly stopsPortage: boolean;
}

/** Is there a program below EPREFIX, in the image or in staging? `path` is absolute, without EPREFIX. */
type IsInPrefix = (path: string) => boolean;

/** Where in the prefix the program of a host's path is, or stands under another of the usual paths. */
function placeInPrefix(program: string, isThere: IsInPrefix): string | null {
  const name = program.slice(program.lastIndexOf('/') + 1);
  const places = program === name ? [] : [program];
  return [...places, `/usr/bin/${name}`, `/bin/${name}`].find(isThere) ?? null;
}

/**
 * Lets the scripts of an image be run by interpreters of the prefix: `#!/bin/sh` becomes `#!EPREFIX/bin/sh` and
 * `#!/usr/bin/env perl` becomes `#!EPREFIX/usr/bin/perl` where the image or the staging root has that program. What stays
 * with an interpreter of the host, or names one that is nowhere, is told, with the package that would bring it.
 * Portage's check for prefixes does the same for scripts in PATH, leaves env alone, and stops a package whose interpreter
 * is nowhere.
 */
export async function prefixShebangs(
  imageDir: string,
  entries: readonly ImageEntry[],
  staging: { readonly root: string; readonly eprefix: string },
): Promise<ShebangOutcome> {
  const { eprefix } = staging;
  const roots = [new RootedPaths(imageDir), new RootedPaths(staging.root)];
  const isThere: IsInPrefix = (path) =>
    roots.some((root) => lstatSync(root.onDisk(eprefix + path), { throwIfNoEntry: false }) !== undefined);
  const changed: { path: string; line: string }[] = [];
  const findings: Finding[] = [];
  const seen = new Set<string>();
  await inTurns(entries, (entry) => {
    const { path } = entry;
    if (entry.kind !== 'file' || (entry.mode & 0o111) === 0 || seen.has(entry.inode)) return;
    if (path.startsWith(`${eprefix}/${buildTools}`)) return;
    seen.add(entry.inode);
    const onDisk = join(imageDir, path);
    const shebang = parseShebang(headOf(onDisk));
    if (shebang === null) return;
    const { interpreter } = shebang;
    const isCalled = pathDirectories.includes(dirname(path).slice(eprefix.length + 1));
    if (interpreter.startsWith(`${eprefix}/`)) {
      if (isThere(interpreter.slice(eprefix.length))) return;
      findings.push({ path, what: interpreter, program: interpreter, kind: 'missing', stopsPortage: isCalled });
      return;
    }
    const { program, argument } = programOf(shebang);
    const place = placeInPrefix(program, isThere);
    const line = `#!${eprefix}${place}${argument === '' ? '' : ` ${argument}`}`;
    if (place !== null && line.length <= longestLine && entry.sizeBytes <= largestScript) {
      replaceFirstLine(onDisk, entry, shebang.length, line);
      changed.push({ path, line });
      return;
    }
    const what = program === interpreter ? program : `${interpreter} ${program}`;
    findings.push({ path, what, program, kind: 'host', stopsPortage: isCalled && interpreter !== '/usr/bin/env' });
  });
  return { changed, notices: noticesOf(findings) };
}

/** `#!/usr/bin/env perl -w` cannot work (one argument), so only `env NAME` and `env -S NAME ARG` stand for NAME. */
function programOf({ interpreter, argument }: Shebang): { readonly program: string; readonly argument: string } {
  if (!/\/env$/.test(interpreter)) return { program: interpreter, argument };
  const [, name, rest = ''] = /^(?:-S[ \t]*)?([^\s=/-][^\s=/]*)[ \t]*(\S*)$/.exec(argument) ?? [];
  return name === undefined || (rest !== '' && !argument.startsWith('-S'))
    ? { program: interpreter, argument }
    : { program: name, argument: rest };
}

function headOf(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const bytes = Buffer.alloc(512);
    return bytes.subarray(0, readSync(file, bytes)).toString('latin1');
  } finally {
    closeSync(file);
  }
}

/** Writes in place, so that hard links stay together. Nothing else writes to an image that is taken. */
function replaceFirstLine(path: string, { mode }: ImageEntry, length: number, line: string): void {
  if ((mode & 0o600) !== 0o600) chmodSync(path, mode | 0o600);
  const file = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    const rest = readFileSync(file).subarray(length, fstatSync(file).size);
    const text = Buffer.concat([Buffer.from(line, 'latin1'), rest]);
    ftruncateSync(file, 0);
    writeSync(file, text, 0, text.length, 0);
  } finally {
    closeSync(file);
  }
  chmodSync(path, mode);
}

/** One notice for each interpreter. */
function noticesOf(findings: readonly Finding[]): readonly PackageNotice[] {
  const groups = new Map<string, Finding[]>();
  for (const found of findings) {
    const key = `${found.kind} ${found.what}`;
    groups.set(key, [...(groups.get(key) ?? []), found]);
  }
  return [...groups.values()].map((group) => {
    const { kind, what, program } = group[0] as Finding;
    const owner = packageOfInterpreter(program);
    const sentences = [
      kind === 'host'
        ? `Run by \`${what}\` of the host: the prefix has none.`
        : `Cannot be started: \`${what}\` is neither in the package nor in staging.`,
      ...(owner === null ? [] : [`\`${owner}\` would bring it; build it first, and these scripts are run by it.`]),
      ...(group.some(({ stopsPortage }) => stopsPortage) ? ['Portage would not install this package without it.'] : []),
    ];
    const paths = group.map(({ path }) => path);
    return { level: 'qa', phase: 'package', check: 'shebang', text: listed(sentences.join(' '), paths) };
  });
}
