import { isStudioError } from '../../errors';
import { developmentFiles, parseMakeConf } from '../../repo';
import type { DraftWriter } from './draft';
import type { ImportFile } from './file-kinds';
import type { ImportNotes } from './notes';
import { newerProcessor, withoutNative } from './processor-words';

const wordsOf = (value: string): readonly string[] => value.split(/\s+/).filter(Boolean);

/** How a machine builds, fetches and keeps: Studio's settings decide that, not a design. Source: make.conf(5) */
const ofTheMachine =
  /^(?:CHOST|CBUILD|CTARGET|MAKEOPTS|NINJAOPTS|EMERGE_.*|PORTDIR.*|PORTAGE_.*|PORT_LOGDIR.*|DISTDIR|PKGDIR|RPMDIR|PKG_INSTALL_MASK|BINPKG_.*|SYNC|GENTOO_MIRRORS|FETCHCOMMAND.*|RESUMECOMMAND.*|FEATURES|CCACHE_.*|DISTCC_.*|ELIBC|KERNEL|ROOT|SYSROOT|EPREFIX|CONFIG_PROTECT.*|COLLISION_IGNORE|UNINSTALL_IGNORE|AUTOCLEAN|CLEAN_DELAY|NOCOLOR|QUICKPKG_.*|USE_ORDER|LC_.*|LANG|HTTP_PROXY|HTTPS_PROXY|http_proxy|https_proxy|FTP_PROXY)$/;

/** A variable of which what would tie the prefix to this machine is left; what then holds nothing more goes too. */
function buildVariable(name: string, value: string, from: string, writer: DraftWriter, notes: ImportNotes): void {
  const { kept, native } = withoutNative(wordsOf(value));
  for (const word of native)
    notes.leave(from, `${name}: ${word}`, 'would tie the prefix to the processor of this machine');
  if (native.length > 0 && kept.length === 0) return;
  const newer = newerProcessor(name, kept);
  const remark = newer.length === 0 ? '' : `runs only on processors that have \`${newer.join(' ')}\``;
  writer.variable(name, kept.join(' '), from, remark);
}

/** What the image goes without in any case is not said again. */
function installMask(value: string, from: string, writer: DraftWriter): void {
  const always = wordsOf(developmentFiles);
  const words = wordsOf(value).filter((word) => !always.includes(word));
  if (words.length > 0) writer.variable('INSTALL_MASK', words.join(' '), from);
}

/** Variables of make.conf, or before a call of emerge. */
export function importVariables(
  variables: Readonly<Record<string, string>>,
  from: string,
  writer: DraftWriter,
  notes: ImportNotes,
): void {
  for (const [name, value] of Object.entries(variables)) {
    if (name === 'USE') writer.list('use', wordsOf(value), from);
    else if (name === 'ACCEPT_KEYWORDS') writer.keywords(wordsOf(value), from);
    else if (name === 'ACCEPT_LICENSE') writer.list('accept_license', wordsOf(value), from);
    else if (ofTheMachine.test(name)) {
      notes.leave(from, `${name}="${value}"`, 'says how a machine builds, which does not concern a design');
    } else if (name === 'COMMON_FLAGS') continue;
    else if (name === 'INSTALL_MASK') installMask(value, from, writer);
    else buildVariable(name, value, from, writer, notes);
  }
}

/** Stand around the name of a variable that the file does not set; no text of a person holds them. */
const unknown = { open: '\u0001', close: '\u0002' } as const;
const unknownName = new RegExp(`${unknown.open}(\\w+)${unknown.close}`, 'g');

/** Variables of which Portage puts the words behind those of the profile without being asked. Source: make.conf(5) */
const incremental = /^(?:USE|ACCEPT_KEYWORDS|ACCEPT_LICENSE|USE_EXPAND|CONFIG_PROTECT.*|FEATURES)$/;

/** The words of a value that can be told without the profile; of the others it is said what they refer to. */
function knownWords(name: string, value: string, from: string, notes: ImportNotes): string {
  const names = new Set([...value.matchAll(unknownName)].map(([, each]) => each as string));
  for (const each of names) {
    if (each === name && incremental.test(name)) continue;
    notes.leave(
      from,
      `${name}: \${${each}}`,
      'is not set here: what the profile or the machine has for it is not known',
    );
  }
  return names.size === 0
    ? value
    : value
        .split(/\s+/)
        .filter((word) => !word.includes(unknown.open))
        .join(' ');
}

/** Opens the file that a make.conf names behind `source`; null: it is not among what is imported. */
export type SourceOpener = (path: string) => string | null;

/** What a make.conf assigns: as it is written, and with references filled in. */
interface ReadMakeConf {
  readonly file: ImportFile;
  readonly written: Readonly<Record<string, string>>;
  readonly expanded: Readonly<Record<string, string>>;
}

/** Reads one file; references go to `known`, what files before it assigned. null: it cannot be read. */
function readMakeConf(
  file: ImportFile,
  known: Readonly<Record<string, string>>,
  open: SourceOpener,
  notes: ImportNotes,
): ReadMakeConf | null {
  const { path: from, text } = file;
  const missing = new Set<string>();
  const opened = (path: string): string => {
    const found = open(path);
    if (found === null) missing.add(path);
    return found ?? '';
  };
  try {
    const written = parseMakeConf(text, from, { expand: false, open: opened });
    missing.clear();
    const expanded = parseMakeConf(text, from, {
      expand: { ...known },
      unknown: (name) => `${unknown.open}${name}${unknown.close}`,
      open: opened,
    });
    for (const path of missing) notes.leave(from, `source ${path}`, 'is not among the files that are imported');
    return { file, written, expanded };
  } catch (error) {
    if (!isStudioError(error)) throw error;
    notes.leave(from, 'the whole file', error.message);
    return null;
  }
}

/**
 * The files of a make.conf, in the order in which Portage reads them: references go to what was assigned before, also by another
 * file, the files that they source are read, and of several assignments the last one counts. Source: portage(5), make.conf
 */
export function importMakeConfs(
  files: readonly ImportFile[],
  open: SourceOpener,
  writer: DraftWriter,
  notes: ImportNotes,
): void {
  const known: Record<string, string> = {};
  const lastOf = new Map<string, ImportFile>();
  const read = files.flatMap((file) => {
    const found = readMakeConf(file, known, open, notes);
    Object.assign(known, found?.expanded);
    for (const name of Object.keys(found?.expanded ?? {})) lastOf.set(name, file);
    return found ?? [];
  });
  for (const { file, written, expanded } of read) {
    const from = file.path;
    const variables: Record<string, string> = {};
    for (const [name, value] of Object.entries(expanded)) {
      const raw = written[name] ?? '';
      const last = lastOf.get(name);
      if (ofTheMachine.test(name) && file.isStudios === true) continue;
      if (last !== file) {
        notes.leave(from, `${name}="${raw}"`, `is assigned again in ${last?.path ?? 'a later file'}, which counts`);
      } else if (ofTheMachine.test(name)) variables[name] = raw;
      else if (value === '' && raw.trim() !== '') {
        notes.leave(from, `${name}="${raw}"`, 'contains what Portage cannot expand, so it counts as empty');
      } else {
        const words = knownWords(name, value, from, notes);
        if (words !== '' || value === '') variables[name] = words;
      }
    }
    importVariables(variables, from, writer, notes);
  }
}
