import type { BootstrapAnswer } from '../api/wire';
import type { Design } from '../design/index';
import { type BootstrapOptions, planBootstrap } from '../plan/bootstrap';
import type { BootstrapWay } from '../plan/bootstrap-stages';
import { openDesign } from '../plan/open-design';

/** Plans the bootstrap of a design. Throws for trees that cannot be read, BOOTSTRAP_WAY. */
export async function answerBootstrap(
  design: Design,
  home: string,
  way: BootstrapWay | undefined,
  options: BootstrapOptions,
): Promise<BootstrapAnswer> {
  const opened = await openDesign(design, { home });
  const started = performance.now();
  const plan = planBootstrap(opened, way, options);
  return { plan, durationMs: performance.now() - started };
}
