import { realpathSync, statSync } from 'node:fs';
import { dependencyClasses } from '../../pms/dependency-class';
import { type Command, textOf } from '../command';
import { formatTable } from '../text';
import { withStudio } from '../with-studio';

export const command: Command = {
  usage: 'roots [--root R] [--sysroot S] [--eprefix P] [--broot B] [--eapi N]',
  description: `Decides where the packages of each dependency class belong, for one setting of ROOT, SYSROOT, EPREFIX and BROOT, and tells
which rule decided. An option that is left out is a variable that is not set; --eprefix '' is one that is set and empty.
The answer is no when the setting is not allowed.`,
  help: {
    '--root R': 'ROOT: where the result is merged',
    '--sysroot S': 'SYSROOT: what is compiled and linked against',
    '--eprefix P': 'EPREFIX: the offset prefix of the result',
    '--broot B': 'BROOT: the offset prefix of the build machine',
    '--eapi N': 'EAPI of the ebuild (8)',
  },
  options: {
    root: { type: 'string' },
    sysroot: { type: 'string' },
    eprefix: { type: 'string' },
    broot: { type: 'string' },
    eapi: { type: 'string' },
  },
  arguments: { least: 0, most: 0 },
  async run({ values, isJson, terminal }) {
    const root = textOf(values, 'root');
    const sysroot = textOf(values, 'sysroot');
    const body = {
      root,
      sysroot,
      eprefix: textOf(values, 'eprefix'),
      broot: textOf(values, 'broot'),
      eapi: textOf(values, 'eapi') ?? '8',
      workingDirectory: process.cwd(),
      disk: { realRoot: realPath(root), realSysroot: realPath(sysroot), rootIsFile: isFile(root) },
    };
    const roots = await withStudio({ terminal, isJson }, ({ ask }) => ask('POST /api/roots', { body }));
    if (isJson) terminal.out(JSON.stringify(roots));
    else if (!roots.valid) {
      terminal.err(`prefix-studio: ${roots.message}`);
      if (roots.hint) terminal.err(`  ${roots.hint}`);
    } else {
      terminal.out(
        formatTable((['BROOT', 'ESYSROOT', 'EROOT'] as const).map((name) => [name, roots[name] || '(none)'])),
      );
      terminal.out('');
      const rows = dependencyClasses.flatMap((name) => {
        const place = roots.dependencies[name];
        return place ? [[name, place.path, place.root, place.prefix || '(none)', place.because]] : [];
      });
      terminal.out(formatTable([['class', 'packages in', 'base', 'offset', 'because'], ...rows]));
      for (const advice of roots.advice) terminal.out(`\n${advice.severity}: ${advice.message}`);
    }
    return roots.valid ? 0 : 1;
  },
};

function realPath(path: string | undefined): string | undefined {
  try {
    return path ? realpathSync(path) : undefined;
  } catch {
    return undefined;
  }
}

function isFile(path: string | undefined): boolean {
  return path ? statSync(path, { throwIfNoEntry: false })?.isFile() === true : false;
}
