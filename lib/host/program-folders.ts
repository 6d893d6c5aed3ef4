/** Folders in which builds find programs of this machine, in order; the PATH of the sandbox beside what a prefix brings. */
export const programFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'] as const;

/** The same as one word. */
export const programPath = programFolders.join(':');
