/** One case of a vector file: `fn` names the kind, the other members depend on it. */
export interface VectorCase {
  readonly id: string;
  readonly fn: string;
  readonly error?: boolean;
  readonly [field: string]: unknown;
}

export type Outcome =
  | { readonly kind: 'pass' }
  | { readonly kind: 'fail'; readonly detail: string }
  | { readonly kind: 'na'; readonly reason: string };

/** Runs one case. A thrown error is a failure of the case. */
export type Runner = (vector: VectorCase) => Outcome | Promise<Outcome>;

/** The kinds of one folder. */
export type Runners = Readonly<Record<string, Runner>>;

function canonical(value: unknown): unknown {
  if (value instanceof Set) return [...value].sort();
  if (value instanceof Map) return canonical(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, member]) => [key, canonical(member)]),
    );
  }
  return value;
}

/** Passes when both are the same JSON; sets count as sorted lists. */
export function same(actual: unknown, expected: unknown): Outcome {
  const got = JSON.stringify(canonical(actual));
  const want = JSON.stringify(canonical(expected));
  return got === want ? { kind: 'pass' } : { kind: 'fail', detail: `expected ${want}, got ${got}` };
}

export const notApplicable = (reason: string): Outcome => ({ kind: 'na', reason });

/**
 * Compares what `run` returns with `result` of the case; a case that carries `error` passes when `run` throws one of
 * the errors that the project throws for bad input.
 */
export function answer(run: (vector: VectorCase) => unknown, refused: (error: unknown) => boolean): Runner {
  return (vector) => {
    let actual: unknown;
    try {
      actual = run(vector);
    } catch (error) {
      if (!refused(error)) throw error;
      return vector.error === true
        ? { kind: 'pass' }
        : { kind: 'fail', detail: `refused: ${(error as Error).message}; expected ${JSON.stringify(vector.result)}` };
    }
    if (vector.error === true) return { kind: 'fail', detail: `expected an error, got ${JSON.stringify(actual)}` };
    return same(actual, vector.result);
  };
}
