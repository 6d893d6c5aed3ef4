import { dataHome } from '../../home';
import { asBootstrapped, planBootstrap } from '../../plan/bootstrap';
import { waysOf } from '../../plan/bootstrap-stages';
import { openDesign } from '../../plan/open-design';
import { requireDesign } from '../../runner/design-check';
import { bootstrapLines } from '../bootstrap-listing';
import { type Command, choiceOf } from '../command';
import { readDesignSource } from '../design-source';
import { ReadingLine } from '../reading-line';

export const command: Command = {
  usage: 'bootstrap FILE|NAME [--way WAY] [--without ATOM]...',
  description: `Shows how the staging root of a design is filled from nothing: which packages each stage builds, with what USE, and what of
the host's tool chain it still rests on. Nothing is built or written. If a stage has no plan, the answer is no: it says
why, and what would help; the stages after it wait.`,
  help: {
    '--way WAY': 'cross: the SDK compiles everything, as setup_prefix does; staged: each part rebuilt by its successor',
    '--without ATOM': 'plan as if @system did not have the atom; may be given several times',
  },
  options: { way: { type: 'string' }, without: { type: 'string', multiple: true } },
  arguments: { least: 1, most: 1 },
  async run({ values, positionals: [argument = ''], isJson, terminal }) {
    const source = await readDesignSource(argument);
    const reading = new ReadingLine({ terminal, isJson });
    const design = asBootstrapped(requireDesign({ text: source.text }));
    const opened = await openDesign(design, { home: dataHome(), onMetadata: reading.onMetadata });
    reading.clear();
    const ways = waysOf(opened.tree);
    const way = choiceOf(values, 'way', ways, ways[0] ?? 'cross');
    const without = Array.isArray(values.without) ? values.without.map(String) : [];
    const plan = planBootstrap(opened, way, { without });
    if (isJson) terminal.out(JSON.stringify(plan));
    else for (const line of bootstrapLines(plan, opened.design, terminal.columns)) terminal.out(line);
    return plan.ships === null ? 1 : 0;
  },
};
