import { noticeLines } from '../../api/notice-words';
import type { RunView } from '../../api/run-view';
import { terminalText } from '../../layout/visible-text';
import { plainText } from '../../runner/log-text';
import { type Command, textOf } from '../command';
import { type Ask, withStudio } from '../with-studio';

/** So many lines are asked for at once. */
const linesAtOnce = 5000;

export const command: Command = {
  usage: 'log NAME [PACKAGE] [--notices] [--run ID]',
  description: `Prints the log of the newest build of a prefix, or of one package of it; PACKAGE is \`category/PN\`, a name or a part of one.
With --notices: what packages want you to know (elog, ewarn, eqawarn) and what our checks found in what they install. The
answer is no if there is no such build or package, or nothing was said.`,
  help: { '--notices': 'notices instead of the log', '--run ID': 'a build other than the newest' },
  options: { notices: { type: 'boolean' }, run: { type: 'string' } },
  arguments: { least: 1, most: 2 },
  async run(invocation) {
    const { values, positionals, isJson, terminal } = invocation;
    const [name = '', wanted] = positionals;
    return withStudio(invocation, async ({ ask }) => {
      const view = await findRun(ask, name, textOf(values, 'run'));
      if (!view) {
        terminal.err(`There is no such build of \`${name}\`.`);
        return 1;
      }
      const packages = wanted === undefined ? view.packages : chosenPackages(view, wanted);
      if (wanted !== undefined && packages.length === 0) {
        terminal.err(`The build ${view.id} has no package \`${wanted}\`.`);
        return 1;
      }
      if (values.notices === true) {
        const told = packages.filter(({ notices }) => notices.length > 0);
        if (isJson) {
          const shown = told.map(({ id, cpv, root, notices }) => ({ id, cpv, root, notices }));
          terminal.out(JSON.stringify({ run: view.id, packages: shown }));
        } else for (const line of noticeLines(told)) terminal.out(terminalText(line));
        return told.length > 0 ? 0 : 1;
      }
      const ids = wanted === undefined ? [null] : packages.map(({ id }) => id);
      let printed = 0;
      for (const id of ids) {
        for await (const line of linesOf(ask, view.id, id)) {
          printed += 1;
          terminal.out(isJson ? JSON.stringify({ id, line }) : terminalText(line));
        }
      }
      if (printed === 0) terminal.err(noLogWords(view, wanted));
      return printed > 0 ? 0 : 1;
    });
  },
};

/** The newest build of a prefix, or the one that is named. Throws PREFIX_UNKNOWN, RUN_UNKNOWN. */
async function findRun(ask: Ask, prefix: string, id: string | undefined): Promise<RunView | null> {
  await ask('GET /api/prefixes/{name}', { params: { name: prefix } });
  const newest = async (): Promise<string | undefined> =>
    (await ask('GET /api/runs', { query: { prefix, limit: 1 } })).runs[0]?.id;
  const run = id ?? (await newest());
  if (run === undefined) return null;
  const view = await ask('GET /api/runs/{id}', { params: { id: run } });
  return view.name === prefix ? view : null;
}

/** The plain text of a log, of all packages where `id` is null. */
async function* linesOf(ask: Ask, run: string, id: string | null): AsyncGenerator<string> {
  for (let from = 1; ; from += linesAtOnce) {
    const query = { from, count: linesAtOnce, ...(id !== null && { package: id }) };
    const { lines, total } = await ask('GET /api/runs/{id}/log', { params: { id: run }, query });
    for (const line of lines) yield plainText(line);
    if (lines.length === 0 || from + linesAtOnce > total) return;
  }
}

function noLogWords({ state }: RunView, wanted: string | undefined): string {
  if (state === 'queued') return 'There is no log yet: the build waits for its turn.';
  if (state === 'running') return 'There is no log yet.';
  return wanted === undefined
    ? 'There is no log: nothing was done.'
    : 'There is no log: nothing had to be done for it.';
}

/** Exact names win over parts of names. */
function chosenPackages({ packages }: RunView, wanted: string): RunView['packages'] {
  const named = packages.filter(({ cpv }) => {
    const qualified = cpv.replace(/-\d[^/]*$/, '');
    return cpv === wanted || qualified === wanted || qualified.split('/')[1] === wanted;
  });
  return named.length > 0 ? named : packages.filter(({ cpv }) => cpv.includes(wanted));
}
