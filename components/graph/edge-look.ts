import type { DependencyClass } from '@/lib/pms/dependency-class';

/** How each dependency class is drawn and what it means, in plain words. */
export const edgeLook: Readonly<
  Record<DependencyClass, { readonly dash: string | undefined; readonly plain: string; readonly where: string }>
> = {
  DEPEND: { dash: undefined, plain: 'needed to compile', where: 'found in staging (ESYSROOT)' },
  RDEPEND: { dash: '7 3', plain: 'needed to run', where: 'found in the same root (EROOT)' },
  PDEPEND: { dash: '7 3 1.5 3', plain: 'needed to run, may come later', where: 'found in the same root (EROOT)' },
  BDEPEND: { dash: '1.5 4', plain: 'tool that runs during the build', where: 'found on the host (BROOT)' },
  IDEPEND: { dash: '1.5 4 7 4', plain: 'tool that runs while installing', where: 'found on the host (BROOT)' },
};

/** The class that decides the line of an edge that stands for several. */
const order: readonly DependencyClass[] = ['DEPEND', 'RDEPEND', 'PDEPEND', 'BDEPEND', 'IDEPEND'];
export const leadingClass = (classes: readonly DependencyClass[]): DependencyClass =>
  order.find((known) => classes.includes(known)) ?? 'RDEPEND';
