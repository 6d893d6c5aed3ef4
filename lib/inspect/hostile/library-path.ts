import { basename } from 'node:path';
import { namedFolder } from './hostile-host';
import type { Tracer } from './traced-start';

/** Libraries that programs took from the folder of LD_LIBRARY_PATH, by the program's path. */
export type TakenByPath = ReadonlyMap<string, readonly string[]>;

/**
 * A tracer that starts a program once more without LD_LIBRARY_PATH when that gave it a library. What the variable names
 * is the wish of whoever sets it, so it is noted and no leak; and what else the program would take can be seen.
 */
export function withoutLibraryPath(tracer: Tracer): { readonly tracer: Tracer; readonly taken: TakenByPath } {
  const taken = new Map<string, readonly string[]>();
  return {
    taken,
    tracer: {
      ...tracer,
      async start(start) {
        const end = await tracer.start(start);
        const libraries = end.opened.filter(({ path, isThere }) => isThere && path.startsWith(`${namedFolder}/`));
        if (libraries.length === 0) return end;
        taken.set(
          start.command[0] ?? '',
          libraries.map(({ path }) => basename(path)),
        );
        return tracer.start({ ...start, environment: { ...start.environment, LD_LIBRARY_PATH: '' } });
      },
    },
  };
}
