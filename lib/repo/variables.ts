import { posix } from 'node:path';
import type { FileTree } from './file-tree';
import { stackDicts, stackLists, words } from './incremental';
import { readMakeConf, type Variables } from './make-conf';
import type { ProfileNode } from './profile';

/** Variables that profiles and make.conf add to. Source: PMS 5.2.4, 5.3.1; portage make.conf(5). */
export const incrementalVariables: ReadonlySet<string> = new Set([
  'ACCEPT_KEYWORDS',
  'CONFIG_PROTECT',
  'CONFIG_PROTECT_MASK',
  'ENV_UNSET',
  'FEATURES',
  'IUSE_IMPLICIT',
  'PROFILE_ONLY_VARIABLES',
  'USE',
  'USE_EXPAND',
  'USE_EXPAND_HIDDEN',
  'USE_EXPAND_IMPLICIT',
  'USE_EXPAND_UNPREFIXED',
]);

/** Variables that belong to the package manager or to one package; configuration files cannot set them. */
const reserved: ReadonlySet<string> = new Set(
  words(`A AA BDEPEND BROOT CATEGORY DEPEND DESCRIPTION DOCS EAPI EBUILD_FORCE_TEST EBUILD_PHASE EBUILD_PHASE_FUNC
    EBUILD_SKIP_MANIFEST ED EMERGE_FROM EPREFIX EROOT GREP_OPTIONS HOMEPAGE IDEPEND INHERITED IUSE IUSE_EFFECTIVE
    KEYWORDS LICENSE MERGE_TYPE PDEPEND PF PKGUSE PROPERTIES RDEPEND REPOSITORY REQUIRED_USE RESTRICT ROOT SANDBOX_LOG
    SLOT SRC_URI`),
);

/** Defaults that Portage ships in make.globals, as far as a plan depends on them. */
export const globalDefaults: Readonly<Variables> = {
  ACCEPT_PROPERTIES: '*',
  ACCEPT_RESTRICT: '*',
  CONFIG_PROTECT: '/etc',
  CONFIG_PROTECT_MASK: '/etc/env.d',
  USE_ORDER: 'env:pkg:conf:defaults:pkginternal:features:repo:env.d',
};

/** Variables by where they come from, weakest first: globals, defaults, conf. */
export interface VariableLayers {
  readonly globals: Readonly<Variables>;
  /** make.defaults of each profile node, in the order of the nodes */
  readonly nodes: readonly (Readonly<Variables> | null)[];
  /** those joined */
  readonly defaults: Readonly<Variables>;
  readonly conf: Readonly<Variables>;
  /** what `${name}` stands for behind all of them */
  readonly expansions: Readonly<Variables>;
  /** variables that a user's file cannot set */
  readonly profileOnly: ReadonlySet<string>;
}

function without(variables: Variables, isOut: (name: string) => boolean): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !isOut(name)));
}

/** Reads make.defaults of all nodes and the make.conf files. `${name}` sees what came before it. */
export function readVariables(
  tree: FileTree,
  nodes: readonly ProfileNode[],
  makeConfs: readonly string[],
  initial: Readonly<Variables>,
  globals: Readonly<Variables> = globalDefaults,
): VariableLayers {
  const expansions: Variables = { ...initial, ...globals };
  const perNode = nodes.map((node) => {
    // a parent's USE must not come in twice through USE="${USE} …"
    delete expansions.USE;
    if (!node.files.has('make.defaults')) return null;
    return readMakeConf(tree, posix.join(node.folder, 'make.defaults'), {
      expand: expansions,
      recursive: node.allowsDirectories,
      sourcing: false,
    });
  });
  const defaults = without(stackDicts(perNode, incrementalVariables), (name) => reserved.has(name));
  const profileOnly = new Set(stackLists([words(defaults.PROFILE_ONLY_VARIABLES)]));
  const conf: Variables = {};
  for (const path of makeConfs) {
    Object.assign(conf, readMakeConf(tree, path, { expand: expansions, recursive: true, sourcing: true }));
  }
  return {
    globals,
    nodes: perNode,
    defaults,
    conf: without(conf, (name) => name.startsWith('__') || profileOnly.has(name) || reserved.has(name)),
    expansions,
    profileOnly,
  };
}

/** Value of a variable that replaces: make.conf before the profile before the globals. */
export function lookUp(layers: VariableLayers, name: string): string | undefined {
  return layers.conf[name] ?? layers.defaults[name] ?? layers.globals[name];
}

/** All words of an incremental variable, weakest layer first, not yet applied. */
export function incrementalWords(layers: VariableLayers, name: string): string[] {
  return [...words(layers.globals[name]), ...words(layers.defaults[name]), ...words(layers.conf[name])];
}

/** The words of an incremental variable that are left in the end; a `+` in front is dropped. */
export function incrementalValue(layers: VariableLayers, name: string): string[] {
  return stackLists([incrementalWords(layers, name).map((word) => word.replace(/^\+/, ''))]);
}
