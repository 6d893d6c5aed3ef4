import { count } from '../layout/count';
import type { BuildPhase } from '../layout/events';
import type { PlannedPackage } from '../resolve/plan';
import { buildDirOf } from './build-package';
import { readGpkgMetadata } from './gpkg';
import { unpackForInstall } from './install-package';
import type { StoredPackage } from './package-store';
import { lockPath, workFolder } from './prefix-place';
import type { RunContext } from './run-context';
import { Schedule } from './schedule';
import { readEntryFile } from './vdb';
import { removeWork, withWork } from './work-record';

/** Installs the packages of a plan into staging from a folder of binary packages, one by one; compiles nothing. */
export class BinaryRun {
  constructor(private readonly context: RunContext) {}

  async run(): Promise<void> {
    const { context } = this;
    const work = context.packages('staging', 'build', 'reuse');
    if (work.length === 0) return;
    context.emit({ kind: 'stage', stage: 'staging', message: `Installing ${count(work.length, 'binary package')}` });
    const ids = work.map(({ id }) => id);
    const schedule = new Schedule({ ids, needs: context.needs }, context.request.keepGoing ?? false);
    for (const { id } of work) context.emit({ kind: 'package_queued', id });
    for (let id = schedule.next(); id !== null && !context.isCancelled; id = schedule.next()) {
      schedule.start(id);
      if (await this.install(context.byId.get(id) as PlannedPackage)) schedule.finish(id);
      else {
        for (const broken of schedule.fail(id)) {
          context.leaveOut([context.byId.get(broken.id) as PlannedPackage], broken.because);
        }
      }
    }
    context.leaveOut(schedule.waiting.flatMap((id) => context.byId.get(id) ?? []));
  }

  /** True when the package is in staging afterwards. */
  private async install(pkg: PlannedPackage): Promise<boolean> {
    const { context } = this;
    const { place, request } = context;
    const startedAt = performance.now();
    const log = context.openLog(pkg);
    let phase: BuildPhase = 'package';
    const setPhase = (next: BuildPhase): void => {
      phase = next;
      log.beginPhase();
      context.emit({ kind: 'package_phase', id: pkg.id, phase: next });
    };
    context.emit({ kind: 'package_started', id: pkg.id });
    try {
      const stored = await context.binaryPackage(pkg);
      const isMerged = await this.isMerged(stored);
      if (isMerged) {
        await log.close();
        context.emit({ kind: 'package_reused', id: pkg.id, reason: 'already merged, nothing changed' });
        return true;
      }
      const buildDir = buildDirOf(place, pkg.cpv);
      const merged = await withWork(
        buildDir,
        'an installation of it',
        async () => {
          const folder = workFolder(place.stagingDir);
          const ready = await unpackForInstall(stored, folder, place.path, [], request.signal);
          const done = await context.merge(place.staging, ready, log, setPhase);
          await removeWork(buildDir);
          return done;
        },
        lockPath(place),
      );
      log.line(`>>> ${pkg.cpv}: ${merged.files} files merged from ${stored.path}`);
      await log.close();
      context.finish(pkg, startedAt, merged);
      return true;
    } catch (error) {
      await context.reportError(pkg, phase, error, log);
      return false;
    }
  }

  /** Is this very build installed? Times tell apart what two machines gave the same number. */
  private async isMerged({ cpv, buildId, path }: StoredPackage): Promise<boolean> {
    const { staging } = this.context.place;
    if ((await readEntryFile(staging, cpv, 'BUILD_ID')) !== `${buildId}`) return false;
    const builtAt = (await readGpkgMetadata(path)).get('BUILD_TIME')?.toString('utf8').trim() ?? '';
    return builtAt !== '' && (await readEntryFile(staging, cpv, 'BUILD_TIME')) === builtAt;
  }
}
