import { obstacleLines } from '../../api/obstacle-words';
import { applyEdits, type Design, diffLines, formatDesign, formatDiff } from '../../design/index';
import { dataHome } from '../../home';
import { buildObstacle } from '../../plan/build-obstacle';
import { fixesFromElsewhere, missingPackages, withMoreFixes } from '../../plan/elsewhere';
import { knownRepositories } from '../../plan/known-repositories';
import { exportMinimalTree } from '../../plan/minimal-tree';
import { asking, type OpenedDesign, openDesign } from '../../plan/open-design';
import { planOpened } from '../../plan/plan-design';
import { countPlanSources, type PlanSources, planSources, SourceFinder } from '../../plan/plan-sources';
import { sourceFixes } from '../../plan/source-fixes';
import { verifyLines } from '../../plan/verify-emerge';
import { verifyOpened } from '../../plan/verify-opened';
import { explainDerivations } from '../../resolve/explain';
import { describeEdit } from '../../resolve/explain-edit';
import { explainNoFix } from '../../resolve/explain-no-fix';
import type { Fix, Plan, PlannedPackage, PlanResult } from '../../resolve/plan';
import { whyHere } from '../../resolve/why-here';
import { scarceRoom, unknownNeed } from '../../runner/build-room';
import { requireDesign } from '../../runner/design-check';
import { compiledOnly, originsOf, settledBy } from '../../runner/origins-of';
import { type Command, type Terminal, textOf, UsageError } from '../command';
import { readDesignSource } from '../design-source';
import { originListing } from '../origin-listing';
import { planListing } from '../plan-listing';
import { sourceCountLine, sourceListing } from '../source-listing';
import { storiesBesideFixes } from '../stories';

export const command: Command = {
  usage: 'plan FILE|NAME [--fix] [--sources] [--origins] [--why PACKAGE] [--export DIR] [--verify]',
  description: `Shows what a build would do: packages by place (host, staging, final) in their order, each with the reason why it is there.
Nothing is built or written. If there is no plan, the answer is no: it says why, and which changes to the design would help.
A plan that this machine cannot build is a plan: the answer is yes, with a note that says what prevents "build"
("obstacle" in --json).`,
  help: {
    '--fix': 'print the change that the smallest fix makes to the design, as a diff',
    '--sources': 'tell where each source file is or comes from, and which other version is available where one is not',
    '--origins': 'tell for each package whether it is prebuilt, built before, or compiled, and why for this path only',
    '--why PACKAGE': 'tell why a package is in the plan, hop by hop',
    '--export DIR': 'write the ebuilds, eclasses and profiles of this plan as a small tree of their own',
    '--verify': 'ask the emerge of this machine for its plan too, and show every difference',
  },
  options: {
    fix: { type: 'boolean' },
    sources: { type: 'boolean' },
    origins: { type: 'boolean' },
    why: { type: 'string' },
    export: { type: 'string' },
    verify: { type: 'boolean' },
  },
  arguments: { least: 1, most: 1 },
  async run({ values, positionals: [argument = ''], isJson, terminal }) {
    const source = await readDesignSource(argument);
    const design = requireDesign({ text: source.text });
    const onMetadata = ({ done, total }: { done: number; total: number }): void => {
      if (terminal.isInteractive && !isJson) process.stderr.write(`\r\x1b[KReading ebuilds: ${done} of ${total}`);
    };
    // these look at more of the tree than a plan does
    const isWhole = ['sources', 'export', 'verify'].some((option) => values[option] !== undefined);
    const opened = await openDesign(design, { home: dataHome(), onMetadata, isReadAsAsked: !isWhole });
    try {
      return await tell(opened, { values, design, isJson, terminal });
    } finally {
      opened.reading?.close();
    }
  },
};

const isReused = ({ action }: PlannedPackage): boolean => action === 'reuse';

interface Asked {
  readonly values: Parameters<Command['run']>[0]['values'];
  readonly design: Design;
  readonly isJson: boolean;
  readonly terminal: Terminal;
}

