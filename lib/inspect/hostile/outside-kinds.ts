/** What a file of the host is to a program of a prefix. */
export type OutsideKind =
  | 'library'
  | 'gconv'
  | 'locale'
  | 'nss'
  | 'accounts'
  | 'network'
  | 'services'
  | 'certificates'
  | 'terminfo'
  | 'zoneinfo'
  | 'program'
  | 'config'
  | 'other';

export interface OutsideKindFacts {
  readonly kind: OutsideKind;
  /** as in "opens … of the host" */
  readonly words: string;
  /** what happens on a host without it */
  readonly without: string;
  readonly isOf: RegExp;
}

/**
 * Kinds in the order in which a path is held against them. Code of the host must never be loaded; the others are data that
 * belong to the system or that a prefix may do without.
 */
export const outsideKinds: readonly OutsideKindFacts[] = [
  {
    kind: 'gconv',
    words: 'conversions of character sets',
    without: 'only UTF-8, ASCII and UCS are known',
    isOf: /\/gconv\//,
  },
  {
    kind: 'library',
    words: 'libraries',
    without: 'what needs them does not work',
    isOf: /\.so(?:\.[\w.-]+)?$|^\/etc\/ld\.so\.|^\/etc\/ld\.so\b/,
  },
  {
    kind: 'nss',
    words: 'the configuration or the cache of name services',
    without: 'names are looked up in files and in DNS',
    isOf: /^\/etc\/nsswitch\.conf$|\/nscd\/|^\/run\/systemd\/(?:userdb|resolve)\/|^\/etc\/default\/nss$/,
  },
  {
    kind: 'locale',
    words: 'locales and translations',
    without: 'where the prefix lacks the locale that is asked for, it is C, and messages are in English',
    isOf: /^\/usr\/(?:lib|lib64|share)\/locale\b|^\/usr\/share\/i18n\b|\/LC_MESSAGES\//,
  },
  {
    kind: 'accounts',
    words: 'users and groups',
    without: 'numbers are shown instead of names',
    isOf: /^\/etc\/(?:passwd|group|shadow|gshadow|subuid|subgid|login\.defs|shells)$/,
  },
  {
    kind: 'services',
    words: 'names of ports and protocols',
    without: 'ports and protocols are given as numbers',
    isOf: /^\/etc\/(?:services|protocols|rpc|ethers)$/,
  },
  {
    kind: 'network',
    words: 'how names of machines are looked up',
    without: 'machines are reached by their address only, or through a name server on this machine',
    isOf: /^\/etc\/(?:hosts|hostname|host\.conf|resolv\.conf|gai\.conf|networks|netrc)$/,
  },
  {
    kind: 'certificates',
    words: 'certificates',
    without: 'no server can be verified unless the program is told where certificates are',
    isOf: /^\/etc\/(?:ssl|pki|ca-certificates)\b|\/(?:certs|ca-certificates)\/|ca-(?:bundle|certificates)\.(?:crt|pem)$/,
  },
  {
    kind: 'terminfo',
    words: 'descriptions of terminals',
    without: 'terminals that the prefix does not know are treated as plain ones, or refused',
    isOf: /\/terminfo\b|^\/etc\/termcap$|\/tabset\b|\.terminfo/,
  },
  {
    kind: 'zoneinfo',
    words: 'time zones',
    without: 'time is UTC',
    isOf: /\/zoneinfo\b|^\/etc\/(?:localtime|timezone)$/,
  },
  { kind: 'config', words: 'configuration', without: 'the program uses its defaults', isOf: /^\/etc\// },
  { kind: 'other', words: 'other files', without: 'the program goes without', isOf: /^/ },
];

const program: OutsideKindFacts = {
  kind: 'program',
  words: 'programs',
  without: 'what they are started for does not work',
  isOf: /^/,
};

/** The kind of a path outside of a prefix; `isStarted`: it was started, not opened. */
export const outsideKindOf = (path: string, isStarted: boolean): OutsideKindFacts =>
  isStarted ? program : (outsideKinds.find(({ isOf }) => isOf.test(path)) as OutsideKindFacts);

/** The kernel's own, and the private folders of the sandbox: there is nothing of the host in them. */
export const isOfTheKernel = (path: string): boolean => /^\/(?:proc|sys|dev|tmp)(?:\/|$)/.test(path) || path === '/';
