import { findProgram } from '../host/find-program';
import { programPath } from '../host/program-folders';
import type { RepositoryCandidate } from '../repo';
import { notHere, standsIn } from './machine-sdk';
import type { OpenedDesign } from './open-design';

/** What builds find on the build machine besides its programs under their own names. */
export interface HostFacts {
  /** `category/PF:slot` of what it has, for `has_version -b` */
  readonly hostProvided: readonly string[];
  /** other names for programs of it: `python3.13` -> `/usr/bin/python3` */
  readonly hostNames: Readonly<Record<string, string>>;
}

/**
 * What the host of an opened design answers to ebuilds. Eclasses start Python by the name of the version that they were told
 * is there, so a Python that stands in for others has their names too.
 */
export function hostFacts({ host }: Pick<OpenedDesign, 'host'>): HostFacts {
  const present = (host.allInstalled() as readonly RepositoryCandidate[]).filter(
    ({ repository }) => repository !== notHere,
  );
  const python = findProgram('python3', programPath);
  const slots = present
    .filter(({ qualifiedName, repository }) => qualifiedName === 'dev-lang/python' && repository === standsIn)
    .map(({ slot }) => slot);
  return {
    hostProvided: present.map(({ cpv, slot }) => `${cpv}:${slot}`),
    hostNames: python === null ? {} : Object.fromEntries(slots.map((slot) => [`python${slot}`, python])),
  };
}
