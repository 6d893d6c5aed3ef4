import { eapi } from '../pms/eapi';
import { type QueryPlaces, type QueryRoot, queryPackages } from './package-query';
import type { PhaseRequest } from './phase-contract';

/** What `has_version` may ask about. */
const queryRoots: ReadonlySet<string> = new Set<QueryRoot>(['broot', 'sysroot', 'root']);

/** Answers what an ebuild asks while it runs: `has_version`, `best_version`, and whether a flag is known. */
export class PhaseAnswers {
  readonly #places: QueryPlaces;

  constructor(private readonly request: Pick<PhaseRequest, 'roots' | 'hostProvided' | 'isImplicitFlag' | 'eapi'>) {
    const { broot, root, sysroot, eprefix } = request.roots;
    const bare = (path: string): string => (path === '/' ? '' : path);
    this.#places = {
      broot: { root: bare(broot), eprefix: '' },
      sysroot: { root: bare(sysroot), eprefix },
      root: { root: bare(root), eprefix },
      provided: request.hostProvided ?? [],
    };
  }

  /** Takes a record of the runtime; does nothing with one that asks nothing. */
  take([kind, ...values]: readonly string[], answer: (line: string) => Promise<void>): undefined | Promise<void> {
    if (kind === 'query') return this.#query(values[0] ?? '', values[1] ?? '', answer);
    if (kind === 'flag') return answer(this.request.isImplicitFlag?.(values[0] ?? '') ? 'yes' : 'no');
    return undefined;
  }

  async #query(root: string, atom: string, answer: (line: string) => Promise<void>): Promise<void> {
    if (!queryRoots.has(root)) return answer(`!there is no root \`${root.slice(0, 100)}\` to ask about`);
    const found = await queryPackages(this.#places, root as QueryRoot, atom, eapi(this.request.eapi));
    await answer(found.kind === 'best' ? (found.cpv ?? '') : `!${found.message.replaceAll('\n', ' ')}`);
  }
}
