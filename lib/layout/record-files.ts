/**
 * Files of ours in an entry of the installed-package database and in the metadata of a binary package, beside those that Portage
 * writes. It keeps what it does not know.
 */
export const recordFile = {
  /** what the package was built of, as one SHA-256 */
  key: 'PREFIX_STUDIO_KEY',
  /** not empty: packed from a work folder that somebody had been in */
  byHand: 'PREFIX_STUDIO_BY_HAND',
  /** files of etc/portage whose commands and variables took part, each with its digest */
  commands: 'PREFIX_STUDIO_COMMANDS',
  /** compiler flags of the configuration, a line each */
  flags: 'PREFIX_STUDIO_FLAGS',
  /** what its ebuild and eclasses asked of the build machine, a line each */
  host: 'PREFIX_STUDIO_HOST',
  /** user patches, each with its digest */
  patches: 'PREFIX_STUDIO_PATCHES',
  /** digest of the user's copy of the ebuild, and where it was taken from */
  taken: 'PREFIX_STUDIO_TAKEN',
} as const;
