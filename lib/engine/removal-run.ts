import { unmergePackage } from './merge';
import { mergeHooks } from './package-hooks';
import type { RunContext } from './run-context';
import { listInstalled } from './vdb';

/** Unmerges the packages of a plan that go without being replaced in their slot; the others go when they are replaced. */
export async function removePackages(context: RunContext, root: 'staging' | 'final'): Promise<void> {
  const { plan } = context.request;
  const target = context.target(root);
  const coming = plan.packages.filter((pkg) => pkg.root === root && ['build', 'reuse', 'install'].includes(pkg.action));
  const replaced = new Set(coming.map(({ replaces }) => replaces));
  for (const pkg of context.packages(root, 'remove')) {
    if (context.isCancelled || replaced.has(pkg.cpv) || !(await listInstalled(target)).includes(pkg.cpv)) continue;
    const startedAt = performance.now();
    context.emit({ kind: 'package_started', id: pkg.id });
    const log = context.openLog(pkg);
    try {
      const hooks = mergeHooks(
        context.hookSetting(target, (text) => log.write(text)),
        null,
      );
      const { removedPaths } = await unmergePackage({ target, cpv: pkg.cpv, protection: context.protection, hooks });
      log.line(`>>> ${pkg.cpv}: ${removedPaths} paths removed from ${target.root}${target.eprefix}`);
      await log.close();
      context.emit({
        kind: 'package_finished',
        id: pkg.id,
        durationMs: Math.round(performance.now() - startedAt),
        sizeBytes: 0,
        files: 0,
      });
    } catch (error) {
      await context.reportError(pkg, 'merge', error, log);
    }
  }
}
