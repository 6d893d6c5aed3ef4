import type { AtomTable, PackageIdentity } from './atom-table';
import { FlagFold } from './flag-fold';
import { stackLists } from './incremental';

/** One level (a repository or a profile node) of use.mask or use.force with its per-package tables. */
export interface FlagLayer {
  readonly always: readonly string[];
  /** use.stable.* */
  readonly stable: readonly string[];
  readonly packages: AtomTable | null;
  readonly stablePackages: AtomTable | null;
}

interface Prepared {
  readonly layer: FlagLayer;
  readonly fold: FlagFold;
}

/**
 * The stacked use.mask or use.force of a profile. What holds for every package is computed once; a package with lines of
 * its own costs only the flags those lines name. Source: PMS 5.2.11.
 */
export class FlagStack {
  private readonly base = new Map<string, ReadonlySet<string>>();
  private readonly prepared = new Map<string, readonly Prepared[]>();
  /** results of packages with lines of their own; many have the same */
  private readonly changed = new Map<string, ReadonlySet<string>>();

  constructor(
    private readonly profileLayers: readonly FlagLayer[],
    /** layers of a repository, its masters' first */
    private readonly repositoryLayers: (repository: string) => readonly FlagLayer[],
  ) {}

  private layers(repository: string, stable: boolean): readonly Prepared[] {
    const key = `${stable ? '1' : '0'}${repository}`;
    let found = this.prepared.get(key);
    if (found === undefined) {
      found = [...this.repositoryLayers(repository), ...this.profileLayers].map((layer) => ({
        layer,
        fold: FlagFold.of(stable ? [...layer.always, ...layer.stable] : layer.always),
      }));
      this.prepared.set(key, found);
    }
    return found;
  }

  private common(repository: string, stable: boolean): ReadonlySet<string> {
    const key = `${stable ? '1' : '0'}${repository}`;
    let set = this.base.get(key);
    if (set === undefined) {
      const lists = this.layers(repository, stable).map(({ layer }) =>
        stable ? [...layer.always, ...layer.stable] : layer.always,
      );
      set = new Set(stackLists(lists));
      this.base.set(key, set);
    }
    return set;
  }

  /** Flags that are masked (or forced) for a package. */
  flags(subject: PackageIdentity, stable: boolean): ReadonlySet<string> {
    const layers = this.layers(subject.repository, stable);
    const common = this.common(subject.repository, stable);
    // an always-line of a layer comes before its stable lines; package lines come between and behind them
    const own: { readonly index: number; readonly fold: FlagFold }[] = [];
    let key = `${stable ? '1' : '0'}${subject.repository}`;
    for (const [index, { layer }] of layers.entries()) {
      const tokens = layer.packages?.values(subject).flat() ?? [];
      const stableTokens = stable ? (layer.stablePackages?.values(subject).flat() ?? []) : [];
      if (tokens.length + stableTokens.length > 0) {
        own.push({ index, fold: FlagFold.of([...tokens, ...stableTokens]) });
        key += `|${index} ${tokens.join(' ')} ${stableTokens.join(' ')}`;
      }
    }
    if (own.length === 0) return common;
    const known = this.changed.get(key);
    if (known !== undefined) return known;
    const answer = (flag: string): boolean => {
      let pending = own.length - 1;
      for (let index = layers.length - 1; index >= 0; index--) {
        const mine = own[pending];
        if (mine?.index === index) {
          const value = mine.fold.get(flag);
          if (value !== undefined) return value;
          pending--;
        }
        const value = (layers[index] as Prepared).fold.get(flag);
        if (value !== undefined) return value;
      }
      return false;
    };
    const affected = own.some(({ fold }) => fold.clearsAll)
      ? new Set([...common, ...own.flatMap(({ fold }) => [...fold.named()])])
      : new Set(own.flatMap(({ fold }) => [...fold.named()]));
    let result: Set<string> | null = null;
    for (const flag of affected) {
      const value = answer(flag);
      if (value === common.has(flag)) continue;
      result ??= new Set(common);
      if (value) result.add(flag);
      else result.delete(flag);
    }
    this.changed.set(key, result ?? common);
    return result ?? common;
  }
}
