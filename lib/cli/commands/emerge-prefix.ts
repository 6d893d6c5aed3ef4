import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { type Design, parseDesign, validateDesign } from '../../design/index';
import { setUpOpened } from '../../drivers/embedded/embedded-engine';
import { designFile, EngineError, type ExecuteRequest, lockPrefix, placeOf, updateWorld } from '../../engine/index';
import { dataHome } from '../../home';
import { builtAgain } from '../../plan/build-again';
import { withCategory } from '../../plan/full-names';
import { type OpenedDesign, openDesign, reopenDesign } from '../../plan/open-design';
import { meansPackage, partOfPlan, removalsOf } from '../../plan/partial-plan';
import { plannedRemovals } from '../../plan/planned-removals';
import { foreignRequests, worldWish } from '../../plan/world';
import { tryParseAtom } from '../../pms';
import type { Plan, PlannedPackage } from '../../resolve/plan';
import { DesignInvalidError } from '../../runner/errors';
import { type Command, type Terminal, textOf, UsageError } from '../command';
import { planToldOn, runEngine } from '../engine-run';
import { type NamedPrefix, namedPrefix } from '../prefix-names';
import { ReadingLine } from '../reading-line';
import { formatTable } from '../text';
import { alwaysSo, readWrapperArguments, type WrapperRequest } from '../wrapper-arguments';

export const command: Command = {
  usage: 'emerge-prefix --name NAME --path PATH [--board BOARD] -- [--stage|--install] ATOM...',
  description: `Builds packages and what they need in the staging root of a prefix, then installs their run-time parts into its final
root. It is what the generated script emerge-prefix-NAME-BOARD calls, which takes the usual options of emerge.`,
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
    if (request.action === 'help') {
      terminal.out(wrapperHelp(prefix));
      return 0;
    }
    return (await new WrapperCall(prefix, request, home, terminal).run()) ? 0 : 1;
  },
};

function wrapperHelp({ name, board, path, names }: NamedPrefix): string {
  return `Usage: ${names.wrapper} [--stage|--install] [OPTION...] ATOM...

Builds packages and what they need in the staging root of the prefix \`${name}\`, then installs them with what they
need to run into its final root. They are remembered: later plans of the prefix keep them.

  --stage             build into staging only
  --install           install into final only; the binary packages have to be there
  --pretend, -p       show what would be done
  --ask, -a           show what would be done, then ask
  --oneshot, -1       do not remember the packages
  --rebuild           build the named packages again, whatever was built before
  --usepkgonly, -K    build nothing: binary packages only
  --jobs, -j [N]      packages built at once (by cores)
  --load-average, -l [N]  begin no further package above this load
  --keep-going        after a failure, go on with what does not need the package
  --json              one event a line, for programs

  -uDN @world         everything that the design and earlier calls asked for
  --depclean, -c      remove what nothing needs any more; with packages: these, unless something needs them
  --deselect, -W      no longer remember the packages; with --stage or --install, in that root alone
  --unmerge, -C       remove the packages, whatever needs them
  --info              what the prefix is built with

So it is with and without these options of emerge:
${formatTable(alwaysSo().map(([option, words]) => [`  ${option}`, words]))}

The prefix:
  board    ${board}
  path     ${path}
  staging  ${names.stagingEroot}
  final    ${names.finalEroot}`;
}

/** Sets that mean everything that is asked for in the prefix. */
const everything = new Set(['@world', '@selected', '@installed', '@profile', 'world']);

const places = ['staging', 'final'] as const;

/** One call of `emerge-prefix-NAME-BOARD`. */
class WrapperCall {
  private stored: Design | null = null;

  constructor(
    private readonly prefix: NamedPrefix,
    private readonly request: WrapperRequest,
    private readonly home: string,
    private readonly terminal: Terminal,
  ) {}

  /** Did all go well? */
  async run(): Promise<boolean> {
    const design = await this.readDesign();
    this.stored = design;
    const reading = new ReadingLine({ terminal: this.terminal, isJson: this.request.isJson });
    const { onMetadata } = reading;
    const base = await openDesign(design, { home: this.home, names: this.prefix.names, onMetadata });
    reading.clear();
    switch (this.request.action) {
      case 'info':
        return this.tellInfo(base);
      case 'depclean':
        return this.clean(base);
      case 'unmerge':
        return this.unmerge(base);
      case 'deselect':
        return this.deselect(base);
      default:
        return this.merge(base);
    }
  }

  private async readDesign(): Promise<Design> {
    const { prefix } = this;
    const text = await readFile(designFile(placeOf(prefix, prefix.names)), 'utf8').catch((cause) => {
      throw new EngineError('PREFIX_MISSING', `there is no prefix in \`${prefix.names.stagingDir}\``, {
        hint: `Create it: setup_prefix --board ${prefix.board} ${prefix.name} ${prefix.path}`,
        cause,
      });
    });
    const stored = parseDesign(text);
    if (!stored.ok) throw new DesignInvalidError(stored.problems);
    return stored.design;
  }

