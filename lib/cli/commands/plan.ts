import { resolve } from 'node:path';
import { compiledOf, noSourcesWords } from '../../api/no-sources';
import { fixesInTheWay, obstacleLines } from '../../api/obstacle-words';
import type { PlanAnswer, SourcesAnswer } from '../../api/wire';
import type { Design } from '../../design/index';
import type { PlanSources } from '../../plan/plan-sources';
import type { VerifyResult } from '../../plan/verify-emerge';
import { describeEdit } from '../../resolve/explain-edit';
import { explainNoFix } from '../../resolve/explain-no-fix';
import { type Fix, givesPlan, type Plan, type PlanResult, type PlanWarning } from '../../resolve/plan';
import { type WhyHere, whyHere } from '../../resolve/why-here';
import { type Command, type Terminal, textOf, UsageError } from '../command';
import { readDesignSource } from '../design-source';
import { originListing } from '../origin-listing';
import { planListing } from '../plan-listing';
import { sourceCountLine, sourceListing } from '../source-listing';
import { storiesBesideFixes } from '../stories';
import { type Studio, withStudio } from '../with-studio';

export const command: Command = {
  usage: 'plan FILE|NAME [--fix] [--sources] [--origins] [--why PACKAGE] [--export DIR] [--verify]',
  description: `Shows what a build would do: packages by place (host, staging, final) in their order, each with the reason why it is there.
Nothing is built or written. If there is no plan, the answer is no: it says why, and which changes to the design would help.
A plan that this machine cannot build is a plan: the answer is yes, with a note that says what prevents "build".

--json prints what "POST /api/plan" of the server answers, with what the options ask for under names of its own.`,
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
    return withStudio({ terminal, isJson }, async (studio) => {
      const told = await answerFor(studio, source.text, values, isJson);
      return isJson ? tellJson(told, values, terminal) : tell(told, values, terminal);
    });
  },
};

type Values = Parameters<Command['run']>[0]['values'];

/** What the server would answer, with what the options ask for besides; null: it was not asked for, or there is no plan. */
interface Told {
  readonly answer: PlanAnswer;
  readonly sources: SourcesAnswer | null;
  readonly verified: VerifyResult | null;
  /** what shows a fix as a change of the design, loaded only for --fix; null: that is not wanted */
  readonly changes: Changes | null;
}

type Changes = Pick<typeof import('../fix-change'), 'changedLines' | 'changedText'>;

async function answerFor({ ask, here }: Studio, text: string, values: Values, isJson: boolean): Promise<Told> {
  const wantsOrigins = !isJson || values.origins === true;
  const answer = await ask('POST /api/plan', { query: wantsOrigins ? { origins: '1' } : {}, body: { text } });
  const { design, result } = answer;
  const isPlanned = result.kind === 'planned';
  const asked = textOf(values, 'why');
  // before anything is written or said
  if (result.kind === 'planned' && asked !== undefined) whyOf(result.plan, asked);
  const folder = textOf(values, 'export');
  if (isPlanned && folder !== undefined) {
    const { planner } = await here();
    await planner.run({ kind: 'export', design, folder: resolve(folder), archive: null, isMeasured: false });
  }
  const wantsSources = isPlanned && values.sources === true;
  return {
    answer,
    sources: wantsSources ? await ask('POST /api/sources', { body: { text } }) : null,
    verified: values.verify === true ? await ask('POST /api/verify', { body: { text } }) : null,
    changes: values.fix === true ? await import('../fix-change') : null,
  };
}

/** The answer of the server, and what options ask for under their names. */
function tellJson({ answer, sources, verified, changes }: Told, values: Values, terminal: Terminal): 0 | 1 {
  const { result } = answer;
  const asked = textOf(values, 'why');
  const folder = textOf(values, 'export');
  terminal.out(
    JSON.stringify({
      ...answer,
      ...(changes && { change: changeOf(answer, changes) }),
      ...(sources && { sources: sources.sources, sourceFixes: sources.fixes }),
      ...(verified && { verified }),
      ...(asked !== undefined && { why: result.kind === 'planned' ? whyOf(result.plan, asked) : [] }),
      ...(folder !== undefined && { exported: result.kind === 'planned' ? folder : null }),
    }),
  );
  return statusOf(answer, verified);
}

