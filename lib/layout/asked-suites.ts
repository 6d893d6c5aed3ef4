/** Environment variable with further suites of the host's archive, separated by spaces: `forky sid experimental`. */
export const archiveSuitesVariable = 'PREFIX_STUDIO_ARCHIVE_SUITES';

/** How to have further suites of Debian asked for sources, in a sentence. */
export const howToAskSuites = (suites: readonly string[]): string =>
  `Write \`sources: {suites: [${suites.join(', ')}]}\` into the design, or set \`${archiveSuitesVariable}="${suites.join(' ')}"\`.`;
