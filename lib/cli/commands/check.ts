import { parseDesign, requestProblems } from '../../design/index';
import { dataHome } from '../../home';
import { asking, openDesign } from '../../plan/open-design';
import { planOpened } from '../../plan/plan-design';
import { explainDerivations, explainWarning, storyText } from '../../resolve/explain';
import type { Command } from '../command';
import { readDesignSource } from '../design-source';
import { ReadingLine } from '../reading-line';
import { storyTexts } from '../stories';
import { formatProblems } from '../text';

export const command: Command = {
  usage: 'check FILE|NAME',
  description: `Checks a design: its fields, then whether its packages can be planned. Problems are reported with line and column. The answer is
no when there is one; warnings alone do not make it no.`,
  help: {},
  options: {},
  arguments: { least: 1, most: 1 },
  async run({ positionals: [argument = ''], isJson, terminal }) {
    const source = await readDesignSource(argument);
    const parsed = parseDesign(source.text);
    if (!parsed.ok) {
      if (isJson) terminal.out(JSON.stringify({ ok: false, problems: parsed.problems, derivations: [], warnings: [] }));
      else terminal.err(formatProblems(source.label, parsed.problems));
      return 1;
    }
    const reading = new ReadingLine({ terminal, isJson });
    const { onMetadata } = reading;
    const opened = await openDesign(parsed.design, { home: dataHome(), onMetadata, isReadAsAsked: true });
    const result = await asking(opened, () => planOpened(opened)).finally(() => opened.reading?.close());
    reading.clear();
    const isPlanned = result.kind === 'planned';
    const warnings = isPlanned ? result.plan.warnings : [];
    if (isJson) {
      const derivations = isPlanned ? [] : result.derivations;
      const stories = explainDerivations(derivations);
      const problems = requestProblems(source.text, derivations);
      terminal.out(JSON.stringify({ ok: isPlanned, problems, derivations, stories, warnings }));
      return isPlanned ? 0 : 1;
    }
    for (const warning of warnings) terminal.out(`warning: ${storyText(explainWarning(warning), 'staging')}\n`);
    if (isPlanned) {
      const work = result.plan.packages.filter(({ action }) => action !== 'provided' && action !== 'keep').length;
      terminal.out(`${source.label}: sound; ${work} packages to do`);
      return 0;
    }
    const problems = requestProblems(source.text, result.derivations);
    // what is nowhere is told at its line; a story for each would say the same again
    if (problems.length > 0) terminal.err(formatProblems(source.label, problems));
    else for (const text of storyTexts(result.derivations)) terminal.err(`${text}\n`);
    if (result.fixes.length > 0) terminal.err(`There is a fix: prefix-studio plan ${argument} --fix`);
    return 1;
  },
};
