import { type BootstrapWay, bootstrapWays } from '../../plan/bootstrap-stages';
import { tryParseAtom } from '../../pms';
import { requireDesign } from '../../runner/design-check';
import { bootstrapLines } from '../bootstrap-listing';
import { type Command, choiceOf, UsageError } from '../command';
import { readDesignSource } from '../design-source';
import { withStudio } from '../with-studio';

export const command: Command = {
  usage: 'bootstrap FILE|NAME [--way WAY] [--without ATOM]...',
  description: `Shows how the staging root of a design is filled from nothing: which packages each stage builds, with what USE, and what of
the host's tool chain it still rests on. Nothing is built or written. If a stage has no plan, the answer is no: it says
why, and what would help; the stages after it wait.`,
  help: {
    '--way WAY':
      'cross: the SDK compiles everything, as setup_prefix does; staged: each part rebuilt by its successor; starter: of this machine',
    '--without ATOM': 'plan as if @system did not have the atom; may be given several times',
  },
  options: { way: { type: 'string' }, without: { type: 'string', multiple: true } },
  arguments: { least: 1, most: 1 },
  async run({ values, positionals: [argument = ''], isJson, terminal }) {
    const source = await readDesignSource(argument);
    const design = requireDesign({ text: source.text });
    const without = Array.isArray(values.without) ? values.without.map(String) : [];
    const odd = without.find((text) => tryParseAtom(text) === null);
    if (odd !== undefined)
      throw new UsageError(
        `\`--without ${odd}\`: this is not an atom. Give each by itself, as the \`packages\` files of the profile have it: \`sys-apps/less\`.`,
      );
    const way = values.way === undefined ? null : choiceOf<BootstrapWay>(values, 'way', bootstrapWays, 'cross');
    const answer = await withStudio({ terminal, isJson }, ({ ask }) =>
      ask('POST /api/bootstrap', { body: { text: source.text, ...(way && { way }), without } }),
    );
    if (isJson) terminal.out(JSON.stringify(answer));
    else for (const line of bootstrapLines(answer.plan, { ...design, argument }, terminal.columns)) terminal.out(line);
    return answer.plan.ships === null ? 1 : 0;
  },
};