async function tell(opened: OpenedDesign, { values, design, isJson, terminal }: Asked): Promise<0 | 1> {
  const planned = await asking(opened, () => planOpened(opened));
  const wantsFix = values.fix === true;
  const asksOrigins =
    planned.kind === 'planned' &&
    (values.origins === true || values.sources === true || !isJson || planned.plan.packages.some(isReused));
  const origins = asksOrigins ? await asking(opened, () => originsOf(opened, planned.plan, dataHome())) : null;
  const result =
    planned.kind === 'planned'
      ? { ...planned, plan: origins ? settledBy(planned.plan, origins) : planned.plan }
      : withMoreFixes(
          planned,
          await asking(opened, () => fixesFromElsewhere(opened, missingPackages(planned), knownRepositories())),
        );
  if (terminal.isInteractive && !isJson) process.stderr.write('\r\x1b[K');
  if (!isJson) for (const notice of opened.notices) terminal.err(`Note: ${notice}`);
  const compiled = result.kind === 'planned' && origins ? compiledOnly(result.plan, origins) : null;
  const sources = values.sources === true && compiled ? await lookForSources(opened, compiled) : null;
  if (isJson)
    terminal.out(
      JSON.stringify({
        ...answerOf(result, design, wantsFix),
        ...(result.kind === 'planned'
          ? { obstacle: await asking(opened, () => buildObstacle(opened, result.plan)) }
          : {}),
        ...(sources ? { sources } : {}),
        ...(origins && values.origins === true ? { origins } : {}),
      }),
    );
  else if (result.kind === 'unsolved') tellUnsolved(result, design, wantsFix, terminal);
  else await tellPlan(result.plan, opened, wantsFix, terminal);
  if (sources && !isJson) tellSources(sources, design, wantsFix, terminal);
  else if (compiled && !isJson) await countSources(opened, compiled, terminal);
  if (origins && !isJson) for (const line of originListing(origins, values.origins === true)) terminal.out(line);
  if (result.kind === 'unsolved') {
    if (values.verify === true) await verify(opened, result, isJson, terminal);
    return 1;
  }
  const why = textOf(values, 'why');
  if (why !== undefined && !isJson) tellWhy(result.plan, why, terminal);
  const folder = textOf(values, 'export');
  if (folder !== undefined) exportTree(opened, result.plan, folder, isJson ? null : terminal);
  return values.verify === true ? verify(opened, result, isJson, terminal) : 0;
}

/** Sources of a plan, and changes for what can be had nowhere. */
async function lookForSources(
  opened: OpenedDesign,
  plan: Plan,
): Promise<PlanSources & { readonly fixes: readonly Fix[] }> {
  const finder = new SourceFinder(opened);
  const sources = await planSources(opened, plan, finder);
  return { ...sources, fixes: await sourceFixes(opened, plan, sources, finder) };
}

async function countSources(opened: OpenedDesign, plan: Plan, terminal: Terminal): Promise<void> {
  const line = sourceCountLine(await asking(opened, () => countPlanSources(opened, plan)));
  if (line !== null) terminal.out(line);
}

function tellSources(
  { fixes, ...sources }: PlanSources & { readonly fixes: readonly Fix[] },
  design: Design,
  wantsFix: boolean,
  terminal: Terminal,
): void {
  for (const line of sourceListing(sources)) terminal.out(line);
  if (wantsFix) {
    const last = fixes.at(-1);
    if (last) terminal.out(diffOf(design, last));
    return;
  }
  for (const fix of fixes) {
    terminal.out(`  ${fix.title}: ${fix.cost}`);
    for (const edit of fix.edits) terminal.out(`    ${describeEdit(edit)}`);
  }
}

function fixesOf(result: PlanResult): readonly Fix[] {
  if (result.kind === 'unsolved') return result.fixes;
  return result.plan.warnings.flatMap((warning) => warning.fix ?? []);
}

function diffOf(design: Design, fix: Fix): string {
  return formatDiff(diffLines(formatDesign(design), formatDesign(applyEdits(design, fix.edits))));
}

function answerOf(result: PlanResult, design: Design, wantsFix: boolean): object {
  const stories =
    result.kind === 'unsolved' ? { stories: explainDerivations(result.derivations, result.noFix.length > 0) } : {};
  if (!wantsFix) return { ...result, ...stories };
  const [fix] = fixesOf(result);
  const chosen = fix
    ? { fix, diff: diffOf(design, fix), text: formatDesign(applyEdits(design, fix.edits)) }
    : { fix: null, diff: '', text: null };
  return { ...result, ...stories, ...chosen };
}

