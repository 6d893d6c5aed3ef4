import { isStudioError } from '../../errors';
import { developmentFiles, parseMakeConf } from '../../repo';
import type { DraftWriter } from './draft';
import type { ImportFile } from './file-kinds';
import type { ImportNotes } from './notes';

const wordsOf = (value: string): readonly string[] => value.split(/\s+/).filter(Boolean);

/** How a machine builds, fetches and keeps: Studio's settings decide that, not a design. Source: make.conf(5) */
const ofTheMachine =
  /^(?:CHOST|CBUILD|CTARGET|MAKEOPTS|NINJAOPTS|EMERGE_.*|PORTDIR.*|PORTAGE_.*|PORT_LOGDIR.*|DISTDIR|PKGDIR|RPMDIR|PKG_INSTALL_MASK|BINPKG_.*|SYNC|GENTOO_MIRRORS|FETCHCOMMAND.*|RESUMECOMMAND.*|FEATURES|CCACHE_.*|DISTCC_.*|ELIBC|KERNEL|ROOT|SYSROOT|EPREFIX|CONFIG_PROTECT.*|COLLISION_IGNORE|UNINSTALL_IGNORE|AUTOCLEAN|CLEAN_DELAY|NOCOLOR|QUICKPKG_.*|USE_ORDER|LC_.*|LANG|HTTP_PROXY|HTTPS_PROXY|http_proxy|https_proxy|FTP_PROXY)$/;

/** Options of the compiler that make its output run on the machine alone that compiled it. */
const nativeOnly = /^-m(?:arch|cpu|tune)=native$/;

function compilerFlags(name: string, value: string, from: string, notes: ImportNotes): string {
  const words = wordsOf(value);
  for (const word of words.filter((each) => nativeOnly.test(each))) {
    notes.leave(from, `${name}: ${word}`, 'would tie the prefix to the processor of this machine');
  }
  return words.filter((word) => !nativeOnly.test(word)).join(' ');
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
    else if (/(?:FLAGS|^RUSTFLAGS)$/.test(name)) writer.variable(name, compilerFlags(name, value, from, notes), from);
    else writer.variable(name, wordsOf(value).join(' '), from);
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

/** A make.conf as text; references to its own variables are filled in, and the files that it sources are read. */
export function importMakeConf(
  { path: from, text, isStudios }: ImportFile,
  open: SourceOpener,
  writer: DraftWriter,
  notes: ImportNotes,
): void {
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
      expand: {},
      unknown: (name) => `${unknown.open}${name}${unknown.close}`,
      open: opened,
    });
    for (const path of missing) notes.leave(from, `source ${path}`, 'is not among the files that are imported');
    const variables: Record<string, string> = {};
    for (const [name, value] of Object.entries(expanded)) {
      const raw = written[name] ?? '';
      if (ofTheMachine.test(name)) {
        if (isStudios !== true) variables[name] = raw;
      } else if (value === '' && raw.trim() !== '') {
        notes.leave(from, `${name}="${raw}"`, 'contains what Portage cannot expand, so it counts as empty');
      } else variables[name] = knownWords(name, value, from, notes);
    }
    for (const [name, value] of Object.entries(variables))
      if (value === '' && expanded[name] !== '') delete variables[name];
    importVariables(variables, from, writer, notes);
  } catch (error) {
    if (!isStudioError(error)) throw error;
    notes.leave(from, 'the whole file', error.message);
  }
}
