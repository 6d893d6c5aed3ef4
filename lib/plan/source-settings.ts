import type { SourceSettings } from '../engine/open-fetcher';
import { lookUp } from '../repo/variables';
import type { OpenedDesign } from './open-design';

/** Environment variables of the machine: mirrors (separated by spaces) and folders of sources (separated by colons). */
export const mirrorsVariable = 'PREFIX_STUDIO_MIRRORS';
export const foldersVariable = 'PREFIX_STUDIO_SOURCES';

const words = (text: string | undefined): readonly string[] => (text ?? '').split(/\s+/).filter((word) => word !== '');

/** Where the sources of a design come from: its own `sources:`, then the machine's settings, then make.conf or the profile. */
export function sourceSettings(
  { design, staging }: Pick<OpenedDesign, 'design' | 'staging'>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): SourceSettings {
  const { variables } = staging;
  const own = variables.conf.GENTOO_MIRRORS;
  const machineMirrors = words(environment[mirrorsVariable]);
  const folders = (environment[foldersVariable] ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return {
    mirrors: [...new Set([...design.sources.mirrors, ...machineMirrors, ...words(own)])],
    machineMirrors,
    // as with any variable that is not incremental, make.conf replaces what the profile says
    treeMirrors: own === undefined ? words(lookUp(variables, 'GENTOO_MIRRORS')) : [],
    folders: [...new Set([...design.sources.folders, ...folders])],
    suites: design.sources.suites,
  };
}
