import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Design, formatDesign, validateDesign } from '../../design/index';
import { setUpOpened } from '../../drivers/embedded/embedded-engine';
import {
  EngineError,
  linkWrapper,
  placeOf,
  removeWrapperLinks,
  uninstallPrefix,
  wrapperPaths,
} from '../../engine/index';
import { dataHome } from '../../home';
import { openDesign } from '../../plan/open-design';
import { addTree, listTrees, treeNames } from '../../plan/trees';
import { DesignInvalidError } from '../../runner/errors';
import { storeDesign } from '../../runner/prefix-documents';
import type { Command, ExitStatus, Invocation, Terminal } from '../command';
import { textOf } from '../command';
import { planToldOn, runEngine } from '../engine-run';
import { type NamedPrefix, namedPrefix } from '../prefix-names';
import { ReadingLine } from '../reading-line';

export const command: Command = {
  usage:
    'setup-prefix [--board BOARD] [--tree NAME|FOLDER] [--staging_dir DIR] [--final_dir DIR] [--force] [--uninstall] NAME PATH',
  description: `Creates a prefix with the embedded engine: staging and final root with their etc/portage, the C runtime of the build
compiler as a package, compiler wrappers, and a script emerge-prefix-NAME-BOARD that builds packages into it. On a checkout of
flatcar/scripts the roots get Flatcar's repositories, profile, USE flags and masks; without one, those of the starter tree.

NAME names directories and script. PATH is where the application runs (/opt/NAME); it has to be below /usr or /opt when a
system extension is to be made of it, and can be left out with --uninstall.`,
  help: {
    '--board BOARD': 'amd64-usr (default) or arm64-usr',
    '--tree NAME|FOLDER':
      'package tree: `starter`, one that was added, or a checkout of flatcar/scripts (the first of Flatcar that is there)',
    '--staging_dir DIR': 'where packages are built',
    '--final_dir DIR': 'what ships; DIR/root is the file system root',
    '--wrapper_dir DIR':
      'where a link to the script goes (/usr/local/bin or ~/.local/bin, the first that can be written)',
    '--force': 'remove an existing prefix entirely and create it again',
    '--noforce': 'leave an existing prefix alone (default)',
    '--uninstall': 'remove the prefix: both directories and the script',
    '--nouninstall': 'create the prefix (default)',
    '--cross_boss_root DIR': 'accepted as in the SDK; the embedded engine needs none',
  },
  options: {
    board: { type: 'string' },
    tree: { type: 'string' },
    staging_dir: { type: 'string' },
    final_dir: { type: 'string' },
    wrapper_dir: { type: 'string' },
    force: { type: 'boolean' },
    noforce: { type: 'boolean' },
    uninstall: { type: 'boolean' },
    nouninstall: { type: 'boolean' },
    cross_boss_root: { type: 'string' },
  },
  arguments: { least: 0, most: 2 },
  async run({ values, positionals: [name, path], isJson, terminal }) {
    const home = dataHome();
    const isUninstall = values.uninstall === true && values.nouninstall !== true;
    if (name === undefined || (path === undefined && !isUninstall)) {
      // as the script of the SDK, which ends with 1 here
      terminal.err(`An argument is missing: ${command.usage}`);
      return 1;
    }
    const choice = { name, board: textOf(values, 'board') ?? 'amd64-usr', path: path ?? '/opt/prefix' };
    const prefix = namedPrefix(choice, values, home);
    const log = isJson ? undefined : (line: string): void => terminal.out(line);
    if (isUninstall) return uninstall(prefix, home, textOf(values, 'wrapper_dir'), { isJson, terminal, log });
    if (values.cross_boss_root !== undefined && !isJson)
      terminal.err('Note: --cross_boss_root is not needed: the embedded engine builds the prefix.');
    const isForced = values.force === true && values.noforce !== true;
    return create(prefix, {
      home,
      mode: isForced ? 'force' : 'new',
      tree: chooseTree(textOf(values, 'tree'), home),
      wrapperDir: textOf(values, 'wrapper_dir'),
      log,
      isJson,
      terminal,
    });
  },
};

/** Where the SDK container has its checkout of flatcar/scripts. */
const sdkCheckout = '/mnt/host/source/src/scripts';

