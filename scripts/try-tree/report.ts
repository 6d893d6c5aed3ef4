import type { ProofCheck, RunEvent } from '../../lib/layout/events';
import type { ToolchainFacts } from '../../lib/layout/toolchain';
import type { Plan } from '../../lib/resolve/plan';
import type { BuiltPackages } from './remember';

export interface Tried {
  readonly plan: Plan;
  readonly events: readonly RunEvent[];
  readonly known: BuiltPackages;
  readonly proof: readonly ProofCheck[];
  readonly wallMs: number;
  readonly toolchain: ToolchainFacts;
  /** what failed on the way, `category/PF` -> phase and message */
  readonly broken: ReadonlyMap<string, string>;
}

/** A check of the proof as an item of a list, with what it found below it. */
function checkText({ name, ok, skipped, summary, findings }: ProofCheck): string {
  const verdict = skipped === undefined ? (ok ? 'holds' : 'FAILED') : 'not tried';
  const leaks = findings.filter(({ severity }) => severity === 'leak');
  return [`- ${name} ${verdict}: ${summary}`, ...leaks.map(({ path, detail }) => `  - ${path}: ${detail}`)].join('\n');
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** A table of what was built, and one sentence. */
export function reportOf({ plan, events, known, proof, wallMs, toolchain, broken }: Tried): {
  readonly summary: string;
  readonly markdown: string;
} {
  const measured = events.flatMap((event) => (event.kind === 'resources' ? [event.cpuMs] : []));
  const built = plan.packages.filter(({ root, repository }) => root === 'staging' && repository !== 'toolchain');
  const inFinal = new Set(plan.packages.filter(({ root }) => root === 'final').map(({ cpv }) => cpv));
  const phases = measured.reduce((sum, each) => sum + each, 0) / 1000;
  const withSources = built.filter(({ cpv }) => (known[cpv]?.sources.length ?? 0) > 0).length;
  const rows = built.map(({ cpv, repository }) => {
    const { cpuMs, files, sources } = known[cpv] ?? { cpuMs: null, files: '', sources: [] };
    const cost = cpuMs === null ? '' : seconds(cpuMs);
    const from = sources.length > 0 ? sources.join(', ') : 'none needed';
    return `| ${cpv} | ${repository} | ${inFinal.has(cpv) ? 'yes' : ''} | ${cost} | ${files} | ${from} |`;
  });
  const leaks = proof.filter(({ ok, skipped }) => !ok && skipped === undefined);
  const verdict = leaks.length === 0 ? 'proven' : `proof failed: ${leaks.map(({ summary }) => summary).join(' ')}`;
  const summary = `${built.length} packages (${withSources} with sources of their own), ${inFinal.size} of them in final; ${verdict}; ${Math.round(wallMs / 1000)} s, phases ${phases.toFixed(0)} CPU s. ${broken.size} failed on the way.`;
  const markdown = `${summary}

${toolchain.summary}

${proof.map(checkText).join('\n')}

| package | from | in final | CPU s of phases | files | sources |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

${[...broken].map(([cpv, why]) => `- ${cpv}: ${why}`).join('\n')}
`;
  return { summary, markdown };
}
