const mebibyte = 2 ** 20;

/**
 * How much of a repository is read. Real trees stay far below: the largest md5-cache entry of gentoo.git has some 200 kB,
 * the largest profile file 2 MB, the tree 30,000 ebuilds in 20,000 packages.
 */
export const limits = {
  /** profile files, layout.conf, categories, licences */
  configBytes: 4 * mebibyte,
  /** all of them that are held at once */
  allConfigBytes: 256 * mebibyte,
  ebuildBytes: 2 * mebibyte,
  eclassBytes: 4 * mebibyte,
  cacheEntryBytes: 2 * mebibyte,
  /** one value of an entry */
  cacheValueBytes: mebibyte,
  manifestBytes: 32 * mebibyte,
  /** all of a package's `files/` */
  packageFilesBytes: 128 * mebibyte,
  /** a table of what the host has */
  hostTableBytes: 64 * mebibyte,
  /** names in one folder */
  folderEntries: 50_000,
  /** folders of packages in one repository */
  packages: 100_000,
  ebuilds: 200_000,
  /** ebuilds and cache entries of one repository, together */
  repositoryBytes: 1024 * mebibyte,
  /** folders in the chain of a profile */
  profileNodes: 256,
  /** files that a folder of configuration is made of, and how deep they lie */
  configFiles: 10_000,
  configDepth: 16,
  /** files that one make.conf sources, itself among them */
  sourcedFiles: 100,
  /** a variable of make.defaults after `${name}` was filled in */
  variableLength: mebibyte,
} as const;
