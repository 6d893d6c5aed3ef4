import type { SystemId } from './package-systems';

/** What a system has instead of a package: nothing, and why. */
export interface Lacking {
  readonly lacks: string;
}

/** Package of each system that has a tool. A path stands for whichever package has that file, where systems name it freely. */
export type PackageNames = Readonly<Record<SystemId, string | Lacking>>;

/**
 * A tool of the build machine. `required: true`: no build works without it; `false`: only what `neededFor` says is lost.
 * `command` is looked up in PATH; `alternatives` may stand in for it.
 */
export interface HostTool {
  readonly command: string;
  readonly alternatives?: readonly string[];
  readonly neededFor: string;
  readonly packages: PackageNames;
  readonly required: boolean;
  /** Prefix Studio starts it itself, by its PATH; the others run in the sandbox, which shows `programFolders` */
  readonly isOurs?: boolean;
  /** arguments that print the version; null: the tool has none */
  readonly versionArguments: readonly string[] | null;
  /** packages of a tree that it stands for in BDEPEND, `category/PN`; default: the one that `emerge` installs */
  readonly standsFor?: readonly string[];
  /** which part of the version is the slot of those packages; default: `0` */
  readonly slot?: 'major' | 'minor';
}

/** Most systems use one name; `emerge` wants the category. */
const named = (name: string, emerge: string, others: Partial<PackageNames> = {}): PackageNames => ({
  apt: name,
  dnf: name,
  pacman: name,
  zypper: name,
  apk: name,
  emerge,
  ...others,
});

const tool = (
  command: string,
  packages: PackageNames,
  neededFor: string,
  more: Partial<Omit<HostTool, 'command' | 'packages' | 'neededFor'>> = {},
): HostTool => ({ command, packages, neededFor, required: true, versionArguments: ['--version'], ...more });

const optional = { required: false } as const;

/** Runs outside of builds. */
const ours = { isOurs: true } as const;

const binutils = named('binutils', 'sys-devel/binutils');
const utilLinux = named('util-linux', 'sys-apps/util-linux');

/** musl cannot stand in: the C runtime of a prefix is imported from the compiler's own. */
const musl: Lacking = { lacks: 'its C library is musl, and the C runtime of a prefix comes from a glibc' };
const noSystemd: Lacking = { lacks: 'it has no systemd' };
const debianOnly: Lacking = { lacks: 'its source archive is not of the Debian format' };

const inSystemd = (command: string, apt: string): PackageNames => ({
  apt,
  dnf: `/usr/bin/${command}`,
  pacman: 'systemd',
  zypper: `/usr/bin/${command}`,
  apk: noSystemd,
  emerge: 'sys-apps/systemd',
});

/**
 * Tools of the build machine as data: `doctor` shows them, `prefix-studio start` installs what is missing.
 * Everything else that a build uses comes from the prefix.
 */
