import { resolve } from 'node:path';
import { executeRequestOf } from '../../drivers/embedded/embedded-engine';
import { firstBuildNote, prebuiltSettings, prebuiltVariable } from '../../drivers/embedded/prebuilt-settings';
import { exportPrebuilt, PrebuiltPackages } from '../../engine/index';
import { dataHome, homeLayout } from '../../home';
import { formatBytes } from '../../host/units';
import { openDesign } from '../../plan/open-design';
import { planOpened } from '../../plan/plan-design';
import { requireDesign } from '../../runner/design-check';
import { type Command, type ExitStatus, type Terminal, UsageError } from '../command';
import { readDesignSource } from '../design-source';
import { ReadingLine } from '../reading-line';
import { storyTexts } from '../stories';
import { formatTable } from '../text';

export const command: Command = {
  usage: 'prebuilt [list|export] [DIR FILE|NAME...] [--sources]',
  description: `Packages that were built for any path, so that they need not be compiled again, here or on another machine.

  list                      where this machine takes them from, and which there are
  export DIR FILE|NAME...   write those of these designs that were built from source here into a folder, beside what it has

They are taken from the places in ${prebuiltVariable} (absolute folders and https addresses, separated by spaces) and from the folder
that a release brings. A package is taken when it was made of the same ebuild, eclasses, sources, USE flags and variables,
when its SHA-512 is that of the index, and when this machine's C library and compiler are not older than those that it was
built with. A design with \`from_source: true\`, and \`build --from-source\`, take none. Who gives the folder to others gives the
sources with it: --sources puts them there.

The answer is no when a place is unusable, there is no plan for a design, or nothing of it was there to be written.`,
  help: { '--sources': 'export: the source files too, into DIR/sources' },
  options: { sources: { type: 'boolean' } },
  arguments: { least: 0, most: 50 },
  async run({ values, positionals: [verb = 'list', folder, ...designs], isJson, terminal }) {
    if (verb === 'list' && folder === undefined) return list(isJson, terminal);
    if (verb !== 'export') throw new UsageError('`prebuilt`: choose `list` or `export DIR FILE|NAME...`.');
    if (folder === undefined || folder === '' || designs.length === 0) {
      throw new UsageError('`prebuilt export` needs a folder and at least one design.');
    }
    let status: ExitStatus = 0;
    for (const design of designs) {
      const isGood = await exportDesign(design, resolve(folder), values.sources === true, isJson, terminal);
      if (!isGood) status = 1;
    }
    return status;
  },
};

async function list(isJson: boolean, terminal: Terminal): Promise<ExitStatus> {
  const { cache, shared } = homeLayout(dataHome());
  const settings = prebuiltSettings(cache);
  const packages = new PrebuiltPackages(settings, shared, () => Promise.resolve(null));
  const found = await packages.list();
  if (isJson) terminal.out(JSON.stringify({ places: found, troubles: packages.troubles }));
  else {
    if (settings.places.length === 0)
      terminal.out(firstBuildNote(dataHome()) ?? `No place of prebuilt packages is named; see ${prebuiltVariable}.`);
    for (const { name, entries } of found) {
      terminal.out(
        `${name}: ${entries.length} packages, ${formatBytes(entries.reduce((sum, one) => sum + one.sizeBytes, 0))}`,
      );
      const rows = entries.map(({ cpv, sizeBytes, builtWith: { gcc, glibc, system } }) => [
        `  ${cpv}`,
        formatBytes(sizeBytes),
        `gcc ${gcc}, glibc ${glibc}, ${system}`,
      ]);
      if (rows.length > 0) terminal.out(formatTable(rows, [1]));
    }
    for (const trouble of packages.troubles) terminal.err(trouble);
  }
  return packages.troubles.length > 0 ? 1 : 0;
}

async function exportDesign(
  argument: string,
  folder: string,
  withSources: boolean,
  isJson: boolean,
  terminal: Terminal,
): Promise<boolean> {
  const home = dataHome();
  const reading = new ReadingLine({ terminal, isJson });
  const design = requireDesign({ text: (await readDesignSource(argument)).text });
  const opened = await openDesign(design, { home, onMetadata: reading.onMetadata });
  reading.clear();
  const result = planOpened(opened, false);
  if (result.kind === 'unsolved') {
    if (isJson) terminal.out(JSON.stringify(result));
    else for (const text of storyTexts(result.derivations)) terminal.err(text);
    return false;
  }
  const request = executeRequestOf(opened, result.plan, { home, onlyLooks: true, emit: () => {} });
  const { written, leftOut } = await exportPrebuilt(request, folder, withSources);
  if (isJson) terminal.out(JSON.stringify({ design: opened.design.name, written, leftOut }));
  else {
    const sizeBytes = written.reduce((sum, one) => sum + one.sizeBytes, 0);
    terminal.out(`${opened.design.name}: ${written.length} packages, ${formatBytes(sizeBytes)}, in ${folder}`);
    for (const { cpv, reason } of leftOut) terminal.out(`  not ${cpv}: ${reason}`);
    if (written.length === 0)
      terminal.err(
        `Nothing of ${opened.design.name} was written. Build it here first: \`prefix-studio build ${argument} --from-source\`.`,
      );
  }
  return written.length > 0;
}
