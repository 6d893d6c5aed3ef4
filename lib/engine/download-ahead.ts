import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Distfile, DistfileFetcher } from './fetch';

/** A package whose sources are wanted. */
export interface WantedSources {
  readonly id: string;
  readonly files: readonly Distfile[];
}

/**
 * Gets sources in the given order, a few at a time, while others compile. What fails is tried again, and told, by the
 * package that needs it.
 */
export class DownloadAhead {
  private readonly arrivals = new Map<string, Promise<void>>();
  readonly done: Promise<void>;

  constructor(
    wanted: readonly WantedSources[],
    private readonly fetcher: DistfileFetcher,
    private readonly options: {
      readonly distDir: string;
      /** downloads at once */
      readonly atOnce: number;
      /** the download of files that are not here begins */
      readonly onStart: (id: string) => void;
      readonly onEnd: (id: string) => void;
      readonly signal?: AbortSignal;
    },
  ) {
    const queue = wanted.map(({ id, files }) => {
      let arrive = (): void => undefined;
      this.arrivals.set(
        id,
        new Promise((resolve) => {
          arrive = resolve;
        }),
      );
      return { id, files, arrive };
    });
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        await this.get(next.id, next.files);
        next.arrive();
      }
    };
    this.done = Promise.all(Array.from({ length: options.atOnce }, worker)).then(() => undefined);
  }

  /** Resolves when the turn of a package has come and its files are here, or could not be had. */
  arrived(id: string): Promise<void> {
    return this.arrivals.get(id) ?? Promise.resolve();
  }

  private async get(id: string, files: readonly Distfile[]): Promise<void> {
    const { distDir, signal, onStart, onEnd } = this.options;
    if (signal?.aborted || files.every(({ entry }) => existsSync(join(distDir, entry.name)))) return;
    onStart(id);
    for (const file of files) {
      if (!signal?.aborted) await this.fetcher.fetch(file, { log: () => undefined, signal }).catch(() => undefined);
    }
    onEnd(id);
  }
}