export const hostTools: readonly HostTool[] = [
  tool('bash', named('bash', 'app-shells/bash'), 'the ebuild runtime; 5.0 or newer for EAPI 8, 5.3 for EAPI 9', {
    standsFor: ['app-shells/bash', 'app-alternatives/sh'],
  }),
  tool('bwrap', named('bubblewrap', 'sys-apps/bubblewrap'), 'the sandbox in which every ebuild runs', ours),
  tool(
    'gcc',
    named('gcc', 'sys-devel/gcc', { apk: musl }),
    'compiling, and the source of the C runtime of every prefix',
    { standsFor: ['sys-devel/gcc'], slot: 'major' },
  ),
  tool(
    'g++',
    named('g++', 'sys-devel/gcc', { dnf: 'gcc-c++', zypper: 'gcc-c++', pacman: 'gcc', apk: musl }),
    'compiling C++, and the source of libstdc++',
    { standsFor: [] },
  ),
  tool('ld', binutils, 'linking', { standsFor: ['sys-devel/binutils'] }),
  tool('readelf', binutils, 'the proof that nothing leaks', { ...ours, standsFor: [] }),
  tool('strip', binutils, 'stripping what was built', { standsFor: [] }),
  tool('make', named('make', 'dev-build/make'), 'emake and the default phases'),
  tool('gawk', named('gawk', 'sys-apps/gawk'), 'build scripts which need more than mawk', {
    standsFor: ['sys-apps/gawk', 'app-alternatives/awk'],
  }),
  tool('patchelf', named('patchelf', 'dev-util/patchelf'), 'keeping the imported C runtime inside the prefix'),
  tool(
    'pkg-config',
    named('pkg-config', 'dev-util/pkgconf', { dnf: 'pkgconf-pkg-config', pacman: 'pkgconf', apk: 'pkgconf' }),
    'finding libraries of the prefix',
    { alternatives: ['pkgconf'], standsFor: ['dev-util/pkgconf', 'virtual/pkgconfig'] },
  ),
  tool('patch', named('patch', 'sys-devel/patch'), 'eapply'),
  tool('sed', named('sed', 'sys-apps/sed'), 'configure scripts'),
  tool('grep', named('grep', 'sys-apps/grep'), 'configure scripts'),
  tool('find', named('findutils', 'sys-apps/findutils'), 'configure scripts'),
  tool('diff', named('diffutils', 'sys-apps/diffutils'), 'configure scripts'),
  tool('tar', named('tar', 'app-arch/tar'), 'unpacking sources', {
    standsFor: ['app-arch/tar', 'app-alternatives/tar'],
  }),
  tool('gzip', named('gzip', 'app-arch/gzip'), 'unpacking sources', {
    standsFor: ['app-arch/gzip', 'app-alternatives/gzip'],
  }),
  tool('bzip2', named('bzip2', 'app-arch/bzip2'), 'unpacking sources, saved environments', {
    standsFor: ['app-arch/bzip2', 'app-alternatives/bzip2'],
  }),
  tool('xz', named('xz', 'app-arch/xz-utils', { apt: 'xz-utils' }), 'unpacking sources'),
  tool('flock', utilLinux, 'has_version in parallel code', { ...ours, standsFor: ['sys-apps/util-linux'] }),
  tool('prlimit', utilLinux, 'the limits of what a build may use', { ...ours, standsFor: [] }),
  tool('choom', utilLinux, 'a build ends before anything else when memory runs out', { ...ours, standsFor: [] }),
  tool(
    'setpriv',
    named('util-linux', 'sys-apps/util-linux', { apk: 'setpriv' }),
    'builds of root as a user without rights',
    { ...ours, standsFor: [] },
  ),
  tool('unshare', utilLinux, 'builds of root that end with whoever started them; merging the image for a trial', {
    ...ours,
    standsFor: [],
  }),
  tool('m4', named('m4', 'sys-devel/m4'), 'autoconf output, bison and flex'),
  tool('bison', named('bison', 'sys-devel/bison'), 'packages with a grammar', {
    standsFor: ['sys-devel/bison', 'app-alternatives/yacc'],
  }),
  tool('flex', named('flex', 'sys-devel/flex'), 'packages with a scanner', {
    standsFor: ['sys-devel/flex', 'app-alternatives/lex'],
  }),
  tool('perl', named('perl', 'dev-lang/perl'), 'build scripts written in Perl'),
  tool('tclsh', named('tcl', 'dev-lang/tcl'), 'building SQLite', { ...optional, versionArguments: null }),
  tool(
    'tic',
    named('ncurses', 'sys-libs/ncurses', { apt: 'ncurses-bin', zypper: '/usr/bin/tic' }),
    'building ncurses',
    { ...optional, versionArguments: ['-V'] },
  ),
  tool('python3', named('python3', 'dev-lang/python', { pacman: 'python' }), 'build scripts written in Python', {
    standsFor: ['dev-lang/python'],
    slot: 'minor',
  }),
  tool(
    'mksquashfs',
    named('squashfs-tools', 'sys-fs/squashfs-tools', { zypper: '/usr/bin/mksquashfs' }),
    'packing the image',
    { ...ours, versionArguments: ['-version'] },
  ),
  tool('zstd', named('zstd', 'app-arch/zstd'), 'unpacking .zst sources', optional),
  tool('unzip', named('unzip', 'app-arch/unzip'), 'unpacking .zip sources', { ...optional, versionArguments: ['-v'] }),
  tool('msgfmt', named('gettext', 'sys-devel/gettext', { zypper: 'gettext-tools' }), 'translated messages', optional),
  tool('cmake', named('cmake', 'dev-build/cmake'), 'packages built with CMake', optional),
  tool(
    'ninja',
    named('ninja', 'dev-build/ninja', { apt: 'ninja-build', dnf: 'ninja-build', apk: 'samurai' }),
    'packages built with Ninja',
    { ...optional, standsFor: ['dev-build/ninja', 'app-alternatives/ninja'] },
  ),
  tool('meson', named('meson', 'dev-build/meson'), 'packages built with Meson', optional),
  tool('autoconf', named('autoconf', 'dev-build/autoconf'), 'packages that regenerate configure', {
    ...optional,
    standsFor: ['dev-build/autoconf', 'dev-build/autoconf-wrapper'],
  }),
  tool('automake', named('automake', 'dev-build/automake'), 'packages that regenerate Makefile.in', {
    ...optional,
    standsFor: ['dev-build/automake', 'dev-build/automake-wrapper'],
    slot: 'minor',
  }),
  tool('libtoolize', named('libtool', 'dev-build/libtool'), 'packages that regenerate libtool', optional),
  tool(
    'makeinfo',
    named('texinfo', 'sys-apps/texinfo', { zypper: '/usr/bin/makeinfo' }),
    'packages that regenerate info pages',
    optional,
  ),
  tool('mkfs.erofs', named('erofs-utils', 'sys-fs/erofs-utils'), 'erofs images', {
    ...optional,
    ...ours,
    versionArguments: ['-V'],
  }),
  tool('systemd-dissect', inSystemd('systemd-dissect', 'systemd-container'), 'checking the finished image', {
    ...optional,
    ...ours,
    standsFor: [],
  }),
  tool('systemd-sysext', inSystemd('systemd-sysext', 'systemd'), 'merging the image for a trial', {
    ...optional,
    ...ours,
    standsFor: ['sys-apps/systemd'],
  }),
  tool(
    'localedef',
    named('locales', 'sys-libs/glibc', {
      dnf: 'glibc-locale-source',
      pacman: 'glibc',
      zypper: 'glibc-i18ndata',
      apk: musl,
    }),
    'the locales of the C runtime of a prefix, with their sources',
    { ...optional, standsFor: [] },
  ),
  tool('strace', named('strace', 'dev-debug/strace'), 'the proof of which files programs open outside the prefix', {
    ...optional,
    ...ours,
    standsFor: [],
  }),
  tool(
    'dpkg-source',
    {
      apt: 'dpkg-dev',
      dnf: debianOnly,
      pacman: debianOnly,
      zypper: debianOnly,
      apk: debianOnly,
      emerge: debianOnly,
    },
    'sources from the source archive of the distribution',
    { ...optional, ...ours, standsFor: [] },
  ),
];