const statusOf = ({ result }: PlanAnswer, verified: VerifyResult | null): 0 | 1 =>
  result.kind === 'planned' && (verified === null || verified.kind === 'agrees') ? 0 : 1;

/** The first change that helps; null: none is known. */
function changeOf(
  answer: PlanAnswer,
  { changedLines, changedText }: Changes,
): { fix: Fix; diff: string; text: string } | null {
  const { design } = answer;
  const [fix] = fixesOf(answer);
  return fix ? { fix, diff: changedLines(design, fix), text: changedText(design, fix) } : null;
}

async function tell({ answer, sources, verified, changes }: Told, values: Values, terminal: Terminal): Promise<0 | 1> {
  const { design, result, notices, origins } = answer;
  for (const notice of notices) terminal.err(`Note: ${notice}`);
  if (result.kind === 'unsolved') tellUnsolved(result, answer, changes, terminal);
  else tellPlan(result.plan, answer, changes, terminal);
  if (sources?.sources && sources.sources.files.length + sources.sources.unknown.length === 0)
    terminal.out(`sources: ${noSourcesWords(compiledOf(sources.origins))}`);
  else if (sources?.sources) tellSources(sources.sources, sources.fixes, design, changes, terminal);
  const count = origins && !sources ? sourceCountLine(origins.sources) : null;
  if (count) terminal.out(count);
  if (origins) for (const line of originListing(origins, values.origins === true)) terminal.out(line);
  if (result.kind === 'planned') {
    const why = textOf(values, 'why');
    if (why !== undefined) tellWhy(result.plan, why, terminal);
    const folder = textOf(values, 'export');
    if (folder !== undefined) terminal.out(`Wrote the tree of this plan to ${folder}`);
  }
  if (verified) {
    const { verifyLines } = await import('../../plan/verify-emerge');
    for (const line of verifyLines(verified)) terminal.out(line);
  }
  return statusOf(answer, verified);
}

function tellSources(
  sources: PlanSources,
  fixes: readonly Fix[],
  design: Design,
  changes: Changes | null,
  terminal: Terminal,
): void {
  for (const line of sourceListing(sources)) terminal.out(line);
  if (changes) {
    const last = fixes.at(-1);
    if (last) terminal.out(changes.changedLines(design, last));
    return;
  }
  for (const fix of fixes) {
    terminal.out(`  ${fix.title}: ${fix.cost}`);
    for (const edit of fix.edits) terminal.out(`    ${describeEdit(edit)}`);
  }
}

/** Changes that make a plan, that what is in the way of building it wants, and that warnings propose, in this order. */
function fixesOf({ result, obstacle }: Pick<PlanAnswer, 'result' | 'obstacle'>): readonly Fix[] {
  if (result.kind === 'unsolved') return result.fixes;
  return [...fixesInTheWay(obstacle), ...result.plan.warnings.flatMap((warning) => warning.fix ?? [])];
}

function tellUnsolved(
  result: PlanResult & { kind: 'unsolved' },
  { design, stories }: PlanAnswer,
  changes: Changes | null,
  terminal: Terminal,
): void {
  for (const text of storiesBesideFixes(stories, result)) terminal.err(`${text}\n`);
  // --fix prints what gives a plan
  tellWarnings(result.warnings, changes, terminal.err, '');
  tellFixes(result.fixes, design, changes, terminal);
  if (result.noFix.length === 0) return;
  const isPart = result.fixes.length > 0;
  // beside a diff, words would be part of it
  const tell = isPart && changes ? terminal.err : terminal.out;
  tell(isPart ? 'No change was found for the rest:' : 'No change to the design was found that helps:');
  for (const sentence of explainNoFix(result.noFix)) tell(`  - ${sentence}`);
}

