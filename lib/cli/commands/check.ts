import { explainWarning, storyText } from '../../resolve/explain';
import { givesPlan } from '../../resolve/plan';
import type { Command } from '../command';
import { readDesignSource } from '../design-source';
import { storiesBesideFixes } from '../stories';
import { formatProblems } from '../text';
import { withStudio } from '../with-studio';

export const command: Command = {
  usage: 'check FILE|NAME',
  description: `Checks a design: its fields, then whether its packages can be planned. Problems are reported with line and column, and
what merging the image means for its path is said. The answer is no when there is a problem; warnings alone do not make it no.`,
  help: {},
  options: {},
  arguments: { least: 1, most: 1 },
  async run({ positionals: [argument = ''], isJson, terminal }) {
    const { text, label } = await readDesignSource(argument);
    const check = await withStudio({ terminal, isJson }, ({ ask }) =>
      ask('POST /api/check', { query: { planned: '1' }, body: { text } }),
    );
    const { ok, problems, planned } = check;
    if (isJson) {
      terminal.out(JSON.stringify(check));
      return ok ? 0 : 1;
    }
    for (const notice of planned?.notices ?? []) terminal.err(`Note: ${notice}`);
    for (const warning of planned?.warnings ?? []) {
      terminal.out(`warning: ${storyText(explainWarning(warning), 'staging')}\n`);
    }
    for (const { level, title, text } of check.sysext) {
      if (level === 'act') terminal.out(`warning: ${title}. ${text}\n`);
      else if (level === 'look') terminal.out(`image: ${title}`);
    }
    if (ok) {
      terminal.out(`${label}: sound; ${planned?.work ?? 0} packages to do`);
      return 0;
    }
    // what is nowhere is told at its line; a story for each would say the same again
    if (problems.length > 0 || planned === null) terminal.err(formatProblems(label, problems));
    else for (const story of storiesBesideFixes(planned.stories, { ...planned, fixes: [] })) terminal.err(`${story}\n`);
    const [fix] = planned?.fixes ?? [];
    if (fix) terminal.err(`There is a fix${givesPlan(fix) ? '' : ' for a part'}: prefix-studio plan ${argument} --fix`);
    return 1;
  },
};
