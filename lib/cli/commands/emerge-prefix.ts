import { readFile } from 'node:fs/promises';
import { parseDesign, validateDesign } from '../../design/index';
import { designFile, EngineError, placeOf } from '../../engine/index';
import { dataHome } from '../../home';
import { withCategory } from '../../plan/full-names';
import { openDesign, reopenDesign } from '../../plan/open-design';
import { planOpened } from '../../plan/plan-design';
import { setUpOpened } from '../../runner/embedded-engine';
import { DesignInvalidError } from '../../runner/errors';
import { type Command, type Terminal, textOf, UsageError } from '../command';
import { runEngine } from '../engine-run';
import { type NamedPrefix, namedPrefix } from '../prefix-names';
import { storyTexts } from '../stories';
import { formatTable } from '../text';

export const command: Command = {
  usage: 'emerge-prefix --name NAME --path PATH [--board BOARD] -- [--stage|--install] ATOM...',
  description: `Builds packages and what they need in the staging root of a prefix, then installs their run-time parts into its final
root. It is what the generated script emerge-prefix-NAME-BOARD calls.`,
  help: {
    '--name NAME': 'name of the prefix',
    '--board BOARD': 'its board (amd64-usr)',
    '--path PATH': 'its path',
    '--staging_dir DIR': 'where packages are built',
    '--final_dir DIR': 'what ships',
  },
  options: {
    name: { type: 'string' },
    board: { type: 'string' },
    path: { type: 'string' },
    staging_dir: { type: 'string' },
    final_dir: { type: 'string' },
  },
  arguments: { least: 0, most: 10_000 },
  async run({ values, positionals, terminal }) {
    const home = dataHome();
    const choice = {
      name: textOf(values, 'name') ?? '',
      board: textOf(values, 'board') ?? 'amd64-usr',
      path: textOf(values, 'path') ?? '',
    };
    const prefix = namedPrefix(choice, values, home);
    const request = readWrapperArguments(positionals);
    if (request.wantsHelp) {
      terminal.out(wrapperHelp(prefix));
      return 0;
    }
    return (await emerge(prefix, request, home, terminal)) ? 0 : 1;
  },
};

interface WrapperRequest {
  readonly atoms: readonly string[];
  readonly stages: 'both' | 'staging' | 'final';
  readonly isPretend: boolean;
  readonly isJson: boolean;
  readonly jobs: number | undefined;
  readonly wantsHelp: boolean;
}

/** What the user of the wrapper wrote. Throws UsageError. */
export function readWrapperArguments(args: readonly string[]): WrapperRequest {
  const atoms: string[] = [];
  const flags = new Set<string>();
  let jobs: number | undefined;
  for (let i = 0; i < args.length; i += 1) {
    const word = args[i] as string;
    const inline = /^(?:--jobs=?|-j)(\d+)$/.exec(word)?.[1];
    if (inline !== undefined) jobs = Number(inline);
    else if (word === '--jobs' || word === '-j') {
      i += 1;
      jobs = Number(args[i]);
    } else if (['--stage', '--install', '--pretend', '-p', '--json', '--help', '-h'].includes(word)) flags.add(word);
    else if (word.startsWith('-')) throw new UsageError(`\`${word}\` is not an option of this script; try --help.`);
    else atoms.push(word);
  }
  if (jobs !== undefined && !(Number.isInteger(jobs) && jobs > 0)) throw new UsageError('`--jobs` wants a number.');
  if (flags.has('--stage') && flags.has('--install'))
    throw new UsageError('`--stage` and `--install` exclude each other.');
  const wantsHelp = flags.has('--help') || flags.has('-h');
  if (!wantsHelp && atoms.length === 0) throw new UsageError('Name at least one package, for instance `app-misc/jq`.');
  return {
    atoms,
    jobs,
    wantsHelp,
    stages: flags.has('--stage') ? 'staging' : flags.has('--install') ? 'final' : 'both',
    isPretend: flags.has('--pretend') || flags.has('-p'),
    isJson: flags.has('--json'),
  };
}

function wrapperHelp({ name, board, path, names }: NamedPrefix): string {
  return `Usage: ${names.wrapper} [--stage|--install] [--pretend] [--jobs N] [--json] ATOM...

Builds packages and what they need in the staging root of the prefix \`${name}\`, then installs them with what they
need to run into its final root.

  --stage        build into staging only
  --install      install into final only; the binary packages have to be there
  --pretend, -p  show what would be done
  --jobs N       packages built at once (by cores)
  --json         one event a line, for programs

The prefix:
  board    ${board}
  path     ${path}
  staging  ${names.stagingEroot}
  final    ${names.finalEroot}`;
}

async function emerge(
  prefix: NamedPrefix,
  request: WrapperRequest,
  home: string,
  terminal: Terminal,
): Promise<boolean> {
  const place = placeOf(prefix, prefix.names);
  const text = await readFile(designFile(place), 'utf8').catch((cause) => {
    throw new EngineError('PREFIX_MISSING', `there is no prefix in \`${prefix.names.stagingDir}\``, {
      hint: `Create it: setup_prefix --board ${prefix.board} ${prefix.name} ${prefix.path}`,
      cause,
    });
  });
  const stored = parseDesign(text);
  if (!stored.ok) throw new DesignInvalidError(stored.problems);
  const base = await openDesign(stored.design, { home, names: prefix.names });
  const known = base.staging.allQualifiedNames();
  const packages = request.atoms.map((atom) => withCategory(atom, known));
  const checked = validateDesign({ ...stored.design, packages });
  if (!checked.ok) throw new DesignInvalidError(checked.problems);
  const opened =
    reopenDesign(base, checked.design) ?? (await openDesign(checked.design, { home, names: prefix.names }));
  if (request.isPretend) return pretend(planOpened(opened), terminal, request.isJson);
  // configuration follows the stored design, not the atoms of this call
  await setUpOpened({ ...opened, design: stored.design }, { home });
  const { stages, isJson, jobs } = request;
  return runEngine(opened, { home, stages, jobs, isJson, terminal, keepsOthers: true });
}

function pretend(result: ReturnType<typeof planOpened>, terminal: Terminal, isJson: boolean): boolean {
  if (isJson) terminal.out(JSON.stringify(result));
  else if (result.kind === 'unsolved') for (const text of storyTexts(result.derivations)) terminal.err(text);
  else {
    const rows = result.plan.packages.filter(({ action }) => action !== 'provided' && action !== 'remove');
    terminal.out(formatTable(rows.map(({ root, action, cpv, use }) => [root, action, cpv, use.join(' ')])));
  }
  return result.kind === 'planned';
}