const textTools = 'manual pages made from other texts';

const glibTools = named('glib2-devel', 'dev-util/glib-utils', { apt: 'libglib2.0-dev-bin', apk: 'glib-dev' });

/** What ebuilds of Gentoo and Flatcar ask for beside these, each by a few packages only. */
export const treeTools: readonly HostTool[] = [
  tool('ls', named('coreutils', 'sys-apps/coreutils'), 'build scripts', optional),
  tool('file', named('file', 'sys-apps/file'), 'build scripts that look at types of files', optional),
  tool(
    'git',
    named('git', 'dev-vcs/git'),
    'trees by address, live ebuilds and build scripts that ask for a revision',
    optional,
  ),
  tool('curl', named('curl', 'net-misc/curl'), 'build scripts', optional),
  tool('wget', named('wget', 'net-misc/wget'), 'build scripts', optional),
  tool('bc', named('bc', 'sys-devel/bc'), 'build scripts that calculate', {
    ...optional,
    standsFor: ['sys-devel/bc', 'app-alternatives/bc'],
  }),
  tool(
    'run-parts',
    named('debianutils', 'sys-apps/debianutils', {
      dnf: '/usr/bin/run-parts',
      pacman: 'run-parts',
      zypper: '/usr/bin/run-parts',
      apk: 'run-parts',
    }),
    'lists of certificates and other folders of scripts',
    optional,
  ),
  tool('zip', named('zip', 'app-arch/zip'), 'packing .zip files', optional),
  tool(
    'b2',
    named('boost-build', 'dev-build/b2', {
      apt: 'libboost-tools-dev',
      dnf: '/usr/bin/b2',
      pacman: 'boost',
      zypper: '/usr/bin/b2',
    }),
    'Boost and what is built like it',
    { ...optional, standsFor: ['dev-build/b2', 'dev-util/b2'], versionArguments: ['-v'] },
  ),
  tool('gperf', named('gperf', 'dev-util/gperf'), 'packages with a perfect hash', optional),
  tool('help2man', named('help2man', 'sys-apps/help2man'), textTools, optional),
  tool('xsltproc', named('libxslt', 'dev-libs/libxslt', { apt: 'xsltproc' }), textTools, optional),
  tool('xmlto', named('xmlto', 'app-text/xmlto'), textTools, optional),
  tool('groff', named('groff', 'sys-apps/groff'), textTools, optional),
  tool(
    'asciidoctor',
    named('asciidoctor', 'dev-ruby/asciidoctor', { dnf: 'rubygem-asciidoctor', zypper: '/usr/bin/asciidoctor' }),
    textTools,
    optional,
  ),
  tool(
    'gtkdocize',
    named('gtk-doc', 'dev-build/gtk-doc-am', { apt: 'gtk-doc-tools' }),
    'packages that regenerate configure and have API documents',
    // trees from before 2024 have it under its old name
    { ...optional, standsFor: ['dev-build/gtk-doc-am', 'dev-util/gtk-doc-am', 'dev-util/gtk-doc'] },
  ),
  tool('intltoolize', named('intltool', 'dev-util/intltool'), 'translated messages of older packages', optional),
  tool('nasm', named('nasm', 'dev-lang/nasm'), 'packages with x86 assembler', optional),
  tool('ragel', named('ragel', 'dev-util/ragel'), 'packages with a state machine', optional),
  tool('re2c', named('re2c', 'dev-util/re2c'), 'packages with a scanner', optional),
  tool('swig', named('swig', 'dev-lang/swig'), 'bindings for other languages', optional),
  tool('go', named('go', 'dev-lang/go', { apt: 'golang-go', dnf: 'golang' }), 'packages written in Go', {
    ...optional,
    versionArguments: ['version'],
  }),
  tool(
    'go-md2man',
    named('go-md2man', 'dev-go/go-md2man', { dnf: '/usr/bin/go-md2man', zypper: '/usr/bin/go-md2man' }),
    textTools,
    optional,
  ),
  tool('doxygen', named('doxygen', 'app-text/doxygen'), 'documents of interfaces', optional),
  tool('asciidoc', named('asciidoc', 'app-text/asciidoc'), textTools, optional),
  tool('scdoc', named('scdoc', 'app-text/scdoc'), textTools, optional),
  tool('po4a', named('po4a', 'app-text/po4a'), 'translated manual pages', optional),
  tool('mandoc', named('mandoc', 'app-text/mandoc'), textTools, { ...optional, versionArguments: null }),
  tool('dot', named('graphviz', 'media-gfx/graphviz'), 'documents with graphs', {
    ...optional,
    versionArguments: ['-V'],
  }),
  tool(
    'xmllint',
    named('libxml2', 'dev-libs/libxml2', { apt: 'libxml2-utils', zypper: 'libxml2-tools', apk: 'libxml2-utils' }),
    'checks of XML',
    optional,
  ),
  tool(
    'gpg',
    named('gnupg', 'app-crypt/gnupg', { dnf: 'gnupg2', zypper: 'gpg2' }),
    'signatures of sources (`verify-sig`)',
    {
      ...optional,
      standsFor: ['app-crypt/gnupg', 'app-alternatives/gpg'],
    },
  ),
  tool('lzip', named('lzip', 'app-arch/lzip'), 'unpacking .lz sources', optional),
  tool('cpio', named('cpio', 'app-arch/cpio'), 'archives of an initial RAM disk', {
    ...optional,
    standsFor: ['app-arch/cpio', 'app-alternatives/cpio'],
  }),
  tool('ed', named('ed', 'sys-apps/ed'), 'build scripts that edit', optional),
  tool('rsync', named('rsync', 'net-misc/rsync'), 'build scripts that copy', optional),
  tool('byacc', named('byacc', 'dev-util/byacc'), 'packages with a grammar', { ...optional, versionArguments: ['-V'] }),
  tool('yasm', named('yasm', 'dev-lang/yasm'), 'packages with x86 assembler', optional),
  tool('clang', named('clang', 'llvm-core/clang'), 'packages that need this compiler, such as programs for BPF', {
    ...optional,
    slot: 'major',
  }),
  tool(
    'protoc',
    named('protobuf', 'dev-libs/protobuf', {
      apt: 'protobuf-compiler',
      dnf: 'protobuf-compiler',
      zypper: '/usr/bin/protoc',
      apk: 'protoc',
    }),
    'packages with protocol buffers',
    optional,
  ),
  tool(
    'rpcgen',
    named('rpcsvc-proto', 'net-libs/rpcsvc-proto', { dnf: 'rpcgen', zypper: '/usr/bin/rpcgen', apk: 'rpcgen' }),
    'packages with remote procedure calls',
    { ...optional, versionArguments: null },
  ),
  tool('glib-mkenums', glibTools, 'packages with GLib', { ...optional, standsFor: ['dev-util/glib-utils'] }),
  tool('gdbus-codegen', glibTools, 'packages with D-Bus interfaces', {
    ...optional,
    standsFor: ['dev-util/gdbus-codegen'],
  }),
  tool('glib-compile-resources', glibTools, 'packages with GLib', { ...optional, standsFor: ['dev-libs/glib'] }),
  tool(
    'pahole',
    named('dwarves', 'dev-util/pahole', { apt: 'pahole', pacman: 'pahole', apk: 'pahole' }),
    'kernel modules',
    optional,
  ),
  tool('modprobe', named('kmod', 'sys-apps/kmod'), 'kernel modules', optional),
  tool('scanelf', named('pax-utils', 'app-misc/pax-utils'), 'build scripts that look into programs', {
    ...optional,
    versionArguments: ['-V'],
  }),
  tool(
    'xxd',
    named('xxd', 'dev-util/xxd', { dnf: '/usr/bin/xxd', zypper: '/usr/bin/xxd', pacman: 'vim' }),
    'build scripts that take data apart',
    {
      ...optional,
      standsFor: ['dev-util/xxd', 'app-editors/vim-core'],
    },
  ),
  tool('runtest', named('dejagnu', 'dev-util/dejagnu'), 'tests of packages', optional),
];

