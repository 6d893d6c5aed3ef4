/** Variables with which make.conf, the profile and `package.env` tell compilers how to compile. Source: PMS 11.1. */
const names = ['CFLAGS', 'CXXFLAGS', 'CPPFLAGS', 'LDFLAGS', 'FFLAGS', 'FCFLAGS'] as const;

/** Compiler flags as a VDB entry records them: `NAME=value`, a line each. Equal words, equal flags. */
export function flagRecord(variables: Readonly<Record<string, string | undefined>>): string {
  return names
    .flatMap((name) => {
      const words = (variables[name] ?? '').split(/\s+/).filter((word) => word !== '');
      return words.length === 0 ? [] : [`${name}=${words.join(' ')}`];
    })
    .join('\n');
}

/** The same of those who look them up one by one. */
export const flagRecordBy = (lookUp: (name: string) => string | undefined): string =>
  flagRecord(Object.fromEntries(names.map((name) => [name, lookUp(name)])));
