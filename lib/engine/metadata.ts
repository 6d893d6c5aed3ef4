import { availableParallelism } from 'node:os';
import { EclassNames } from './eclass-names';
import type { MetadataAnswer, MetadataQuestion } from './metadata-question';
import { MetadataShell } from './metadata-shell';

/** Sources ebuilds and says what they declare. Answers may come in any order of the questions. */
export interface MetadataPhase {
  /** Rejects with SANDBOX_REFUSED where no shell starts, and with an AbortError when the phase is closed: neither is the ebuild's fault. */
  read(question: MetadataQuestion): Promise<MetadataAnswer>;
  /** Ends the shells. Open questions are rejected. */
  close(): void;
}

export interface MetadataPhaseOptions {
  /** folders that hold the repositories; visible read-only and at the same place inside the sandbox */
  readonly repositories: readonly string[];
  /** number of shells; default: one per processor */
  readonly workers?: number;
}

/**
 * Opens the metadata phase: shells that stay, each in a sandbox without network and without anything writable. Text they
 * give is identical to `egencache`'s, but for the checksums, which the reader of the files adds. A shell reads ebuilds of one
 * repository only: what an ebuild does to its shell can spoil answers of its own repository at most.
 */
export function openMetadataPhase(options: MetadataPhaseOptions): MetadataPhase {
  const size = Math.max(1, options.workers ?? availableParallelism());
  const eclassNames = new EclassNames();
  const shells = new Map<string, readonly MetadataShell[]>();
  const shellsFor = (path: string): readonly MetadataShell[] => {
    // of repositories inside one another the innermost is the ebuild's
    const [repository = ''] = options.repositories
      .filter((folder) => path.startsWith(`${folder}/`))
      .sort((a, b) => b.length - a.length);
    const known = shells.get(repository);
    if (known) return known;
    const fresh = Array.from({ length: size }, () => new MetadataShell(options.repositories, eclassNames));
    shells.set(repository, fresh);
    return fresh;
  };
  return {
    read(question) {
      const [idlest] = [...shellsFor(question.path)].sort((a, b) => a.pending - b.pending);
      return (idlest as MetadataShell).read(question);
    },
    close() {
      for (const shell of [...shells.values()].flat()) shell.close();
    },
  };
}
