/** What a drill is given. */
export interface DrillContext {
  /** every choice that looks random follows from it */
  readonly seed: number;
  /** an empty folder of the drill's own; removed afterwards */
  readonly work: string;
  /** the folder of the project */
  readonly root: string;
  /** the form of about 20 seconds that `npm test` runs */
  readonly short: boolean;
  /** only parts of this name, where a drill has parts: `--only overlay/image-link`; null: all */
  readonly part: string | null;
  /** a checkout of flatcar/scripts for drills that can build packages of it; null: none was named */
  readonly flatcar: FlatcarCheckout | null;
  /** a line of progress for the person who watches */
  say(text: string): void;
}

export interface FlatcarCheckout {
  readonly checkout: string;
  /** a folder with source files under the names of their SRC_URI; null: they are fetched */
  readonly sources: string | null;
}

export interface DrillResult {
  /** what was measured, in the order in which it is shown; units in the name */
  readonly figures: Readonly<Record<string, number | string>>;
  /** each goal that was missed, with what shows it; empty: the drill was passed */
  readonly failures: readonly string[];
}

/** One attack on the running product. A throw counts as a missed goal. */
export interface Drill {
  /** the word for `--only` */
  readonly name: string;
  /** one line on what is tried */
  readonly title: string;
  run(context: DrillContext): Promise<DrillResult>;
}

/** Waits for all, also when one breaks, so that nothing goes on behind the drill's back; then throws what broke first. */
export async function allEnded<T>(tasks: readonly Promise<T>[]): Promise<readonly T[]> {
  const ended = await Promise.allSettled(tasks);
  return ended.map((task) => {
    if (task.status === 'fulfilled') return task.value;
    throw task.reason;
  });
}