/** Data of this machine that stands for packages of a tree, and no command. */
export interface HostData {
  /** `category/PN` */
  readonly package: string;
  /** a file or folder that it has, where systems put it */
  readonly files: readonly string[];
  readonly packages: PackageNames;
}

export const treeData: readonly HostData[] = [
  {
    package: 'dev-build/autoconf-archive',
    files: ['/usr/share/aclocal/ax_check_compile_flag.m4'],
    packages: named('autoconf-archive', 'dev-build/autoconf-archive'),
  },
  {
    package: 'app-text/docbook-xml-dtd',
    files: ['/usr/share/xml/docbook/schema/dtd', '/usr/share/sgml/docbook', '/usr/share/xml/docbook/xml-dtd-4.4'],
    packages: named('docbook-xml', 'app-text/docbook-xml-dtd', { dnf: 'docbook-dtds', zypper: 'docbook_4' }),
  },
  {
    package: 'app-text/docbook-xsl-stylesheets',
    files: [
      '/usr/share/xml/docbook/stylesheet',
      '/usr/share/sgml/docbook/xsl-stylesheets',
      '/usr/share/xml/docbook/xsl-stylesheets-1.79.2-nons',
    ],
    packages: named('docbook-xsl', 'app-text/docbook-xsl-stylesheets', {
      dnf: 'docbook-style-xsl',
      zypper: 'docbook-xsl-stylesheets',
    }),
  },
];

