import { join } from 'node:path';
import { assertNever } from '../errors';
import {
  bare,
  hostConfiguration,
  hostSource,
  joinSources,
  lazySource,
  listSource,
  type PackageSource,
  type PackageTree,
  type ProfiledConfiguration,
  readHostTable,
  readVdb,
  UnreadIndex,
} from '../repo';
import { assumedSdk, assumedSdkByName } from './assumed-sdk';
import { believeDeclared, declaredPackages } from './host-provides';
import { machineHost } from './machine-host';
import { machineLibraries } from './machine-libraries';
import { machineSdk } from './machine-sdk';

/**
 * What the build host is taken to have. `assumed-sdk`: the best visible version of every slot of every package of its
 * repositories; `machine`: what the commands of this machine stand for, and on a Flatcar tree what it lacks; `nothing`;
 * `vdb`: installed packages below a folder; `table`: a file of JSON lines.
 */
export type HostChoice =
  | { readonly kind: 'assumed-sdk' }
  | { readonly kind: 'machine' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'vdb'; readonly folder: string }
  | { readonly kind: 'table'; readonly path: string };

const nothing: PackageSource = listSource([]);

/** The configuration of the build host of a tree. */
export function hostFor(
  tree: PackageTree,
  choice: HostChoice,
  options: { readonly declared: readonly string[]; readonly cacheFolder: string | null },
): ProfiledConfiguration {
  const sdk = (ebuilds: PackageSource): PackageSource =>
    tree.indexes.some((index) => index instanceof UnreadIndex)
      ? assumedSdkByName(host, ebuilds)
      : hostSource(assumedSdk(host, tree, options.cacheFolder), ebuilds);
  const source = (ebuilds: PackageSource): PackageSource => {
    switch (choice.kind) {
      case 'assumed-sdk':
        // what it could install follows from the same configuration, which is finished when somebody asks
        return lazySource(() => sdk(ebuilds));
      case 'machine': {
        const { cacheFolder } = options;
        const tools = machineHost(cacheFolder === null ? null : join(cacheFolder, 'host-tools.json'));
        const machine = joinSources([tools, machineLibraries(cacheFolder)]);
        if (tree.hostProfile === null) return bare(machine);
        return lazySource(() => bare(machineSdk(sdk(ebuilds), machine, ebuilds)));
      }
      case 'nothing':
        return nothing;
      case 'vdb':
        return readVdb(choice.folder);
      case 'table':
        return hostSource(readHostTable(choice.path), ebuilds);
      default:
        return assertNever(choice);
    }
  };
  const host = hostConfiguration(tree, (ebuilds) => {
    const found = source(ebuilds);
    if (options.declared.length === 0) return found;
    const declared = declaredPackages(options.declared, ebuilds);
    const names = new Set(declared.map(({ qualifiedName }) => qualifiedName));
    return joinSources([bare(listSource(declared)), believeDeclared(found, names)]);
  });
  return host;
}
