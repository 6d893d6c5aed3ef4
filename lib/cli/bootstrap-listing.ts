import { roleWords, wayWords } from '../api/bootstrap-words';
import type { Design } from '../design/index';
import type { BootstrapPlan, Provider, StageReport } from '../plan/bootstrap-report';
import { bootstrapRoles } from '../plan/bootstrap-stages';
import { explainDerivations, storyText } from '../resolve/explain';
import { describeFix } from '../resolve/explain-edit';
import { formatTable } from './text';

interface Page {
  out(text: string): void;
  readonly columns: number;
}

/** The stages, the matrix of what each rests on, and what of the host remains; lists are broken at `columns`. */
export function bootstrapLines(
  plan: BootstrapPlan,
  { name, board, path, argument = name }: Pick<Design, 'name' | 'board' | 'path'> & { readonly argument?: string },
  columns: number,
): string[] {
  const lines: string[] = [];
  const terminal: Page = { out: (text) => lines.push(text), columns };
  terminal.out(`Bootstrap of ${name} (${board}, ${path}): ${plain(wayWords[plan.way].plain)}`);
  terminal.out(`This is a plan.${runLine(plan, argument)}`);
  if (plan.without.length > 0) {
    terminal.out(`Planned as if @system did not have ${plan.without.join(', ')}.`);
    terminal.out(removal(plan.without));
  }
  terminal.out('');
  for (const [index, stage] of plan.stages.entries()) tellStage(stage, index, plan, terminal);
  terminal.out('What each stage rests on');
  terminal.out(matrix(plan));
  for (const line of legend(plan)) terminal.out(line);
  if (plan.remains.length > 0) {
    terminal.out('\nWhat of the host ends up in what ships');
    for (const sentence of plan.remains) terminal.out(`  ${plain(sentence)}`);
  }
  return lines;
}

const plain = (text: string): string => text.replaceAll('`', '');

/** `argument`: what named the design, a file or a stored prefix. */
function runLine({ runs, ships }: BootstrapPlan, argument: string): string {
  if (runs === null) return ' No command of the SDK runs this way today.';
  if (runs.where === 'sdk') return ` In the SDK, from its scripts folder, this runs it: ${runs.command}`;
  // without a plan for every stage there is nothing to run
  if (ships === null || argument === '-') return '';
  return ` This runs it here: prefix-studio build ${argument}`;
}

function tellStage(stage: StageReport, index: number, plan: BootstrapPlan, terminal: Page): void {
  const { outcome } = stage;
  terminal.out(`${index + 1} ${stage.title}`);
  terminal.out(`  ${stage.why}`);
  if (stage.command !== null) terminal.out(`  ${stage.command}`);
  if (outcome.kind === 'waits') {
    terminal.out(`  waits for ${titleOf(plan, outcome.for)}`);
  } else if (outcome.kind === 'planned') {
    const rows = outcome.packages.map(({ root, cpv, slot, use, again }) => [
      `    ${root}`,
      slot === '0' ? cpv : `${cpv}:${slot}`,
      use.length === 0 ? '' : `[${use.join(' ')}]`,
      again === null
        ? ''
        : `again after ${titleOf(plan, again.stage)}${again.flags.length > 0 ? `: ${again.flags.join(' ')}` : ''}`,
    ]);
    terminal.out(formatTable(rows));
    tellList('runs on the host:', outcome.hostTools, terminal);
    tellList('looked for in the host’s sysroot:', outcome.hostSysroot, terminal);
  } else {
    terminal.out(`  no plan: ${outcome.lacking.length} of ${outcome.total} atoms are not available`);
    for (const { atom, derivations, fixes } of outcome.lacking) {
      terminal.out(`\n  ${atom}`);
      for (const story of explainDerivations(derivations)) {
        terminal.out(indent(storyText(story, derivations[0]?.root ?? 'staging')));
      }
      for (const fix of fixes) {
        terminal.out(`    ${fix.title}`);
        for (const line of describeFix(fix)) terminal.out(`      ${line}`);
      }
    }
    if (outcome.without.length > 0) {
      terminal.out(
        `\n  Without them the rest is planned: ${outcome.without.map((atom) => `--without '${atom}'`).join(' ')}`,
      );
      terminal.out(`  ${removal(outcome.without)}`);
    }
  }
  terminal.out('');
}

/** Where the atoms are taken out of @system; setup_prefix copies that folder into staging before it bootstraps. */
const removal = (atoms: readonly string[]): string =>
  `In the SDK these are lines of prefix-overlay/skel/etc/portage/profile/packages: ${atoms.map((atom) => `-*${atom}`).join(', ')}`;

/** Words behind a label, in as many lines as it takes. */
function tellList(label: string, words: readonly string[], { columns, out }: Page): void {
  if (words.length === 0) return;
  let line = `    ${label}`;
  for (const word of words) {
    if (line.length + word.length + 1 > columns) {
      out(line);
      line = '     ';
    }
    line += ` ${word}`;
  }
  out(line);
}

const indent = (text: string): string =>
  text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');

const titleOf = (plan: BootstrapPlan, id: string): string => plan.stages.find((stage) => stage.id === id)?.title ?? id;
const numberOf = (plan: BootstrapPlan, id: string): number => plan.stages.findIndex((stage) => stage.id === id) + 1;

function cellOf(plan: BootstrapPlan, provider: Provider | null | undefined): string {
  if (provider === undefined) return '?';
  if (provider === null) return '–';
  if (provider.place === 'host') return 'host';
  return `${numberOf(plan, provider.stage)}${provider.isCopy ? '*' : ''}`;
}

/** One column a stage: `host`, or the number of the stage that built it. */
function matrix(plan: BootstrapPlan): string {
  const header = ['  stage', ...plan.stages.map((_, index) => String(index + 1))];
  const rows = bootstrapRoles.map((role) => [
    `  ${roleWords[role]}`,
    ...plan.stages.map(({ restsOn }) => cellOf(plan, restsOn?.[role])),
  ]);
  const tools = plan.stages.map(({ outcome }) => (outcome.kind === 'planned' ? String(outcome.hostTools.length) : '?'));
  const right = plan.stages.map((_, index) => index + 1);
  return formatTable([header, ...rows, ['  Tools of the host', ...tools]], right);
}

function legend(plan: BootstrapPlan): string[] {
  const providers = plan.stages.flatMap(({ restsOn }) => (restsOn === null ? [] : Object.values(restsOn)));
  const host = new Set(
    providers.flatMap((each) =>
      each?.place === 'host' ? [each.cpv ?? 'files that no package of the tree stands for'] : [],
    ),
  );
  return [
    ...(host.size > 0 ? [`  host: ${[...host].sort().join(', ')}`] : []),
    '  a number: built in that stage',
    ...(providers.some((each) => each?.place === 'staging' && each.isCopy) ? ['  *: copies of the host’s files'] : []),
  ];
}
