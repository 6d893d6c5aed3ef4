import { join } from 'node:path';
import { assertNever } from '../errors';
import {
  hostConfiguration,
  hostPackages,
  joinSources,
  listSource,
  type PackageSource,
  type PackageTree,
  type ProfiledConfiguration,
  type RepositoryCandidate,
  readHostTable,
  readVdb,
} from '../repo';
import { declaredPackages } from './host-provides';
import { machineHost } from './machine-host';

/**
 * What the build host is taken to have. `assumed-sdk`: the best visible version of every slot of every package of its
 * repositories; `machine`: what the commands of this machine stand for; `nothing`; `vdb`: installed packages below a
 * folder; `table`: a file of JSON lines.
 */
export type HostChoice =
  | { readonly kind: 'assumed-sdk' }
  | { readonly kind: 'machine' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'vdb'; readonly folder: string }
  | { readonly kind: 'table'; readonly path: string };

const nothing: PackageSource = listSource([]);

/** Best visible version of every slot, worked out per name when asked for. */
function assumedSdk(configuration: ProfiledConfiguration): PackageSource {
  const made = new Map<string, readonly RepositoryCandidate[]>();
  return {
    qualifiedNames: () => configuration.allQualifiedNames(),
    packages(name) {
      let list = made.get(name);
      if (list === undefined) {
        const bySlot = new Map<string, RepositoryCandidate>();
        for (const candidate of configuration.candidates(name)) {
          if (bySlot.has(candidate.slot) || configuration.masks(candidate).length > 0) continue;
          const use = [...configuration.use(candidate).enabled].join(' ');
          bySlot.set(candidate.slot, candidate.installedWith({ ...candidate.metadata, USE: use }));
        }
        list = [...bySlot.values()];
        made.set(name, list);
      }
      return list;
    },
  };
}

/** The configuration of the build host of a tree. */
export function hostFor(
  tree: PackageTree,
  choice: HostChoice,
  options: { readonly declared: readonly string[]; readonly cacheFolder: string | null },
): ProfiledConfiguration {
  const source = (ebuilds: PackageSource): PackageSource => {
    switch (choice.kind) {
      case 'assumed-sdk':
        return assumedSdk(hostConfiguration(tree, () => nothing));
      case 'machine':
        return machineHost(options.cacheFolder === null ? null : join(options.cacheFolder, 'host-tools.json'));
      case 'nothing':
        return nothing;
      case 'vdb':
        return readVdb(choice.folder);
      case 'table':
        return listSource(hostPackages(readHostTable(choice.path), ebuilds));
      default:
        return assertNever(choice);
    }
  };
  return hostConfiguration(tree, (ebuilds) => {
    const found = source(ebuilds);
    return options.declared.length === 0
      ? found
      : joinSources([listSource(declaredPackages(options.declared, ebuilds)), found]);
  });
}