const rustByPath =
  'the eclass starts Rust from a folder that only Gentoo and the Flatcar SDK have, so Rust of another system cannot stand in';

/** Packages for which nothing of another system can stand in, and why; clauses. */
export const nothingStandsFor: Readonly<Record<string, string>> = {
  'dev-lang/rust': rustByPath,
  'dev-lang/rust-bin': rustByPath,
  'dev-lang/rust-common': rustByPath,
};

/** Packages whose part our ebuild runtime plays in BDEPEND: a command of its `host-tools/`, or something that it does itself. */
export const runtimeStandsFor: readonly string[] = [
  'app-portage/elt-patches',
  'dev-build/meson-format-array',
  'sys-devel/gnuconfig',
  // its setcap and getcap are helpers of the runtime
  'sys-libs/libcap',
];

const noCrossLibrary: Lacking = { lacks: 'its cross compiler for arm64 has no C library beside it, or another name' };
const noStaticQemu: Lacking = { lacks: 'it has no static QEMU under this name' };

const crossOnly = (apt: string, pacman: string): PackageNames => ({
  apt,
  dnf: noCrossLibrary,
  pacman,
  zypper: noCrossLibrary,
  apk: musl,
  emerge: noCrossLibrary,
});

/** Tools which only builds for `arm64-usr` on another machine need. */
export const arm64Tools: readonly HostTool[] = [
  tool(
    'aarch64-linux-gnu-gcc',
    crossOnly('gcc-aarch64-linux-gnu', 'aarch64-linux-gnu-gcc'),
    'compiling for arm64-usr',
    optional,
  ),
  tool(
    'aarch64-linux-gnu-g++',
    crossOnly('g++-aarch64-linux-gnu', 'aarch64-linux-gnu-gcc'),
    'compiling C++ for arm64-usr',
    optional,
  ),
  tool(
    'qemu-aarch64-static',
    {
      apt: 'qemu-user-static',
      dnf: 'qemu-user-static-aarch64',
      pacman: 'qemu-user-static',
      zypper: noStaticQemu,
      apk: noStaticQemu,
      emerge: noStaticQemu,
    },
    'starting arm64 programs in the proof',
    { ...optional, ...ours },
  ),
];

/** Without a command of its own: the C library that the cross compiler links against. */
export const arm64Library: PackageNames = crossOnly('libc6-dev-arm64-cross', 'aarch64-linux-gnu-glibc');

/** Headers of the kernel for programs, without a command of their own: every C compiler needs them. */
export const kernelHeaders: PackageNames = named('linux-headers', 'sys-kernel/linux-headers', {
  apt: 'linux-libc-dev',
  dnf: 'kernel-headers',
  pacman: 'linux-api-headers',
  zypper: 'linux-glibc-devel',
});

/** Data that stands for a package, `category/PN`; undefined: none that we know. */
export const dataFor = (qualifiedName: string): HostData | undefined =>
  treeData.find((entry) => entry.package === qualifiedName);

/** A tool by its command; undefined: not one that we know. */
export const toolNamed = (command: string): HostTool | undefined =>
  [...hostTools, ...treeTools, ...arm64Tools].find((entry) => entry.command === command);
