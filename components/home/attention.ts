import type { DoctorReport, PrefixSummary } from '@/lib/api/wire';

/** One thing on Home that asks for the user, most urgent first. */
export type Attention =
  | { readonly kind: 'machine'; readonly missing: readonly string[]; readonly command: string | null }
  | {
      readonly kind: 'failed';
      readonly prefix: string;
      readonly run: string;
      readonly cause: string;
      readonly at: string;
    }
  | { readonly kind: 'stale'; readonly prefix: string };

/** What needs the user: a machine that cannot build, builds that failed last, designs edited after their last build. */
export function attentionOf(prefixes: readonly PrefixSummary[], doctor: DoctorReport | undefined): Attention[] {
  const missing = doctor?.tools.filter((tool) => tool.need === 'required' && tool.state !== 'ok') ?? [];
  const broken = doctor?.machine.filter((check) => !check.ok) ?? [];
  const names = [...missing.map((tool) => tool.name), ...broken.map((check) => check.name)];
  const machine: Attention[] =
    doctor && !doctor.ok && names.length > 0
      ? [{ kind: 'machine', missing: names, command: doctor.installCommand }]
      : [];
  const failed = prefixes.flatMap((prefix): Attention[] => {
    const run = prefix.lastRun;
    if (run?.state !== 'failed') return [];
    const cause = run.failure?.cpv
      ? `${run.failure.cpv}: ${run.failure.message}`
      : (run.failure?.message ?? run.message);
    return [{ kind: 'failed', prefix: prefix.name, run: run.id, cause, at: run.finishedAt ?? run.queuedAt }];
  });
  const stale = prefixes
    .filter((prefix) => prefix.stale && prefix.lastRun?.state === 'succeeded')
    .map((prefix): Attention => ({ kind: 'stale', prefix: prefix.name }));
  return [...machine, ...failed, ...stale];
}
