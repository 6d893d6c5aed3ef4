import type { LoggedEvent, RunEvent } from '../api/events';
import { obstacleLines } from '../api/obstacle-words';
import { executeOpened } from '../drivers/embedded/embedded-engine';
import { type BuildLimits, type ExecuteRequest, runPackages } from '../engine/index';
import { buildObstacle } from '../plan/build-obstacle';
import type { OpenedDesign } from '../plan/open-design';
import { planOpened } from '../plan/plan-design';
import { explainDerivations } from '../resolve/explain';
import type { Plan } from '../resolve/plan';
import { scarceRoom, unknownNeed } from '../runner/build-room';
import { BuildProgress } from './build-progress';
import type { Terminal } from './command';
import { storyTexts } from './stories';

export interface EngineRunOptions {
  readonly home: string;
  readonly jobs?: number;
  readonly limits?: BuildLimits;
  readonly keepGoing?: boolean;
  readonly stages: 'both' | 'staging' | 'final';
  /** what the world of the roots shall name; default: what the design asks for */
  readonly world?: ExecuteRequest['world'];
  readonly isJson: boolean;
  readonly terminal: Terminal;
}

/** Plans an opened design; null: there is no plan, and why was told. */
export function planToldOn(
  opened: OpenedDesign,
  { terminal, isJson }: Pick<EngineRunOptions, 'terminal' | 'isJson'>,
): Plan | null {
  const result = planOpened(opened);
  if (result.kind === 'planned') return result.plan;
  if (isJson) terminal.out(JSON.stringify({ ...result, stories: explainDerivations(result.derivations) }));
  else for (const text of storyTexts(result.derivations)) terminal.err(text);
  return null;
}

/** Carries out a plan of an opened design, told on the terminal. Answers whether all went well. */
export async function runEngine(opened: OpenedDesign, plan: Plan, options: EngineRunOptions): Promise<boolean> {
  const { terminal, isJson, home, stages } = options;
  const room = await scarceRoom(home, unknownNeed);
  const obstacle = buildObstacle(opened, plan) ?? (room?.isUsedUp ? room : null);
  if (obstacle) {
    const { message, hint } = obstacle;
    if (isJson) terminal.out(JSON.stringify({ kind: 'error', message, hint }));
    else for (const line of obstacleLines({ packages: [], ...obstacle })) terminal.err(line);
    return false;
  }
  if (room) terminal.err(`Warning: ${room.message}\n  ${room.hint}`);
  const teller = new Teller(opened, isJson, terminal);
  const abort = new AbortController();
  const cancel = (): void => abort.abort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, cancel);
  try {
    teller.emit({
      kind: 'planned',
      planHash: plan.hash,
      packages: runPackages(plan).filter(({ root }) => stages === 'both' || root === stages),
    });
    const { jobs, limits, keepGoing, world } = options;
    const outcome = await executeOpened(opened, plan, {
      home,
      jobs,
      limits,
      keepGoing,
      world,
      stages,
      signal: abort.signal,
      emit: teller.emit,
    });
    const ok = outcome.kind === 'succeeded';
    const message = outcome.kind === 'failed' ? (outcome.failures[0]?.message ?? 'failed') : outcome.kind;
    const finalRoot = ok && stages !== 'staging' ? opened.names.finalRoot : null;
    teller.emit({ kind: 'done', ok, state: outcome.kind, finalRoot, image: null, message });
    return ok;
  } finally {
    teller.close();
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, cancel);
  }
}

/** Numbers events and shows them, as JSON lines or as progress. */
class Teller {
  private seq = 0;
  private readonly progress: BuildProgress | null;

  constructor(
    { design }: OpenedDesign,
    private readonly isJson: boolean,
    private readonly terminal: Terminal,
  ) {
    const queuedAt = new Date().toISOString();
    this.progress = isJson ? null : new BuildProgress('terminal', design.name, design.board, queuedAt, terminal);
    this.emit({ kind: 'started', run: 'terminal', name: design.name, board: design.board });
  }

  readonly emit = (event: RunEvent): void => {
    if (event.kind !== 'log') this.seq += 1;
    const logged: LoggedEvent = { ...event, seq: this.seq, at: new Date().toISOString() };
    if (this.isJson) this.terminal.out(JSON.stringify(logged));
    this.progress?.show(logged);
  };

  close(): void {
    this.progress?.close();
  }
}
