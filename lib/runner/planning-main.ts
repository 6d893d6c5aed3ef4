import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { isStudioError } from '../errors';
import { answerWork } from './planning-answers';
import type { CarriedError, FromPlanning, ToPlanning } from './planning-work';
import { TreeShelf } from './tree-shelf';

/** Pages come first when processors are scarce. Linux gives every thread a priority of its own. */
function stepBack(): void {
  try {
    const thread = /\d+$/.exec(readlinkSync('/proc/thread-self'))?.[0];
    if (thread !== undefined && Number(thread) !== process.pid) setPriority(Number(thread), 5);
  } catch {
    // not Linux, or not allowed: it plans all the same
  }
}

/** Thrown inside a search for which nobody waits any more. */
class NobodyWaits extends Error {}

function main(): void {
  const port = parentPort;
  if (!port) throw new Error('this program runs as a thread');
  stepBack();
  const { home } = workerData as { readonly home: string };
  const say = (message: FromPlanning): void => port.postMessage(message);
  const shelf = new TreeShelf(home, (tree, work) => say({ kind: 'tree', tree, work }));
  const dropped = new Map<number, AbortController>();
  port.on('message', (message: ToPlanning) => {
    if (message.kind === 'stop') return shelf.stop(message.tree);
    if (message.kind === 'forget') return shelf.forget(message.tree);
    if (message.kind === 'drop') return dropped.get(message.ticket)?.abort(new NobodyWaits());
    const { ticket, work } = message;
    const flag = new Int32Array(message.stopFlag);
    const left = new AbortController();
    dropped.set(ticket, left);
    const onTry = (): void => {
      if (Atomics.load(flag, 0) === 1) throw new NobodyWaits();
    };
    answerWork(work, { home, shelf, signal: left.signal, onTry })
      .then(
        (answer) => say({ kind: 'done', ticket, answer }),
        (error: unknown) => {
          if (!(error instanceof NobodyWaits)) say({ kind: 'failed', ticket, error: carried(error) });
        },
      )
      .finally(() => dropped.delete(ticket));
  });
}

function carried(error: unknown): CarriedError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const own = isStudioError(error) ? error : null;
  return {
    code: own?.code ?? null,
    message,
    hint: own?.hint ?? null,
    details: own?.details ?? {},
    stack: stack ?? message,
  };
}

main();
