import { parseAtom } from '../pms';
import { makeCandidate, onDemandSource, type PackageSource, type RepositoryCandidate } from '../repo';
import { notHere } from './machine-sdk';

/**
 * Packages that a design says its build host has. An atom with a version stands for that version, one without for the
 * newest in the tree (or `9999` when the tree has none); USE deps are taken as enabled.
 */
export function declaredPackages(atoms: readonly string[], ebuilds: PackageSource): RepositoryCandidate[] {
  return atoms.map((text) => {
    const atom = parseAtom(text);
    const inTree = [...ebuilds.packages(atom.qualifiedName)].sort((a, b) =>
      a.version.order < b.version.order ? 1 : -1,
    );
    const version =
      atom.version?.text ?? inTree.find((each) => !each.version.text.startsWith('9999'))?.version.text ?? '9999';
    const ebuild = inTree.find((each) => each.version.text === version);
    const enabled = atom.useDeps.filter((each) => each.kind === 'enabled').map((each) => each.flag);
    const iuse = [...(ebuild?.iuse.keys() ?? []), ...atom.useDeps.map((each) => each.flag)];
    const slot = atom.slot === null ? (ebuild ? `${ebuild.slot}/${ebuild.subSlot}` : '0') : atom.slot;
    return makeCandidate(`${atom.qualifiedName}-${version}`, ebuild?.repository ?? 'declared', 'installed', {
      EAPI: '8',
      SLOT: slot,
      IUSE: [...new Set(iuse)].join(' '),
      USE: enabled.join(' '),
    });
  });
}

/** The same without what is said to be lacking of packages that the design declares: who says it is here is believed. */
export function believeDeclared(found: PackageSource, names: ReadonlySet<string>): PackageSource {
  const source = onDemandSource(
    () => [...found.qualifiedNames()],
    (name) => {
      const packages = found.packages(name);
      return names.has(name) ? packages.filter(({ repository }) => repository !== notHere) : packages;
    },
  );
  return { ...source, isBare: () => found.isBare?.() === true };
}
