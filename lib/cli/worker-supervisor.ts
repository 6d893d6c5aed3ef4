import { type ChildProcess, fork } from 'node:child_process';
import { childEnvironment } from '../host/child-environment';

/** A worker that ends sooner than this is started again only after a pause. */
const quickEndMs = 5_000;
const pauseMs = 2_000;
const stopPatienceMs = 6_000;

/**
 * Keeps one build worker running beside the server. The worker leads a process group of its own and ends when the channel
 * to this process closes, also when this process is killed.
 */
export class WorkerSupervisor {
  private child: ChildProcess | null = null;
  private timer: NodeJS.Timeout | null = null;
  private stopping = false;

  constructor(private readonly program: string) {}

  start(): void {
    if (this.stopping) return;
    const startedAt = performance.now();
    const child = fork(this.program, [], {
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: childEnvironment(['DATABASE_URL', 'DATABASE_URL_FILE']),
    });
    this.child = child;
    child.once('exit', () => {
      this.child = null;
      if (this.stopping) return;
      const wasQuick = performance.now() - startedAt < quickEndMs;
      this.timer = setTimeout(() => this.start(), wasQuick ? pauseMs : 0);
    });
  }

  /** Lets the worker put its run back into the queue; kills it when that takes too long. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.timer) clearTimeout(this.timer);
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const cutOff = setTimeout(() => child.kill('SIGKILL'), stopPatienceMs);
    await ended;
    clearTimeout(cutOff);
  }
}
