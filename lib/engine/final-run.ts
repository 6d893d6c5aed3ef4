import { removeTree } from '../host/remove-tree';
import { count } from '../layout/count';
import type { BuildPhase } from '../layout/events';
import { recordFile } from '../layout/record-files';
import { parseCpv } from '../pms';
import type { PlannedPackage } from '../resolve/plan';
import { EngineError } from './errors';
import { type ReadyPackage, unpackForInstall } from './install-package';
import { describeCollision } from './merge';
import type { PackageLog } from './package-log';
import type { StoredPackage } from './package-store';
import { workFolder } from './prefix-place';
import type { RunContext } from './run-context';
import { findSetCollisions, type SetMember } from './set-collisions';
import { installedInSlot, listInstalled, readEntryFile } from './vdb';

interface Member extends SetMember {
  readonly pkg: PlannedPackage;
}

/** Installs the run-time set from binary packages into final: unpacks all, checks all, then merges one by one. */
export class FinalRun {
  private readonly logs = new Map<string, PackageLog>();

  constructor(private readonly context: RunContext) {}

  async run(): Promise<void> {
    const { context } = this;
    const work = context.packages('final', 'install', 'build', 'reuse');
    if (work.length === 0) return;
    context.emit({ kind: 'stage', stage: 'final', message: `Installing ${count(work.length, 'package')}` });
    for (const { id } of work) context.emit({ kind: 'package_queued', id });
    try {
      const members = await this.unpackAll(work);
      if (members && (await this.isFreeOfCollisions(work, members))) await this.mergeAll(members);
    } finally {
      for (const log of this.logs.values()) await log.close();
      await removeTree(workFolder(context.place.finalDir));
    }
  }

  private logOf(pkg: PlannedPackage): PackageLog {
    const log = this.logs.get(pkg.id) ?? this.context.openLog(pkg);
    this.logs.set(pkg.id, log);
    return log;
  }

  /** Null when one could not be unpacked. */
  private async unpackAll(work: readonly PlannedPackage[]): Promise<readonly Member[] | null> {
    const { context } = this;
    const { place, request } = context;
    const members: Member[] = [];
    for (const [index, pkg] of work.entries()) {
      if (context.isCancelled) {
        context.leaveOut([...members.map((member) => member.pkg), ...work.slice(index)]);
        return null;
      }
      try {
        const stored = await this.storedFor(pkg);
        if (await this.isInstalled(pkg, stored)) {
          context.emit({ kind: 'package_started', id: pkg.id });
          context.emit({ kind: 'package_reused', id: pkg.id, reason: 'already installed, nothing changed' });
          continue;
        }
        const folder = workFolder(place.finalDir);
        const ready = await unpackForInstall(stored, folder, place.path, request.installMask ?? [], request.signal);
        const replaces = await installedInSlot(place.final, parseCpv(pkg.cpv).qualifiedName, ready.slot);
        members.push({ pkg, ready, replaces });
      } catch (error) {
        await context.reportError(pkg, 'package', error, this.logOf(pkg));
        context.leaveOut([...members.map((member) => member.pkg), ...work.slice(index)], pkg.id);
        return null;
      }
    }
    return members;
  }

  private async isFreeOfCollisions(work: readonly PlannedPackage[], members: readonly Member[]): Promise<boolean> {
    const { context } = this;
    const collisions = await findSetCollisions(
      context.place.final,
      members,
      context.protection,
      context.request.signal,
    );
    for (const { pkg, ready } of members) {
      const found = collisions.get(ready.cpv);
      if (!found) continue;
      const text = `files are in the way: ${found.slice(0, 5).map(describeCollision).join('; ')}`;
      const hint = 'Nothing was written. Leave one of the packages out, or remove the files.';
      context.fail(pkg, 'preinst', text, hint, null);
    }
    if (collisions.size > 0) context.leaveOut(work);
    return collisions.size === 0;
  }

  private async mergeAll(members: readonly Member[]): Promise<void> {
    const { context } = this;
    for (const [index, { pkg, ready }] of members.entries()) {
      const rest = members.slice(index).map((member) => member.pkg);
      if (context.isCancelled) return context.leaveOut(rest);
      if (!(await this.mergeOne(pkg, ready))) return context.leaveOut(rest.slice(1), pkg.id);
    }
  }

  private async mergeOne(pkg: PlannedPackage, ready: ReadyPackage): Promise<boolean> {
    const { context } = this;
    const startedAt = performance.now();
    const log = this.logOf(pkg);
    context.emit({ kind: 'package_started', id: pkg.id });
    const setPhase = (phase: BuildPhase): void => context.emit({ kind: 'package_phase', id: pkg.id, phase });
    try {
      const merged = await context.merge(context.place.final, ready, log, setPhase);
      log.line(`>>> ${pkg.cpv}: ${merged.files} files merged into ${context.place.finalEroot}`);
      await log.close();
      context.finish(pkg, startedAt, merged);
      return true;
    } catch (error) {
      await context.reportError(pkg, 'merge', error, log);
      return false;
    }
  }

  /** The binary package of what staging has; else the newest build. Throws BINPKG_MISSING. */
  private async storedFor(pkg: PlannedPackage): Promise<StoredPackage> {
    const { store, place, request } = this.context;
    if (request.onlyFrom !== undefined) return this.context.binaryPackage(pkg);
    const builds = await store.builds(pkg.cpv);
    const inStaging = Number(await readEntryFile(place.staging, pkg.cpv, 'BUILD_ID'));
    const found = builds.find(({ buildId }) => buildId === inStaging) ?? builds.at(-1);
    if (found) return found;
    throw new EngineError('BINPKG_MISSING', `there is no binary package of \`${pkg.cpv}\` in \`${place.pkgDir}\``, {
      hint: 'Build it in staging first.',
    });
  }

  private async isInstalled(pkg: PlannedPackage, stored: StoredPackage): Promise<boolean> {
    const { final, staging } = this.context.place;
    if (!(await listInstalled(final)).includes(pkg.cpv)) return false;
    const key = await readEntryFile(final, pkg.cpv, recordFile.key);
    const buildId = await readEntryFile(final, pkg.cpv, 'BUILD_ID');
    if (key === '' || buildId !== `${stored.buildId}`) return false;
    const mask = (this.context.request.installMask ?? []).join(' ');
    if ((await readEntryFile(final, pkg.cpv, 'INSTALL_MASK')) !== mask) return false;
    return key === (await readEntryFile(staging, pkg.cpv, recordFile.key));
  }
}