/** Name of the tree that a prefix gets: the one asked for, else the first of Flatcar, else the starter. Adds a folder that is new. */
function chooseTree(asked: string | undefined, home: string): string {
  const trees = listTrees(home).filter(({ kind, usable }) => kind === 'flatcar' && usable);
  if (asked === undefined) {
    if (trees[0]) return trees[0].name;
    return existsSync(join(sdkCheckout, 'sdk_container/src/third_party/prefix-overlay'))
      ? added(sdkCheckout, home)
      : 'starter';
  }
  if (!asked.includes('/')) return asked;
  const folder = resolve(asked);
  return trees.find((tree) => tree.folder === folder)?.name ?? added(folder, home);
}

function added(folder: string, home: string): string {
  const taken = new Set(treeNames(home));
  let name = 'flatcar';
  for (let at = 2; taken.has(name); at += 1) name = `flatcar-${at}`;
  return addTree(name, folder, home).name;
}

/** Removing a prefix that is not there is no trouble, as in the SDK. */
async function uninstall(
  prefix: NamedPrefix,
  home: string,
  wrapperDir: string | undefined,
  { isJson, terminal, log }: Pick<CreateOptions, 'isJson' | 'terminal' | 'log'>,
): Promise<ExitStatus> {
  const place = placeOf(prefix, prefix.names);
  for (const removed of removeWrapperLinks(place, home, wrapperDir)) log?.(`Removing ${removed}`);
  try {
    await uninstallPrefix(place, home, log);
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'PREFIX_MISSING') throw error;
    log?.(`There is no prefix \`${prefix.name}\` for \`${prefix.board}\`: nothing to remove.`);
  }
  if (isJson) terminal.out(JSON.stringify({ removed: prefix.name }));
  return 0;
}

interface CreateOptions extends Pick<Invocation, 'isJson'> {
  readonly home: string;
  readonly mode: 'new' | 'force';
  readonly tree: string;
  readonly wrapperDir: string | undefined;
  readonly log: ((line: string) => void) | undefined;
  readonly terminal: Terminal;
}

/** What a prefix begins with, so that it is one before anything is built into it. */
const baseOf = (tree: string): string => (tree === 'starter' ? '@system' : 'prefix/prefix-final');

async function create(prefix: NamedPrefix, options: CreateOptions): Promise<ExitStatus> {
  const { home, isJson, terminal } = options;
  const { name, board, path } = prefix;
  const { tree } = options;
  // without a place that systemd-sysext merges there can be no image
  const sysext = /^\/(usr|opt)\//.test(path) ? {} : { sysext: false };
  const checked = validateDesign({ name, board, path, tree, packages: [baseOf(tree)], ...sysext });
  if (!checked.ok) throw new DesignInvalidError(checked.problems);
  const reading = new ReadingLine({ terminal, isJson });
  const opened = await openDesign(checked.design, { home, names: prefix.names, onMetadata: reading.onMetadata });
  reading.clear();
  await setUpOpened(opened, { home, mode: options.mode, log: options.log });
  if (prefix.isAtHome) await storeForWeb(checked.design);
  const plan = planToldOn(opened, { isJson, terminal });
  const ok = plan !== null && (await runEngine(opened, plan, { home, stages: 'both', isJson, terminal }));
  if (!ok) return 1;
  const place = placeOf(prefix, prefix.names);
  const link = linkWrapper(place, home, options.wrapperDir);
  if (!isJson)
    terminal.out(`\nDone. To build packages into the prefix:\n  ${link ?? wrapperPaths(place, home)[1]} ATOM...`);
  if (!isJson && link === null) {
    terminal.err(`Note: no folder for the script can be written; \`PATH="$PATH:${join(home, 'bin')}"\` finds it.`);
  }
  return 0;
}

/** The web app lists the prefix too, unless it has a design of that name already. */
async function storeForWeb(design: Design): Promise<void> {
  const { findPrefix, openDatabase } = await import('../../db/index');
  const studio = await openDatabase();
  try {
    if (!(await findPrefix(studio, design.name))) await storeDesign(studio, formatDesign(design), new Date());
  } finally {
    await studio.close();
  }
}
