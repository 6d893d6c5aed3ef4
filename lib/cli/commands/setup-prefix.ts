import { formatDesign, validateDesign } from '../../design/index';
import { placeOf, uninstallPrefix, wrapperPaths } from '../../engine/index';
import { dataHome } from '../../home';
import { openDesign } from '../../plan/open-design';
import { setUpOpened } from '../../runner/embedded-engine';
import { DesignInvalidError } from '../../runner/errors';
import { storeDesign } from '../../runner/prefix-documents';
import type { Command, ExitStatus, Invocation, Terminal } from '../command';
import { textOf, UsageError } from '../command';
import { planToldOn, runEngine } from '../engine-run';
import { type NamedPrefix, namedPrefix } from '../prefix-names';

export const command: Command = {
  usage: 'setup-prefix [--board BOARD] [--staging_dir DIR] [--final_dir DIR] [--force] [--uninstall] NAME PATH',
  description: `Creates a prefix with the embedded engine: staging and final root with their etc/portage, the C runtime of the build
compiler as a package, compiler wrappers, and a script emerge-prefix-NAME-BOARD that builds packages into it.

NAME names directories and script. PATH is where the application runs (/opt/NAME); it has to be below /usr or /opt when a
system extension is to be made of it, and can be left out with --uninstall.`,
  help: {
    '--board BOARD': 'amd64-usr (default) or arm64-usr',
    '--staging_dir DIR': 'where packages are built',
    '--final_dir DIR': 'what ships; DIR/root is the file system root',
    '--force': 'remove an existing prefix entirely and create it anew',
    '--uninstall': 'remove the prefix: both directories and the script',
  },
  options: {
    board: { type: 'string' },
    staging_dir: { type: 'string' },
    final_dir: { type: 'string' },
    force: { type: 'boolean' },
    uninstall: { type: 'boolean' },
  },
  arguments: { least: 1, most: 2 },
  async run({ values, positionals: [name = '', path], isJson, terminal }) {
    const home = dataHome();
    const isUninstall = values.uninstall === true;
    if (path === undefined && !isUninstall) throw new UsageError(`An argument is missing: ${command.usage}`);
    const choice = { name, board: textOf(values, 'board') ?? 'amd64-usr', path: path ?? '/opt/prefix' };
    const prefix = namedPrefix(choice, values, home);
    const log = isJson ? undefined : (line: string): void => terminal.out(line);
    if (isUninstall) {
      await uninstallPrefix(placeOf(prefix, prefix.names), home, log);
      if (isJson) terminal.out(JSON.stringify({ removed: prefix.name }));
      return 0;
    }
    return create(prefix, { home, mode: values.force === true ? 'force' : 'new', log, isJson, terminal });
  },
};

interface CreateOptions extends Pick<Invocation, 'isJson'> {
  readonly home: string;
  readonly mode: 'new' | 'force';
  readonly log: ((line: string) => void) | undefined;
  readonly terminal: Terminal;
}

async function create(prefix: NamedPrefix, options: CreateOptions): Promise<ExitStatus> {
  const { home, isJson, terminal } = options;
  const { name, board, path } = prefix;
  // without a place that systemd-sysext merges there can be no image
  const sysext = /^\/(usr|opt)\//.test(path) ? {} : { sysext: false };
  const checked = validateDesign({ name, board, path, packages: ['@system'], ...sysext });
  if (!checked.ok) throw new DesignInvalidError(checked.problems);
  const opened = await openDesign(checked.design, { home, names: prefix.names });
  await setUpOpened(opened, { home, mode: options.mode, log: options.log });
  if (prefix.isAtHome) await storeForWeb(formatDesign(checked.design));
  const plan = planToldOn(opened, { isJson, terminal });
  const ok = plan !== null && (await runEngine(opened, plan, { home, stages: 'both', isJson, terminal }));
  if (!ok) return 1;
  const place = placeOf(prefix, prefix.names);
  if (!isJson) terminal.out(`\nDone. Build packages into the prefix with\n  ${wrapperPaths(place, home)[1]} ATOM...`);
  return 0;
}

/** The web app lists the prefix too, unless it has a design of that name already. */
async function storeForWeb(text: string): Promise<void> {
  const { findPrefix, openDatabase } = await import('../../db/index');
  const studio = await openDatabase();
  try {
    const name = /^name: (.*)$/m.exec(text)?.[1] ?? '';
    if (!(await findPrefix(studio, name))) await storeDesign(studio, text, new Date());
  } finally {
    await studio.close();
  }
}
