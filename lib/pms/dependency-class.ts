/** The five dependency variables of an ebuild. Source: PMS 8.1. */
export const dependencyClasses = ['BDEPEND', 'DEPEND', 'RDEPEND', 'PDEPEND', 'IDEPEND'] as const;

export type DependencyClass = (typeof dependencyClasses)[number];
