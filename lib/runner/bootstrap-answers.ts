import type { BootstrapBody } from '../api/bodies';
import type { BootstrapAnswer } from '../api/wire';
import type { Design } from '../design/index';
import type { AsksPlanner } from './planning-work';

/** Plans the bootstrap of a design. Throws for trees that cannot be read, BOOTSTRAP_WAY; `AbortError` when nobody waits. */
export async function answerBootstrap(
  { planner }: { readonly planner: AsksPlanner },
  design: Design,
  { way, without = [], fixes = true }: Omit<BootstrapBody, 'text'>,
  signal?: AbortSignal,
): Promise<BootstrapAnswer> {
  return planner.run({ kind: 'bootstrap', design, way: way ?? null, without, wantsFixes: fixes }, signal);
}
