import { readFileSync } from 'node:fs';
import type { ProofCheck, RunEvent } from '../../lib/layout/events';
import type { ToolchainFacts } from '../../lib/layout/toolchain';
import type { Plan } from '../../lib/resolve/plan';

export interface Tried {
  readonly plan: Plan;
  readonly events: readonly RunEvent[];
  readonly proof: readonly ProofCheck[];
  readonly wallMs: number;
  readonly toolchain: ToolchainFacts;
  /** what failed on the way, `category/PF` -> phase and message */
  readonly broken: ReadonlyMap<string, string>;
}

/** CPU seconds of this process and of the children that it waited for. Source: proc_pid_stat(5), fields 14 to 17 */
function processorSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const ticks = fields.slice(11, 15).reduce((sum, each) => sum + each, 0);
  return ticks / 100;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** A table of what was built, and one sentence. */
export function reportOf({ plan, events, proof, wallMs, toolchain, broken }: Tried): {
  readonly summary: string;
  readonly markdown: string;
} {
  const cpu = new Map<string, number>();
  const sources = new Map<string, Set<string>>();
  const finished = new Map<string, RunEvent & { readonly kind: 'package_finished' }>();
  for (const event of events) {
    if (event.kind === 'resources') cpu.set(event.id, event.cpuMs);
    if (event.kind === 'package_finished') finished.set(event.id, event);
    if (event.kind === 'log' && event.id !== null) {
      for (const [, source = ''] of event.text.matchAll(/^>>> \S+ \((.+)\): size and hashes match/gm)) {
        sources.set(event.id, (sources.get(event.id) ?? new Set()).add(source));
      }
    }
  }
  const built = plan.packages.filter(({ root, repository }) => root === 'staging' && repository !== 'toolchain');
  const inFinal = new Set(plan.packages.filter(({ root }) => root === 'final').map(({ cpv }) => cpv));
  const phases = [...cpu.values()].reduce((sum, each) => sum + each, 0) / 1000;
  const withSources = built.filter(({ id }) => sources.has(id)).length;
  const rows = built.map(({ id, cpv, repository }) => {
    const done = finished.get(id);
    const cost = cpu.has(id) ? seconds(cpu.get(id) as number) : '';
    const source = [...(sources.get(id) ?? ['no sources'])].join(', ');
    return `| ${cpv} | ${repository} | ${inFinal.has(cpv) ? 'yes' : ''} | ${cost} | ${done ? done.files : ''} | ${source} |`;
  });
  const leaks = proof.filter(({ ok, skipped }) => !ok && skipped === undefined);
  const overhead = (processorSeconds() - phases) / Math.max(1, finished.size);
  const verdict = leaks.length === 0 ? 'proven' : `proof failed: ${leaks.map(({ summary }) => summary).join(' ')}`;
  const summary = `${built.length} packages (${withSources} with sources of their own), ${inFinal.size} of them in final; ${verdict}; ${Math.round(wallMs / 1000)} s, phases ${phases.toFixed(0)} CPU s, engine ${overhead.toFixed(2)} CPU s a package. ${broken.size} failed on the way.`;
  const markdown = `${summary}

${toolchain.summary}

| package | from | in final | CPU s of phases | files | sources |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

${[...broken].map(([cpv, why]) => `- ${cpv}: ${why}`).join('\n')}
`;
  return { summary, markdown };
}