  /** What was asked for, with categories. Throws NAME_UNKNOWN, NAME_AMBIGUOUS. */
  private requests(base: OpenedDesign): readonly string[] {
    const installed = places.flatMap((place) => base[place].allInstalled().map(({ qualifiedName }) => qualifiedName));
    const known = [...new Set([...base.staging.allQualifiedNames(), ...installed])];
    return this.request.atoms.map((atom) => withCategory(atom, known));
  }

  private async merge(base: OpenedDesign): Promise<boolean> {
    const { request, home, prefix } = this;
    const requests = this.requests(base);
    const named = requests.filter((each) => !everything.has(each));
    const packages = [...new Set([...base.design.packages, ...named])];
    const checked = validateDesign({ ...base.design, packages });
    if (!checked.ok) throw new DesignInvalidError(checked.problems);
    const opened =
      reopenDesign(base, checked.design) ?? (await openDesign(checked.design, { home, names: prefix.names }));
    const whole = planToldOn(opened, { terminal: this.terminal, isJson: request.isJson });
    if (whole === null) return false;
    const isWhole = named.length < requests.length;
    const asked = named.flatMap((each) => (each.startsWith('@') ? (opened.staging.set(each.slice(1)) ?? []) : [each]));
    const isAsked = (pkg: PlannedPackage): boolean => asked.some((each) => meansPackage(each, pkg));
    const plan = partOfPlan(request.buildsAgain ? builtAgain(whole, isAsked) : whole, isWhole ? null : isAsked);
    const missing = request.onlyBinaries ? plan.packages.filter(({ action }) => action === 'build') : [];
    if (missing.length > 0 && request.stages !== 'final') {
      this.terminal.err(`There is no binary package of ${missing.map(({ cpv }) => `\`${cpv}\``).join(', ')}.`);
      return false;
    }
    const remembered = request.isOneshot ? [] : named;
    const world = {
      staging: worldWish(opened, plan, 'staging', remembered, 'add'),
      final: worldWish(opened, plan, 'final', remembered, 'add'),
    };
    return this.carryOut(opened, plan, world);
  }

  /** Shows the plan where that is wanted, asks where that is wanted, then does it. */
  private async carryOut(opened: OpenedDesign, plan: Plan, world: ExecuteRequest['world']): Promise<boolean> {
    const { request, home, terminal } = this;
    const { stages, isJson, jobs, loadAverage } = request;
    if (request.isPretend && isJson) terminal.out(JSON.stringify({ kind: 'planned', plan }));
    else if (request.isPretend || request.asksFirst) this.tell(plan);
    if (request.isPretend) return true;
    if (request.asksFirst && !(await this.isWanted())) return false;
    // configuration follows the stored design, not the packages of this call
    await setUpOpened({ ...opened, design: this.stored ?? opened.design }, { home });
    return runEngine(opened, plan, {
      home,
      stages,
      jobs,
      ...(loadAverage === undefined ? {} : { limits: { loadAverage } }),
      keepGoing: request.keepsGoing,
      world,
      isJson,
      terminal,
    });
  }

  private tell(plan: Plan): void {
    const rows = plan.packages.filter(
      ({ action, root }) => action !== 'provided' && (this.request.stages === 'both' || root === this.request.stages),
    );
    if (rows.length === 0) this.terminal.out('There is nothing to do.');
    else this.terminal.out(formatTable(rows.map(({ root, action, cpv, use }) => [root, action, cpv, use.join(' ')])));
  }

  private async isWanted(): Promise<boolean> {
    if (!this.terminal.isInteractive || !process.stdin.isTTY)
      throw new UsageError('`--ask` needs a terminal; leave it out where nobody answers.');
    const line = createInterface({ input: process.stdin, output: process.stderr });
    try {
      const answer = (await line.question('Go ahead? [Yes/No] ')).trim();
      return answer === '' || /^y(?:es)?$/i.test(answer);
    } finally {
      line.close();
    }
  }

  // ---- what goes

  /** The roots that the call is about: `--stage` and `--install` name one, as with the SDK's script. */
  private get places(): readonly (typeof places)[number][] {
    const { stages } = this.request;
    return stages === 'both' ? places : [stages];
  }

  /** Requests as they stand in a world, and what no longer does. */
  private inWorld(base: OpenedDesign, requests: readonly string[]): readonly string[] {
    const foreign = foreignRequests(base);
    const meant = (entry: string): boolean =>
      requests.includes(entry) ||
      requests.some((each) => {
        const [atom, own] = [each, entry].map((text) => tryParseAtom(text, { allowRepository: true }));
        return (
          atom != null &&
          own != null &&
          atom.qualifiedName === own.qualifiedName &&
          (atom.slot ?? own.slot) === own.slot
        );
      });
    return [...new Set(this.places.flatMap((place) => foreign[place]))].filter(meant);
  }

  /** Tells of packages that the design itself asks for; is there one? */
  private asksDesign(base: OpenedDesign, requests: readonly string[]): boolean {
    const nameOf = (text: string): string => tryParseAtom(text, { allowRepository: true })?.qualifiedName ?? text;
    const own = requests.filter((each) => base.design.packages.some((asked) => nameOf(asked) === nameOf(each)));
    for (const each of own) {
      this.terminal.err(`The design asks for \`${each}\`. Remove it from \`packages\` of \`${base.design.name}\`.`);
    }
    return own.length > 0;
  }

  private dropping(dropped: readonly string[]): NonNullable<ExecuteRequest['world']> {
    const wish = { kind: 'add', packages: [], sets: [], dropped } as const;
    return { staging: wish, final: wish };
  }

  private async deselect(base: OpenedDesign): Promise<boolean> {
    const requests = this.requests(base);
    const dropped = this.inWorld(base, requests);
    if (dropped.length === 0) {
      if (!this.asksDesign(base, requests)) this.terminal.err('None of these packages was asked for by name.');
      return false;
    }
    if (!this.request.isPretend) {
      const place = placeOf(this.prefix, this.prefix.names);
      const lock = await lockPrefix(place, 'deselect packages');
      try {
        for (const name of this.places) await updateWorld(place[name], this.dropping(dropped)[name]);
      } finally {
        await lock.release();
      }
    }
    const done = this.request.isPretend ? 'Would remove' : 'Removed';
    const { stages } = this.request;
    const world = stages === 'both' ? 'the world of the prefix' : `the world of ${stages}`;
    for (const each of dropped) this.terminal.out(`${done} \`${each}\` from ${world}`);
    return true;
  }

  private async clean(base: OpenedDesign): Promise<boolean> {
    const requests = this.requests(base);
    if (this.asksDesign(base, requests)) return false;
    const dropped = this.inWorld(base, requests);
    const opened = { ...base, forgotten: dropped };
    const whole = planToldOn(opened, { terminal: this.terminal, isJson: this.request.isJson });
    if (whole === null) return false;
    const plan = removalsOf(
      whole,
      requests.length === 0 ? undefined : (pkg) => requests.some((each) => meansPackage(each, pkg)),
    );
    const kept = requests.filter((each) => !plan.packages.some((pkg) => meansPackage(each, pkg)));
    for (const each of kept) {
      const present = whole.packages.find((pkg) => meansPackage(each, pkg));
      this.terminal.err(present ? `\`${present.cpv}\` stays: ${present.reason}` : `\`${each}\` is not installed.`);
    }
    if (plan.packages.length === 0) {
      this.terminal.out('There is nothing to remove.');
      return kept.length === 0;
    }
    return this.carryOut(opened, plan, this.dropping(dropped));
  }

  private async unmerge(base: OpenedDesign): Promise<boolean> {
    const requests = this.requests(base);
    if (this.asksDesign(base, requests)) return false;
    const none: Plan = {
      board: base.design.board,
      prefixPath: base.design.path,
      requests: [],
      packages: places.flatMap((place) => plannedRemovals(base, [], place)),
      edges: [],
      warnings: [],
      hash: '',
    };
    const plan = removalsOf(none, (pkg) => requests.some((each) => meansPackage(each, pkg)));
    const absent = requests.filter((each) => !plan.packages.some((pkg) => meansPackage(each, pkg)));
    for (const each of absent) this.terminal.err(`\`${each}\` is not installed, or belongs to every prefix.`);
    if (plan.packages.length === 0) return false;
    return this.carryOut(base, plan, this.dropping(this.inWorld(base, requests)));
  }

  // ---- facts

  private tellInfo({ tree, toolchain, staging, design, names }: OpenedDesign): boolean {
    const variables = [
      'ACCEPT_KEYWORDS',
      'ACCEPT_LICENSE',
      'CBUILD',
      'CFLAGS',
      'CHOST',
      'CXXFLAGS',
      'FEATURES',
      'LDFLAGS',
    ];
    const more = ['MAKEOPTS', 'USE'];
    const facts = {
      prefix: design.name,
      board: design.board,
      path: design.path,
      staging: names.stagingEroot,
      final: names.finalEroot,
      toolchain: toolchain.summary,
      repositories: tree.repositories.ordered.map(({ name, location, priority }) => ({ name, location, priority })),
      variables: Object.fromEntries([...variables, ...more].map((name) => [name, staging.variable(name)])),
    };
    if (this.request.isJson) {
      this.terminal.out(JSON.stringify(facts));
      return true;
    }
    this.terminal.out(`${facts.prefix} for ${facts.board} at ${facts.path}
staging     ${facts.staging}
final       ${facts.final}
tool chain: ${facts.toolchain}

Repositories:
`);
    for (const { name, location, priority } of facts.repositories) {
      this.terminal.out(`${name}\n    location: ${location}\n    priority: ${priority}\n`);
    }
    for (const [name, value] of Object.entries(facts.variables)) this.terminal.out(`${name}="${value}"`);
    return true;
  }
}
