/** A term with the words that come first, and two sentences with the user's own values. */
export interface HelpTerm {
  readonly id: string;
  readonly plain: string;
  readonly term: string;
  readonly text: string;
}

/** Values the explanations are filled with: the user's newest prefix, else an example. */
export interface HelpValues {
  readonly name: string;
  readonly board: string;
  readonly path: string;
  readonly stagingRoot: string;
  readonly finalRoot: string;
  readonly imageName: string;
  readonly wrapper: string;
  readonly example: string;
}

export function helpTerms(values: HelpValues): readonly HelpTerm[] {
  const { name, board, path, stagingRoot, finalRoot, imageName, wrapper, example } = values;
  return [
    {
      id: 'prefix',
      plain: 'An application with everything it needs, under one path',
      term: 'prefix',
      text: `${name} holds ${example} and all its libraries below ${path}. It uses nothing of the system it runs on except the kernel.`,
    },
    {
      id: 'eprefix',
      plain: 'The path inside',
      term: 'EPREFIX, offset prefix',
      text: `${path} is compiled into every program and library of ${name}. It is the same while building and on the target, so nothing has to be moved or patched later.`,
    },
    {
      id: 'root',
      plain: 'The folder that stands for /',
      term: 'ROOT',
      text: `While building, / of the target is a folder here: ${stagingRoot} for staging, ${finalRoot} for final. A file of the prefix lies at ROOT, then EPREFIX, then its own path.`,
    },
    {
      id: 'staging',
      plain: 'The workshop',
      term: 'staging root',
      text: `Packages are compiled in ${stagingRoot}, with compiler, headers and tools around them. It is several times larger than what ships and can be deleted and rebuilt.`,
    },
    {
      id: 'final',
      plain: 'What ships',
      term: 'final root',
      text: `${finalRoot} gets only what is needed at run time, from the binary packages that staging made. It holds no compiler and no headers.`,
    },
    {
      id: 'sysroot',
      plain: 'What is linked against',
      term: 'SYSROOT',
      text: `While compiling for ${name}, SYSROOT equals ROOT, so libraries and headers come from ${stagingRoot}${path}. If it were /, libraries of the host would leak in.`,
    },
    {
      id: 'broot',
      plain: 'Where build tools run',
      term: 'BROOT',
      text: 'Tools that are executed during the build, such as make or a parser generator, run on the host. Nothing of them is copied into the prefix.',
    },
    {
      id: 'depend',
      plain: 'Needed to compile',
      term: 'DEPEND',
      text: `Libraries and headers a package is compiled against. For ${name} they must be in staging.`,
    },
    {
      id: 'rdepend',
      plain: 'Needed to run',
      term: 'RDEPEND',
      text: `What a program loads or starts when it runs. These packages ship in final, and they in turn bring what they need.`,
    },
    {
      id: 'bdepend',
      plain: 'Tools that run during the build',
      term: 'BDEPEND',
      text: 'They run on the build host and must be there. They never ship.',
    },
    {
      id: 'pdepend',
      plain: 'Needed to run, may come later',
      term: 'PDEPEND',
      text: 'Like RDEPEND, but installed afterwards: this is how two packages can need each other.',
    },
    {
      id: 'idepend',
      plain: 'Tools that run while installing',
      term: 'IDEPEND',
      text: 'Programs that a package calls while it is being installed, for instance to rebuild a cache. They run on the host.',
    },
    {
      id: 'use',
      plain: 'Features to build in or leave out',
      term: 'USE flags',
      text: 'Each package has its own. Turning one off usually drops dependencies; the plan shows what changes before anything is saved.',
    },
    {
      id: 'atom',
      plain: 'A package and which versions of it',
      term: 'atom',
      text: 'app-misc/jq means any version, >=dev-lang/python-3.11 that or newer, =app-misc/jq-1.7* any 1.7. A colon adds the slot: dev-lang/python:3.11.',
    },
    {
      id: 'slot',
      plain: 'Versions that can stand side by side',
      term: 'slot',
      text: 'Two versions of a package in different slots can both be installed. In the same slot the newer one replaces the older.',
    },
    {
      id: 'keyword',
      plain: 'How well tested a version is',
      term: 'keyword',
      text: `A version marked ${board.startsWith('arm64') ? 'arm64' : 'amd64'} is stable on your board, with ~ in front it is still in testing. Accept testing versions for one package only rather than for all.`,
    },
    {
      id: 'board',
      plain: 'The machine it will run on',
      term: 'board',
      text: `${board} decides processor, compiler and keywords. An image for one board does not run on the other.`,
    },
    {
      id: 'wrapper',
      plain: 'emerge for this prefix',
      term: wrapper,
      text: `A command that does by hand what the Build button does: it installs packages into the staging and final roots of ${name}.`,
    },
    {
      id: 'sysext',
      plain: 'A folder laid over the system',
      term: 'systemd-sysext',
      text: `${imageName} is a read-only image. The target lays it over its own /usr and /opt, and ${path} appears there until it is removed again.`,
    },
    {
      id: 'release',
      plain: 'Which systems may merge it',
      term: 'extension-release',
      text: `A small file in ${imageName} that names them. When it does not match the target, systemd-sysext leaves the image out.`,
    },
    {
      id: 'proof',
      plain: 'The check that nothing of the host is left',
      term: 'proof',
      text: `After each build every program and library of ${name} is read: its loader and all libraries must lie below ${path}. Then it is started with nothing but the final root.`,
    },
  ];
}
