import { isStudioError } from '../../errors';
import { parseMakeConf } from '../../repo';
import type { DraftWriter } from './draft';
import type { ImportNotes } from './notes';

const wordsOf = (value: string): readonly string[] => value.split(/\s+/).filter(Boolean);

/** How a machine builds, fetches and keeps: Studio's settings decide that, not a design. Source: make.conf(5) */
const ofTheMachine =
  /^(?:CHOST|CBUILD|CTARGET|MAKEOPTS|NINJAOPTS|EMERGE_.*|PORTDIR.*|PORTAGE_.*|PORT_LOGDIR.*|DISTDIR|PKGDIR|RPMDIR|PKG_INSTALL_MASK|BINPKG_.*|SYNC|GENTOO_MIRRORS|FETCHCOMMAND.*|RESUMECOMMAND.*|FEATURES|CCACHE_.*|DISTCC_.*|GRUB_PLATFORMS|ROOT|SYSROOT|EPREFIX|CONFIG_PROTECT.*|COLLISION_IGNORE|UNINSTALL_IGNORE|AUTOCLEAN|CLEAN_DELAY|NOCOLOR|QUICKPKG_.*|USE_ORDER|LC_.*|LANG|HTTP_PROXY|HTTPS_PROXY|http_proxy|https_proxy|FTP_PROXY)$/;

/** Options of the compiler that make its output run on the machine alone that compiled it. */
const nativeOnly = /^-m(?:arch|cpu|tune)=native$/;

function compilerFlags(name: string, value: string, from: string, notes: ImportNotes): string {
  const words = wordsOf(value);
  for (const word of words.filter((each) => nativeOnly.test(each))) {
    notes.leave(from, `${name}: ${word}`, 'would bind the prefix to the processor of this machine');
  }
  return words.filter((word) => !nativeOnly.test(word)).join(' ');
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
      notes.leave(from, `${name}="${value}"`, 'says how a machine builds, which is not a matter for a design');
    } else if (name === 'COMMON_FLAGS') continue;
    else if (/(?:FLAGS|^RUSTFLAGS)$/.test(name)) writer.variable(name, compilerFlags(name, value, from, notes), from);
    else writer.variable(name, wordsOf(value).join(' '), from);
  }
}

/** A make.conf as text; references to its own variables are filled in. */
export function importMakeConf(text: string, from: string, writer: DraftWriter, notes: ImportNotes): void {
  try {
    importVariables(parseMakeConf(text, from, { expand: {} }), from, writer, notes);
  } catch (error) {
    if (!isStudioError(error)) throw error;
    notes.leave(from, 'the whole file', error.message);
  }
}
