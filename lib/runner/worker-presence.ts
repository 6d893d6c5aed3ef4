import { removeWorker, type StudioDatabase, saveWorker } from '../db/index';
import type { WorkerRow } from '../db/schema';
import { processIdentity } from './process-identity';

const heartbeatMs = 2_000;

/** Registers this process as a worker and says every two seconds that it lives, until `leave`. */
export class WorkerPresence {
  private run: string | null = null;
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly studio: StudioDatabase,
    private readonly row: Omit<WorkerRow, 'run' | 'seen_at'>,
  ) {
    this.timer = setInterval(() => {
      // a missed beat is made good by the next one
      this.beat().catch(() => {});
    }, heartbeatMs);
    this.timer.unref();
  }

  static async join(studio: StudioDatabase, kind: WorkerRow['kind']): Promise<WorkerPresence> {
    const identity = processIdentity();
    const id = `${identity.host}-${identity.pid}-${Date.now().toString(36)}`;
    const presence = new WorkerPresence(studio, { id, kind, ...identity });
    await presence.beat();
    return presence;
  }

  get id(): string {
    return this.row.id;
  }

  /** Says what it works on. That it is idle again may be said by a later beat. */
  async busyWith(run: string | null): Promise<void> {
    this.run = run;
    await this.beat().catch((error: unknown) => {
      if (run !== null) throw error;
    });
  }

  async leave(): Promise<void> {
    clearInterval(this.timer);
    // a row that stays is removed when somebody finds this process gone
    await removeWorker(this.studio, this.row.id).catch(() => {});
  }

  private beat(): Promise<void> {
    return saveWorker(this.studio, { ...this.row, run: this.run, seen_at: new Date().toISOString() });
  }
}