function tellUnsolved(
  result: PlanResult & { kind: 'unsolved' },
  design: Design,
  wantsFix: boolean,
  terminal: Terminal,
): void {
  for (const text of storiesBesideFixes(result)) terminal.err(`${text}\n`);
  tellFixes(result.fixes, design, wantsFix, terminal);
  if (result.noFix.length === 0) return;
  terminal.out('No change to the design was found that helps:');
  for (const sentence of explainNoFix(result.noFix)) terminal.out(`  - ${sentence}`);
}

function tellFixes(fixes: readonly Fix[], design: Design, wantsFix: boolean, terminal: Terminal): void {
  const [first] = fixes;
  if (!first) return;
  if (wantsFix) {
    terminal.err(`${first.title}: ${first.cost}`);
    terminal.out(diffOf(design, first));
    return;
  }
  terminal.out('Changes after which it can be planned:');
  for (const fix of fixes) {
    terminal.out(`  ${fix.title}: ${fix.cost}`);
    for (const edit of fix.edits) terminal.out(`    ${describeEdit(edit)}`);
  }
  terminal.out('--fix prints the first as a diff.');
}

async function tellPlan(plan: Plan, opened: OpenedDesign, wantsFix: boolean, terminal: Terminal): Promise<void> {
  const { design, toolchain, staging } = opened;
  const host = toolchain.kind === 'sdk' ? 'host: assumed in the SDK' : 'host: tools of this machine';
  const words = (name: string): string[] => staging.variable(name).split(/\s+/).filter(Boolean);
  const lines = planListing(plan, {
    titles: { host, staging: 'staging: built here', final: 'final: what ships' },
    useExpand: words('USE_EXPAND'),
    hidden: words('USE_EXPAND_HIDDEN'),
    columns: terminal.isInteractive ? terminal.columns : null,
  });
  for (const line of lines) terminal.out(line);
  const obstacle = await asking(opened, () => buildObstacle(opened, plan));
  // one that is missing is told as what is in the way
  if (obstacle?.message !== toolchain.summary) terminal.out(`tool chain: ${toolchain.summary}`);
  if (toolchain.meaning) terminal.out(`  ${toolchain.meaning}`);
  for (const warning of plan.warnings) {
    terminal.out(`warning: ${warning.message}`);
    if (warning.hint) terminal.out(`  ${warning.hint}`);
    if (!warning.fix || wantsFix) continue;
    terminal.out(`  ${warning.fix.title}: ${warning.fix.cost} --fix prints it as a diff.`);
    for (const edit of warning.fix.edits) terminal.out(`    ${describeEdit(edit)}`);
  }
  if (obstacle) {
    const [message = '', ...rest] = obstacleLines(obstacle);
    for (const line of [`note: ${message}`, ...rest, '  So there is a plan, and `build` would end with 1.'])
      terminal.out(line);
  }
  const scarce = await scarceRoom(dataHome(), unknownNeed);
  if (scarce) terminal.out(`note: ${scarce.message}\n  ${scarce.hint}`);
  const fixes = plan.warnings.flatMap((warning) => warning.fix ?? []);
  if (wantsFix) tellFixes(fixes, design, true, terminal);
}

function tellWhy(plan: Plan, asked: string, terminal: Terminal): void {
  const found = plan.packages.filter((entry) =>
    [entry.cpv, entry.pn, `${entry.category}/${entry.pn}`, entry.id].includes(asked),
  );
  if (found.length === 0) throw new UsageError(`\`${asked}\` is not in the plan.`);
  for (const entry of found) {
    const why = whyHere(plan, entry.id);
    if (!why) continue;
    terminal.out(`${entry.cpv} in ${entry.root}: ${why.summary}`);
    for (const hop of why.shortest ?? []) terminal.out(`  - ${hop.sentence}`);
  }
}

function exportTree(opened: OpenedDesign, plan: Plan, folder: string, terminal: Terminal | null): void {
  exportMinimalTree(opened, plan, folder);
  terminal?.out(`Wrote the tree of this plan to ${folder}`);
}

/** Compares with a real Portage. 0: the same; 1: it differs, refuses or is not there. */
async function verify(opened: OpenedDesign, planned: PlanResult, isJson: boolean, terminal: Terminal): Promise<0 | 1> {
  const result = await verifyOpened(opened, { result: planned });
  if (isJson) terminal.out(JSON.stringify({ kind: 'verified', result }));
  else for (const line of verifyLines(result)) terminal.out(line);
  return result.kind === 'agrees' ? 0 : 1;
}
