import { posix } from 'node:path';
import { formatBinary } from '../host/units';
import { count } from '../layout/count';
import type { ProofCheck } from '../layout/events';
import { packageOfInterpreter } from '../layout/interpreter-packages';
import { breather } from './breath';
import { machineName } from './elf';
import { findLibrary, followInTree, isInsidePrefix } from './library-search';
import { type ElfFile, isUnderProof, type ProofSubject } from './subject';
import type { FileEntry } from './tree';

type Finding = ProofCheck['findings'][number];

function finding(entry: FileEntry, detail: string, severity: Finding['severity'] = 'leak'): Finding {
  return { path: entry.path, owner: entry.owner, detail, severity };
}

function check(
  name: ProofCheck['name'],
  findings: readonly Finding[],
  good: string,
  bad: (leaks: number) => string,
): ProofCheck {
  const leaks = findings.filter((found) => found.severity === 'leak').length;
  return { name, ok: leaks === 0, summary: leaks === 0 ? good : bad(leaks), findings };
}

/** The C library's own file and its loader carry the interpreter path of the machine they come from; nobody uses it. */
const isCLibrary = ({ facts }: ElfFile): boolean => facts.soname === 'libc.so.6';

export function checkInterpreters(subject: ProofSubject): ProofCheck {
  const programs = subject.elfs.filter(({ facts }) => facts.interpreter !== null);
  const findings = programs.flatMap((file) => {
    const interpreter = file.facts.interpreter ?? '';
    if (interpreter.startsWith(`${subject.eprefix}/`) && isInsidePrefix(subject, interpreter)) return [];
    if (isCLibrary(file))
      return [finding(file.entry, `names ${interpreter}, which is used only if the library itself is run`, 'notice')];
    return [finding(file.entry, `is started by \`${interpreter}\`, outside the prefix`)];
  });
  return check(
    'interpreter',
    findings,
    `${count(programs.length, 'program')}: every one is started by the prefix's own loader.`,
    (leaks) => `${leaks} of ${count(programs.length, 'program')} would be started by the host's loader.`,
  );
}

/** Throws AbortError. Cost: libraries that are needed times folders in which they are searched. */
export async function checkNeeded(subject: ProofSubject, signal?: AbortSignal): Promise<ProofCheck> {
  const breathe = breather(signal);
  const findings: Finding[] = [];
  let links = 0;
  for (const file of subject.elfs) {
    for (const name of file.facts.needed) {
      links += 1;
      const { kind } = findLibrary(subject, file, name);
      if (kind === 'missing')
        findings.push(finding(file.entry, `needs \`${name}\`, which is not found inside the prefix`));
      if (kind === 'inherited') {
        const detail = `needs \`${name}\`, found through the search path of the program that loads it`;
        findings.push(finding(file.entry, detail, 'notice'));
      }
      await breathe();
    }
  }
  return check(
    'needed',
    findings,
    `${count(subject.elfs.length, 'ELF file')}, ${count(links, 'needed library', 'needed libraries')}: all found inside the prefix.`,
    (leaks) =>
      `${leaks} of ${count(links, 'needed library', 'needed libraries')} would come from the host or be missing.`,
  );
}

export function checkSearchPaths(subject: ProofSubject): ProofCheck {
  const findings = subject.elfs.flatMap(({ entry, facts }) =>
    [...facts.rpath, ...facts.runpath].flatMap((path) => {
      if (path === '') return [finding(entry, 'has an empty search path entry, which means the current directory')];
      if (/^\$(ORIGIN|\{ORIGIN\})(\/|$)/.test(path)) return [];
      if (path === subject.eprefix || path.startsWith(`${subject.eprefix}/`)) return [];
      return [finding(entry, `looks for libraries in \`${path}\`, outside the prefix`)];
    }),
  );
  return check(
    'rpath',
    findings,
    'Library search paths name only directories of the prefix.',
    (leaks) => `${count(leaks, 'search path')} lead${leaks === 1 ? 's' : ''} outside the prefix.`,
  );
}

export function checkMachine(subject: ProofSubject): ProofCheck {
  const wanted = subject.board.elfMachine;
  const findings = subject.elfs
    .filter(({ facts }) => facts.machine !== wanted)
    .map(({ entry, facts }) =>
      finding(entry, `is for ${machineName(facts.machine)}, the board wants ${machineName(wanted)}`),
    );
  return check(
    'machine',
    findings,
    `All ELF files are for ${machineName(wanted)}.`,
    (leaks) => `${count(leaks, 'ELF file')} for another processor.`,
  );
}

/** Of this interpreter the host has one for certain: `/bin/sh`, and what `shells` names. */
function hostHas(program: string, argument: string, shells: readonly string[]): boolean {
  if (program === '/bin/sh') return true;
  return /\/env$/.test(program) ? shells.some((shell) => posix.basename(shell) === argument) : shells.includes(program);
}

/**
 * Scripts are run by interpreters of the prefix. One that every host of the image has (`/bin/sh`, and `shells` of the system it
 * is made for) is told and is no leak.
 */
