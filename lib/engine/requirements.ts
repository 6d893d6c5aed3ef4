/**
 * A tool of the build machine. `required: true`: no build works without it; `false`: only what `neededFor` says is lost.
 * `command` is looked up in PATH; `alternatives` may stand in for it.
 */
export interface HostTool {
  readonly command: string;
  readonly alternatives?: readonly string[];
  readonly neededFor: string;
  /** package of Debian and its descendants that has it */
  readonly debianPackage: string;
  readonly required: boolean;
  /** arguments that print the version; null: the tool has none */
  readonly versionArguments: readonly string[] | null;
}

const tool = (
  command: string,
  debianPackage: string,
  neededFor: string,
  more: Partial<Pick<HostTool, 'required' | 'versionArguments' | 'alternatives'>> = {},
): HostTool => ({ command, debianPackage, neededFor, required: true, versionArguments: ['--version'], ...more });

const optional = { required: false } as const;

/**
 * Tools of the build machine as data: `doctor` shows them, the set-up script installs what is missing.
 * Everything else that a build uses comes from the prefix.
 */
export const hostTools: readonly HostTool[] = [
  tool('bash', 'bash', 'the ebuild runtime; 5.0 or newer for EAPI 8, 5.3 for EAPI 9'),
  tool('bwrap', 'bubblewrap', 'the sandbox in which every ebuild runs'),
  tool('gcc', 'gcc', 'compiling, and the source of the C runtime of every prefix'),
  tool('g++', 'g++', 'compiling C++, and the source of libstdc++'),
  tool('ld', 'binutils', 'linking'),
  tool('readelf', 'binutils', 'the proof that nothing leaks'),
  tool('strip', 'binutils', 'stripping what was built'),
  tool('make', 'make', 'emake and the default phases'),
  tool('gawk', 'gawk', 'build scripts which need more than mawk'),
  tool('patchelf', 'patchelf', 'keeping the imported C runtime inside the prefix'),
  tool('pkg-config', 'pkg-config', 'finding libraries of the prefix', { alternatives: ['pkgconf'] }),
  tool('patch', 'patch', 'eapply'),
  tool('sed', 'sed', 'configure scripts'),
  tool('grep', 'grep', 'configure scripts'),
  tool('find', 'findutils', 'configure scripts'),
  tool('diff', 'diffutils', 'configure scripts'),
  tool('tar', 'tar', 'unpacking sources'),
  tool('gzip', 'gzip', 'unpacking sources'),
  tool('bzip2', 'bzip2', 'unpacking sources, saved environments'),
  tool('xz', 'xz-utils', 'unpacking sources'),
  tool('flock', 'util-linux', 'has_version in parallel code'),
  tool('m4', 'm4', 'autoconf output, bison and flex'),
  tool('bison', 'bison', 'packages with a grammar'),
  tool('flex', 'flex', 'packages with a scanner'),
  tool('perl', 'perl', 'build scripts written in Perl'),
  tool('tclsh', 'tcl', 'building SQLite', { required: false, versionArguments: null }),
  tool('tic', 'ncurses-bin', 'building ncurses', { required: false, versionArguments: ['-V'] }),
  tool('python3', 'python3', 'build scripts written in Python'),
  tool('mksquashfs', 'squashfs-tools', 'packing the image', { versionArguments: ['-version'] }),
  tool('zstd', 'zstd', 'unpacking .zst sources', optional),
  tool('unzip', 'unzip', 'unpacking .zip sources', { ...optional, versionArguments: ['-v'] }),
  tool('msgfmt', 'gettext', 'translated messages', optional),
  tool('cmake', 'cmake', 'packages built with CMake', optional),
  tool('ninja', 'ninja-build', 'packages built with Ninja', optional),
  tool('meson', 'meson', 'packages built with Meson', optional),
  tool('autoconf', 'autoconf', 'packages that regenerate configure', optional),
  tool('automake', 'automake', 'packages that regenerate Makefile.in', optional),
  tool('libtoolize', 'libtool', 'packages that regenerate libtool', optional),
  tool('makeinfo', 'texinfo', 'packages that regenerate info pages', optional),
  tool('mkfs.erofs', 'erofs-utils', 'erofs images', { ...optional, versionArguments: ['-V'] }),
  tool('systemd-dissect', 'systemd-container', 'checking the finished image', optional),
  tool('systemd-sysext', 'systemd', 'merging the image for a trial', optional),
  tool('unshare', 'util-linux', 'merging the image for a trial', optional),
  tool('dpkg-source', 'dpkg-dev', 'sources from the source archive of the distribution', optional),
];

/** Tools which only builds for `arm64-usr` on another machine need. */
export const arm64Tools: readonly HostTool[] = [
  tool('aarch64-linux-gnu-gcc', 'gcc-aarch64-linux-gnu', 'compiling for arm64-usr', optional),
  tool('aarch64-linux-gnu-g++', 'g++-aarch64-linux-gnu', 'compiling C++ for arm64-usr', optional),
  tool('qemu-aarch64-static', 'qemu-user-static', 'starting arm64 programs in the proof', optional),
];

/** Packages without a command of their own. */
export const arm64Packages: readonly string[] = ['libc6-dev-arm64-cross'];
