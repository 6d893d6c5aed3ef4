import { noticeLines } from '../../api/notice-words';
import type { RunView } from '../../api/run-view';
import { listRuns, openDatabase, type StudioDatabase } from '../../db/index';
import type { RunRow } from '../../db/schema';
import { dataHome, homeLayout } from '../../home';
import { terminalText } from '../../layout/visible-text';
import { readRunView } from '../../runner/kept-views';
import { streamPlainLog } from '../../runner/log-text';
import { readStoredDesign } from '../../runner/prefix-documents';
import { type Command, textOf } from '../command';

export const command: Command = {
  usage: 'log NAME [PACKAGE] [--notices] [--run ID]',
  description: `Prints the log of the newest build of a prefix, or of one package of it; PACKAGE is \`category/PN\`, a name or a part of one.
With --notices: what packages want you to know (elog, ewarn, eqawarn) and what our checks found in what they install. The
answer is no if there is no such build or package, or nothing was said.`,
  help: { '--notices': 'notices instead of the log', '--run ID': 'a build other than the newest' },
  options: { notices: { type: 'boolean' }, run: { type: 'string' } },
  arguments: { least: 1, most: 2 },
  async run({ values, positionals: [name = '', wanted], isJson, terminal }) {
    const studio = await openDatabase({ onlyReads: true });
    try {
      const { name: prefix } = await readStoredDesign(studio, name);
      const row = await findRun(studio, prefix, textOf(values, 'run'));
      if (!row) {
        terminal.err(`There is no such build of \`${prefix}\`.`);
        return 1;
      }
      const view = await readRunView(studio, row);
      const packages = wanted === undefined ? view.packages : chosenPackages(view, wanted);
      if (wanted !== undefined && packages.length === 0) {
        terminal.err(`The build ${row.id} has no package \`${wanted}\`.`);
        return 1;
      }
      if (values.notices === true) {
        const told = packages.filter(({ notices }) => notices.length > 0);
        if (isJson) {
          const shown = told.map(({ id, cpv, root, notices }) => ({ id, cpv, root, notices }));
          terminal.out(JSON.stringify({ run: row.id, packages: shown }));
        } else for (const line of noticeLines(told)) terminal.out(terminalText(line));
        return told.length > 0 ? 0 : 1;
      }
      const folder = `${homeLayout(dataHome()).runs}/${row.id}`;
      const ids = wanted === undefined ? [null] : packages.map(({ id }) => id);
      let printed = 0;
      for (const id of ids) {
        const stream = await streamPlainLog(folder, id).catch(() => null);
        if (!stream) continue;
        printed += 1;
        let rest = '';
        for await (const piece of stream) {
          const lines = (rest + String(piece)).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) terminal.out(isJson ? JSON.stringify({ id, line }) : terminalText(line));
        }
        if (rest !== '') terminal.out(isJson ? JSON.stringify({ id, line: rest }) : terminalText(rest));
      }
      if (printed === 0) terminal.err('There is no log: nothing had to be done.');
      return printed > 0 ? 0 : 1;
    } finally {
      await studio.close();
    }
  },
};

async function findRun(studio: StudioDatabase, prefix: string, id: string | undefined): Promise<RunRow | undefined> {
  if (id === undefined) return (await listRuns(studio, { prefix, limit: 1 }))[0];
  return (await listRuns(studio, { prefix, limit: 1000 })).find((run) => run.id === id);
}

/** Exact names win over parts of names. */
function chosenPackages({ packages }: RunView, wanted: string): RunView['packages'] {
  const named = packages.filter(({ cpv }) => {
    const qualified = cpv.replace(/-\d[^/]*$/, '');
    return cpv === wanted || qualified === wanted || qualified.split('/')[1] === wanted;
  });
  return named.length > 0 ? named : packages.filter(({ cpv }) => cpv.includes(wanted));
}