function tellFixes(fixes: readonly Fix[], design: Design, changes: Changes | null, terminal: Terminal): void {
  const [first] = fixes;
  if (!first) return;
  if (changes) {
    terminal.err(`${first.title}: ${first.cost}`);
    terminal.out(changes.changedLines(design, first));
    return;
  }
  terminal.out(givesPlan(first) ? 'Changes after which it can be planned:' : 'Changes that help in part:');
  for (const fix of fixes) {
    terminal.out(`  ${fix.title}: ${fix.cost}`);
    for (const edit of fix.edits) terminal.out(`    ${describeEdit(edit)}`);
  }
  terminal.out('--fix prints the first as a diff.');
}

function tellWarnings(
  warnings: readonly PlanWarning[],
  changes: Changes | null,
  say: (line: string) => void,
  diffHint: string,
): void {
  for (const warning of warnings) {
    say(`warning: ${warning.message}`);
    if (warning.hint) say(`  ${warning.hint}`);
    if (!warning.fix || changes) continue;
    say(`  ${warning.fix.title}: ${warning.fix.cost}${diffHint}`);
    for (const edit of warning.fix.edits) say(`    ${describeEdit(edit)}`);
  }
}

function tellPlan(plan: Plan, answer: PlanAnswer, changes: Changes | null, terminal: Terminal): void {
  const { design, toolchain, useExpand, obstacle, scarce } = answer;
  const host = toolchain.kind === 'sdk' ? 'host: assumed in the SDK' : 'host: tools of this machine';
  const lines = planListing(plan, {
    titles: { host, staging: 'staging: built here', final: 'final: what ships' },
    useExpand: useExpand.names,
    hidden: useExpand.hidden,
    columns: terminal.isInteractive ? terminal.columns : null,
  });
  for (const line of lines) terminal.out(line);
  // one that is missing is told as what is in the way
  if (obstacle?.message !== toolchain.summary) terminal.out(`tool chain: ${toolchain.summary}`);
  if (toolchain.meaning) terminal.out(`  ${toolchain.meaning}`);
  tellWarnings(plan.warnings, changes, terminal.out, ' --fix prints it as a diff.');
  if (obstacle) {
    const [message = '', ...rest] = obstacleLines(obstacle);
    for (const line of [`note: ${message}`, ...rest, '  So there is a plan, and `build` would end with 1.'])
      terminal.out(line);
  }
  if (scarce) terminal.out(`note: ${scarce.message}\n  ${scarce.hint}`);
  const fixes = fixesOf(answer);
  if (changes && fixes.length === 0) {
    const isFine = obstacle === null;
    terminal.err(
      `--fix: ${isFine ? 'the design needs no change' : 'no change of the design is known that would help'}.`,
    );
  }
  if (changes) tellFixes(fixes, design, changes, terminal);
  else if (obstacle) tellWaysOn(obstacle, terminal);
}

/** Changes of the design that remove what is in the way of building a plan. */
function tellWaysOn(obstacle: NonNullable<PlanAnswer['obstacle']>, terminal: Terminal): void {
  for (const fix of fixesInTheWay(obstacle)) terminal.out(`  ${fix.title}: ${fix.cost} --fix prints it as a diff.`);
}

/** Why each package of that name is in the plan. Throws UsageError when there is none. */
function whyOf(plan: Plan, asked: string): readonly ({ readonly cpv: string; readonly root: string } & WhyHere)[] {
  const found = plan.packages.filter((entry) =>
    [entry.cpv, entry.pn, `${entry.category}/${entry.pn}`, entry.id].includes(asked),
  );
  if (found.length === 0) throw new UsageError(`\`${asked}\` is not in the plan.`);
  return found.flatMap(({ cpv, root, id }) => {
    const why = whyHere(plan, id);
    return why ? [{ cpv, root, ...why }] : [];
  });
}

function tellWhy(plan: Plan, asked: string, terminal: Terminal): void {
  for (const { cpv, root, summary, shortest } of whyOf(plan, asked)) {
    terminal.out(`${cpv} in ${root}: ${summary}`);
    for (const hop of shortest ?? []) terminal.out(`  - ${hop.sentence}`);
  }
}
