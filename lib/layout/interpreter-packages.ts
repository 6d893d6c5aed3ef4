/** Which package of Gentoo installs a program that scripts name, by the program's name without version. */
const packages: Readonly<Record<string, string>> = {
  sh: 'app-shells/bash',
  bash: 'app-shells/bash',
  dash: 'app-shells/dash',
  zsh: 'app-shells/zsh',
  env: 'sys-apps/coreutils',
  awk: 'app-alternatives/awk',
  gawk: 'sys-apps/gawk',
  sed: 'sys-apps/sed',
  perl: 'dev-lang/perl',
  python: 'dev-lang/python',
  ruby: 'dev-lang/ruby',
  lua: 'dev-lang/lua',
  luajit: 'dev-lang/luajit',
  tclsh: 'dev-lang/tcl',
  wish: 'dev-lang/tk',
  expect: 'dev-tcltk/expect',
  guile: 'dev-scheme/guile',
  node: 'net-libs/nodejs',
  php: 'dev-lang/php',
  make: 'dev-build/make',
};

/** The package that would bring an interpreter (`/usr/bin/python3.12`, `perl`) into a prefix; null: not known. */
export function packageOfInterpreter(interpreter: string): string | null {
  const name = interpreter.slice(interpreter.lastIndexOf('/') + 1);
  return packages[name] ?? packages[name.replace(/(?<![-\d.])[-\d.]+$/, '')] ?? null;
}
