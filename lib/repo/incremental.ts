/**
 * Joins lists; later ones come last and duplicates go. With `incremental`, `-x` takes `x` out again and `-*` everything.
 * Source: PMS 5.2.4 and portage(5) on stacking.
 */
export function stackLists(lists: readonly (readonly string[])[], incremental = true): string[] {
  const stacked = new Set<string>();
  for (const list of lists) {
    for (const token of list) {
      if (incremental && token === '-*') stacked.clear();
      else if (incremental && token.startsWith('-')) stacked.delete(token.slice(1));
      else stacked.add(token);
    }
  }
  return [...stacked];
}

type Dictionary = Readonly<Record<string, string>>;

/** Joins variable assignments. Variables in `incrementals` (or all, with `true`) are appended with a space, others replaced. */
export function stackDicts(
  dictionaries: readonly (Dictionary | null)[],
  incrementals: ReadonlySet<string> | true = new Set(),
): Record<string, string> {
  const stacked: Record<string, string> = {};
  for (const dictionary of dictionaries) {
    for (const [name, value] of Object.entries(dictionary ?? {})) {
      const append = stacked[name] !== undefined && (incrementals === true || incrementals.has(name));
      stacked[name] = append ? `${stacked[name]} ${value}` : value;
    }
  }
  return stacked;
}

/** Joins lists per key; with an incremental key `-x` takes away. Keys whose list becomes empty disappear. */
export function stackDictLists(
  dictionaries: readonly (Readonly<Record<string, string | readonly string[]>> | null)[],
  incrementals: ReadonlySet<string> | true = new Set(),
): Record<string, string[]> {
  const stacked: Record<string, string[]> = {};
  for (const dictionary of dictionaries) {
    for (const [name, things] of Object.entries(dictionary ?? {})) {
      let list = stacked[name] ?? [];
      for (const thing of things) {
        if (thing === '') continue;
        const incremental = incrementals === true || incrementals.has(name);
        if (incremental && thing === '-*') list = [];
        else if (incremental && thing.startsWith('-')) {
          const at = list.indexOf(thing.slice(1));
          if (at >= 0) list.splice(at, 1);
        } else if (!list.includes(thing)) list.push(thing);
      }
      if (list.length > 0) stacked[name] = list;
      else delete stacked[name];
    }
  }
  return stacked;
}

/** The tokens that still count: everything before the last `*` or `-*` is without effect. */
export function pruneIncremental(tokens: readonly string[]): readonly string[] {
  for (let at = tokens.length - 1; at >= 0; at--) {
    if (tokens[at] === '*') return tokens.slice(at);
    if (tokens[at] === '-*') return at === tokens.length - 1 ? ['-*'] : tokens.slice(at + 1);
  }
  return tokens;
}

/** Splits at white space; an empty text has no words. */
export function words(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(/\s+/).filter((word) => word !== '');
}
