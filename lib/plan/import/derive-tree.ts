import { parseSections } from '../../repo';
import { type ImportFile, kindOfPath } from './file-kinds';

/** A tree that a design on this machine can name. */
export interface KnownTree {
  readonly name: string;
  /** absolute */
  readonly folder: string;
  readonly isFlatcar: boolean;
}

/** A place that says where ebuilds come from. */
interface Evidence {
  /** file, with the section of repos.conf */
  readonly from: string;
  /** path of a repository, of a profile, or of a script */
  readonly text: string;
}

export type DerivedTree =
  | ({ readonly kind: 'found'; readonly tree: string } & Evidence)
  /** the tree is a Flatcar checkout, and it is not known which; `known`: those of this machine */
  | ({ readonly kind: 'unclear'; readonly known: readonly string[] } & Evidence);

/** Is a repository or profile one of a checkout of flatcar/scripts, by the place that it has in the SDK? */
export const isInFlatcarCheckout = (path: string): boolean =>
  /\/third_party\/(?:portage-stable|coreos-overlay|prefix-overlay)(?:\/|$)/.test(path);

const sdkWrapper = 'a wrapper of the Flatcar SDK';

/** Is a script the wrapper that `setup_prefix` of the SDK writes? It builds with `cb-emerge`. */
const isSdkWrapper = (text: string): boolean => /^#!/.test(text) && /^CB_ROOT=/m.test(text);

export const isBelow = (path: string, folder: string): boolean => `${path}/`.startsWith(`${folder}/`);

function evidenceOf({ path, text }: ImportFile): readonly Evidence[] {
  const kind = kindOfPath(path);
  if (kind === 'profile') return [{ from: path, text: text.trim() }];
  if (kind === 'repos.conf') {
    return [...parseSections(text)].flatMap(([name, { location }]) =>
      location === undefined ? [] : [{ from: `${path} [${name}]`, text: location }],
    );
  }
  return isSdkWrapper(text) ? [{ from: path, text: sdkWrapper }] : [];
}

/**
 * The tree that what is imported was made with: the one that holds a repository or profile which is named there, or for
 * what comes from the Flatcar SDK the only checkout of this machine. null: nothing says.
 */
export function deriveTree(files: readonly ImportFile[], trees: readonly KnownTree[]): DerivedTree | null {
  const evidence = files.flatMap(evidenceOf);
  for (const each of evidence) {
    const tree = trees.find(({ folder }) => isBelow(each.text, folder));
    if (tree !== undefined) return { kind: 'found', tree: tree.name, ...each };
  }
  const ofFlatcar = evidence.find(({ text }) => text === sdkWrapper || isInFlatcarCheckout(text));
  if (ofFlatcar === undefined) return null;
  const known = trees.filter(({ isFlatcar }) => isFlatcar).map(({ name }) => name);
  const [only] = known;
  return known.length === 1 && only !== undefined
    ? { kind: 'found', tree: only, ...ofFlatcar }
    : { kind: 'unclear', known, ...ofFlatcar };
}
