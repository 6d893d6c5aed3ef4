import type { ProofCheck } from '../layout/events';
import { type Board, boards } from '../layout/names';
import { checkCLibrary, type PlannedCLibrary } from './c-library';
import { loadFileMarks } from './file-marks';
import { checkHostData } from './host-data';
import { checkOnHostileHost } from './hostile/hostile-checks';
import { checkOwnSources, readOwnSources } from './own-sources';
import { loadOwners } from './owners';
import { checkStarts, emulatorFor } from './start-check';
import {
  checkBuildPaths,
  checkInterpreters,
  checkLinks,
  checkMachine,
  checkNeeded,
  checkPermissions,
  checkSearchPaths,
  checkShebangs,
} from './static-checks';
import { readSubject } from './subject';
import { scanTree } from './tree';

export interface ProofRequest {
  /** folder on this machine */
  readonly finalRoot: string;
  /** EPREFIX */
  readonly eprefix: string;
  readonly board: Board;
  /** paths of the build that must not be named by any shipped file */
  readonly buildPaths: readonly string[];
  /** shells that the systems for which the image is made have for certain, besides `/bin/sh`; absolute paths */
  readonly hostShells: readonly string[];
  /** what the plan said about the C library */
  readonly cLibrary: PlannedCLibrary;
  readonly smoke: readonly (readonly string[])[];
  readonly signal?: AbortSignal;
}

/**
 * The proof after a build: nothing in the final root reaches out of the prefix, and the application starts with only that
 * root and on a host that means no good. Throws NO_ROOT, AbortError. Cost: reads every file once and starts every program twice or
 * more.
 */
export async function provePrefix(request: ProofRequest): Promise<readonly ProofCheck[]> {
  const owners = await loadOwners(request.finalRoot, request.eprefix);
  const marks = loadFileMarks(request.finalRoot, request.eprefix, owners);
  const tree = await scanTree(request.finalRoot, owners, marks);
  const { smoke, signal } = request;
  const subject = await readSubject(tree, request.eprefix, boards[request.board], request.buildPaths, { signal });
  signal?.throwIfAborted();
  const emulator = emulatorFor(subject.board.elfMachine);
  const starts = await checkStarts(subject, smoke, signal);
  const failing = starts.findings.flatMap(({ start }) => start?.command ?? []);
  return [
    checkInterpreters(subject),
    await checkNeeded(subject, signal),
    checkSearchPaths(subject),
    checkMachine(subject),
    await checkCLibrary(subject, request.cLibrary),
    checkOwnSources(await readOwnSources(request.finalRoot, request.eprefix)),
    checkShebangs(subject, request.hostShells),
    await checkLinks(subject, signal),
    checkBuildPaths(subject),
    checkPermissions(subject),
    starts,
    await checkHostData(subject, signal),
    ...(emulator === undefined ? [] : await checkOnHostileHost({ subject, emulator, smoke, failing, signal })),
  ];
}
