import type { BuildPhase, PackageState, RunState } from '@/lib/api/events';

export type State = PackageState | RunState;

/** Colour role of a state. `work` is calm ink, never a place's hue: where something is and how it is are two questions. */
export type StateRole = 'wait' | 'work' | 'good' | 'act' | 'off';

export interface StateWords {
  readonly word: string;
  readonly role: StateRole;
  /** does the user have to do something? */
  readonly actNow: boolean;
  /** nothing more will happen to it in this run */
  readonly settled: boolean;
}

const words: Readonly<Record<State, StateWords>> = {
  queued: { word: 'queued', role: 'wait', actNow: false, settled: false },
  blocked: { word: 'blocked', role: 'wait', actNow: false, settled: false },
  fetching: { word: 'fetching', role: 'work', actNow: false, settled: false },
  building: { word: 'building', role: 'work', actNow: false, settled: false },
  merging: { word: 'merging', role: 'work', actNow: false, settled: false },
  running: { word: 'building', role: 'work', actNow: false, settled: false },
  reused: { word: 'reused', role: 'good', actNow: false, settled: true },
  done: { word: 'done', role: 'good', actNow: false, settled: true },
  succeeded: { word: 'done', role: 'good', actNow: false, settled: true },
  failed: { word: 'failed', role: 'act', actNow: true, settled: true },
  timed_out: { word: 'timed out', role: 'act', actNow: true, settled: true },
  skipped: { word: 'skipped', role: 'off', actNow: false, settled: true },
  cancelled: { word: 'cancelled', role: 'off', actNow: false, settled: true },
};

export const stateWords = (state: State): StateWords => words[state];

const phaseWords: Readonly<Record<BuildPhase, string>> = {
  fetch: 'fetch',
  pretend: 'pkg_pretend',
  setup: 'pkg_setup',
  unpack: 'src_unpack',
  prepare: 'src_prepare',
  configure: 'src_configure',
  compile: 'src_compile',
  test: 'src_test',
  install: 'src_install',
  package: 'binary package',
  preinst: 'pkg_preinst',
  merge: 'merge',
  postinst: 'pkg_postinst',
};

/** The PMS name of a phase, or the plain word of a step that is ours. */
export const phaseWord = (phase: BuildPhase): string => phaseWords[phase];

/** What a phrase about a state names besides; `isUnrelated`: the build stopped at `by`, which the package does not need. */
export interface StateDetail {
  readonly phase?: BuildPhase | null;
  readonly by?: string | null;
  readonly isUnrelated?: boolean;
}

/** The state as one phrase: `building (src_compile)`, `blocked by zlib`, `skipped, needs ncurses`. */
export function statePhrase(state: State, detail: StateDetail = {}): string {
  const { word } = words[state];
  if (state === 'building' && detail.phase) return `${word} (${phaseWords[detail.phase]})`;
  if (state === 'blocked' && detail.by) return `${word} by ${detail.by}`;
  if (state === 'skipped' && detail.isUnrelated) return 'not begun';
  if (state === 'skipped' && detail.by) return `${word}, needs ${detail.by}`;
  return word;
}