export function checkShebangs(subject: ProofSubject, shells: readonly string[]): ProofCheck {
  let byShell = 0;
  const findings = subject.scripts.flatMap(({ entry, interpreterLine }) => {
    if ((entry.mode & 0o111) === 0) return [];
    const [program = '', argument = ''] = interpreterLine.split(/\s+/);
    if (program.startsWith(`${subject.eprefix}/`) && isInsidePrefix(subject, program)) return [];
    const owner = packageOfInterpreter(/\/env$/.test(program) && argument ? argument : program);
    const advice = owner === null ? '' : `; \`${owner}\` in the prefix brings it`;
    if (program.startsWith(`${subject.eprefix}/`))
      return [finding(entry, `is run by \`${program}\`, which is not in the prefix${advice}`)];
    const isThere = hostHas(program, argument, shells);
    if (isThere) byShell += 1;
    const what = /\/env$/.test(program) && argument ? `${program} ${argument}` : program;
    return [finding(entry, `is run by \`${what}\` of the host${advice}`, isThere ? 'notice' : 'leak')];
  });
  const scripts = count(subject.scripts.length, 'script');
  const outcome = check(
    'shebang',
    findings,
    byShell === 0
      ? `${scripts}: none is run by an interpreter of the host.`
      : `${scripts}: ${byShell} ${byShell === 1 ? 'is' : 'are'} run by a shell that every target of the image has; none by another interpreter of the host.`,
    (leaks) => `${count(leaks, 'script')} would be run by an interpreter of the host, or cannot be run.`,
  );
  const leaveOut = maskPatterns(findings, subject.eprefix);
  return leaveOut.length > 0 ? { ...outcome, leaveOut } : outcome;
}

/** Names files of leaks for INSTALL_MASK; none when one has a name that a pattern cannot say, since words and `*` have a meaning. */
function maskPatterns(findings: readonly Finding[], eprefix: string): readonly string[] {
  const paths = findings.flatMap(({ severity, path }) => (severity === 'leak' ? [path.slice(eprefix.length)] : []));
  return paths.every((path) => /^\/[\w@%+=:,./-]+$/.test(path)) ? paths : [];
}

/** Throws AbortError. */
export async function checkLinks(subject: ProofSubject, signal?: AbortSignal): Promise<ProofCheck> {
  const breathe = breather(signal);
  const links = subject.tree.entries.filter(
    (entry) => entry.kind === 'link' && isUnderProof(entry.path, subject.eprefix),
  );
  const findings: Finding[] = [];
  for (const entry of links) {
    const target = posix.resolve(posix.dirname(entry.path), entry.target ?? '');
    if (target !== subject.eprefix && !target.startsWith(`${subject.eprefix}/`)) {
      findings.push(finding(entry, `points to \`${entry.target}\`, outside the prefix`));
    } else if (followInTree(subject, entry.path) === null) {
      findings.push(finding(entry, `points to \`${entry.target}\`, which does not exist`, 'notice'));
    }
    await breathe();
  }
  return check(
    'symlink',
    findings,
    `${count(links.length, 'symbolic link')}: none leaves the prefix.`,
    (leaks) => `${count(leaks, 'symbolic link')} lead${leaks === 1 ? 's' : ''} outside the prefix.`,
  );
}

export function checkBuildPaths(subject: ProofSubject): ProofCheck {
  const hits = subject.buildPathHits.map(({ entry, text }) => finding(entry, `contains the build path \`${text}\``));
  const unread = subject.tooLarge.map((entry) =>
    finding(entry, `is too large to be searched (${formatBinary(entry.sizeBytes)})`, 'notice'),
  );
  const findings = [...hits, ...unread];
  return check(
    'staging-path',
    findings,
    unread.length === 0
      ? 'No file names the staging root or a work folder.'
      : `No file names the staging root or a work folder; ${count(unread.length, 'file')} ${unread.length === 1 ? 'is' : 'are'} too large to be searched.`,
    (leaks) => `${count(leaks, 'file')} name${leaks === 1 ? 's' : ''} a path of the build.`,
  );
}

export function checkPermissions(subject: ProofSubject): ProofCheck {
  const findings = subject.tree.entries.flatMap((entry) => {
    if (entry.kind === 'link' || !isUnderProof(entry.path, subject.eprefix)) return [];
    const found: Finding[] = [];
    if (entry.kind === 'file' && (entry.mode & 0o6000) !== 0)
      found.push(
        finding(
          entry,
          `is set${(entry.mode & 0o4000) !== 0 ? 'uid' : 'gid'} (mode ${entry.mode.toString(8)})`,
          'notice',
        ),
      );
    const { mark } = entry;
    if (mark !== null && mark.capabilities !== '')
      found.push(finding(entry, `has capabilities: ${mark.capabilities}`, 'notice'));
    if (mark !== null && mark.uid + mark.gid > 0)
      found.push(finding(entry, `belongs to user ${mark.uid} and group ${mark.gid} in the image`, 'notice'));
    if ((entry.mode & 0o002) !== 0 && (entry.mode & 0o1000) === 0)
      found.push(finding(entry, `is writable by everybody (mode ${entry.mode.toString(8)})`));
    if (entry.kind === 'other') found.push(finding(entry, 'is a device, socket or pipe'));
    return found;
  });
  return check(
    'permissions',
    findings,
    'No file is writable by everybody.',
    (leaks) => `${count(leaks, 'file')} with dangerous permissions.`,
  );
}
