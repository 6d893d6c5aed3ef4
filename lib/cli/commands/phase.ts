import { parseDesign } from '../../design/index';
import { executeRequestOf, setUpOpened } from '../../drivers/embedded/embedded-engine';
import { EngineError, runSinglePhases, type SinglePhase, singlePhases } from '../../engine/index';
import { isNamed } from '../../engine/work-record';
import { dataHome } from '../../home';
import { designWithEbuild, readEbuildFile } from '../../plan/ebuild-file';
import { openDesign } from '../../plan/open-design';
import { planOpened } from '../../plan/plan-design';
import { DesignInvalidError } from '../../runner/errors';
import { type Command, textOf, UsageError } from '../command';
import { readDesignSource } from '../design-source';
import { ProgramOutput } from '../program-output';
import { ReadingLine } from '../reading-line';
import { storyTexts } from '../stories';

export const command: Command = {
  usage: 'phase FILE|NAME [PACKAGE] PHASE… [--ebuild FILE]',
  description: `Runs phases of one package of a design, and those before them that have not run yet, as Portage's "ebuild" does: ${singlePhases.join(', ')}.
The work folder is kept, and the next call or "shell" continues in it; a failed build can be continued too. The ebuild is read
again each time, so that a changed function counts; "clean" starts over. "merge" merges into staging. What the package needs
is not built: build the design first. PACKAGE is category/name, with or without version, or the name alone. With --ebuild
the package is that of an ebuild file, in its repository, whether or not the design has it; PACKAGE is left out then.

What is packed after somebody was in the work folder is never taken for a build of the ebuild: the next build builds it again.`,
  help: { '--ebuild FILE': 'an ebuild by its path: REPOSITORY/category/name/name-version.ebuild' },
  options: { ebuild: { type: 'string' } },
  words: { PHASE: singlePhases },
  arguments: { least: 2, most: 20 },
  async run({ values, positionals: [source = '', ...rest], isJson, terminal }) {
    const path = textOf(values, 'ebuild');
    const file = path === undefined ? null : readEbuildFile(path);
    const [name, ...phases] = file === null ? rest : [file.cpv, ...rest];
    if (name === undefined || phases.length === 0) throw new UsageError(`An argument is missing: ${this.usage}`);
    for (const phase of phases) {
      if (!singlePhases.includes(phase as SinglePhase))
        throw new UsageError(`\`${phase}\` is not a phase; choose ${singlePhases.join(', ')}.`);
    }
    const home = dataHome();
    const parsed = parseDesign((await readDesignSource(source)).text);
    if (!parsed.ok) throw new DesignInvalidError(parsed.problems);
    const reading = new ReadingLine({ terminal, isJson });
    const own = await openDesign(parsed.design, { home, onMetadata: reading.onMetadata });
    reading.clear();
    const opened = file === null ? own : await openDesign(designWithEbuild(own, file), { home });
    const planned = planOpened(opened);
    if (planned.kind === 'unsolved') {
      for (const text of storyTexts(planned.derivations)) terminal.err(text);
      return 1;
    }
    const pkg = planned.plan.packages.find(({ root, cpv }) => root === 'staging' && isNamed(cpv, name));
    if (!pkg) {
      throw new EngineError(
        'WORK_MISSING',
        `the plan of \`${parsed.design.name}\` has no package \`${name}\` in staging`,
        {
          hint: `\`prefix-studio plan ${source}\` lists them.`,
        },
      );
    }
    await setUpOpened(own, { home });
    const abort = new AbortController();
    const cancel = (): void => abort.abort();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, cancel);
    const request = executeRequestOf(opened, planned.plan, { home, signal: abort.signal, emit: () => undefined });
    const stream = isJson ? process.stderr : process.stdout;
    const hasColor = stream.isTTY === true && process.env.NO_COLOR === undefined;
    const output = new ProgramOutput((text) => void stream.write(text), hasColor);
    const outcome = await runSinglePhases(request, pkg, phases as SinglePhase[], {
      write: (text) => output.take(text),
      onPhase: (phase) => terminal.err(`>>> ${pkg.cpv}: ${phase}`),
    });
    output.end();
    if (isJson) terminal.out(JSON.stringify({ cpv: pkg.cpv, ...outcome }));
    else if (outcome.kind === 'failed') {
      terminal.err(`${pkg.cpv} failed in ${outcome.phase}: ${outcome.message}`);
      terminal.err(`  ${outcome.hint ?? `Look at it: \`prefix-studio shell ${parsed.design.name} ${pkg.cpv}\`.`}`);
    } else if (outcome.kind === 'cancelled') terminal.err('Cancelled.');
    else {
      terminal.err(`${pkg.cpv}: ${phases.join(', ')} done${outcome.file ? `: ${outcome.file}` : ''}`);
      if (outcome.file && outcome.isByHand)
        terminal.err('  Somebody was in its work folder, so the next build builds this package again.');
    }
    return outcome.kind === 'done' ? 0 : 1;
  },
};
