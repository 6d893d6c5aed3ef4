import { describe, expect, it } from 'vitest';
import { parseBuildUser } from './build-user';
import { limitClause, limitHint, limitsOf, limitsVariable, limitText } from './sandbox-limits';

describe('limits of the environment', () => {
  it('change one limit of one profile', () => {
    const setting = 'build.wall=6h, build.memory=2G start.processes=9 build.log=512K';
    expect(limitsOf('build', setting)).toEqual({
      ...limitsOf('build', ''),
      wall: 21_600,
      memory: 2 ** 31,
      log: 2 ** 19,
    });
    expect(limitsOf('start', setting)).toEqual({ ...limitsOf('start', ''), processes: 9 });
    expect(limitsOf('tool', setting)).toEqual(limitsOf('tool', ''));
  });

  it.each([
    ['wall=6h', 'does not read'],
    ['build.wall', 'does not read'],
    ['build.wall=-1', 'does not read'],
    ['build.wall=1e9', 'does not read'],
    ['build.wall=9x', '`x` is not a unit of `wall`'],
    ['building.wall=6h', 'there is no profile `building`'],
    ['build.time=6h', 'there is no limit `time`'],
    ['build.wall=6G', '`G` is not a unit of `wall`'],
    ['build.memory=6h', '`h` is not a unit of `memory`'],
    ['build.processes=4K', '`K` is not a unit of `processes`'],
    ['build.wall=0', 'at least 1'],
  ])('are refused when they read %s', (setting, why) => {
    expect(() => limitsOf('build', setting)).toThrow(why);
    expect(() => limitsOf('build', setting)).toThrow(limitsVariable);
  });

  it('are named when they end a command, with how to raise them', () => {
    const exceeded = { profile: 'start', limit: 'wall', value: 90 } as const;
    expect(limitText(exceeded)).toBe('was ended because it ran longer than 1.5 min (limit `start.wall`)');
    expect(limitClause(exceeded)).toMatch(/raise the limit: \S+="start\.wall=96h"$/);
    expect(limitHint(exceeded)).toContain(`${limitsVariable}="start.wall=96h"`);
  });

  it.each([
    ['file', 2 ** 20, '1 MiB for a file'],
    ['processes', 640, '640 processes and threads'],
  ] as const)('are supposed, not known, when only the command said that it met %s', (limit, value, what) => {
    const exceeded = { profile: 'build', limit, value, isHearsay: true } as const;
    expect(limitText(exceeded)).toBe(`seems to have met its limit of ${what} (limit \`build.${limit}\`)`);
    expect(limitClause(exceeded)).toContain('if that is what it needs, raise the limit');
  });
});

describe('the user of builds of root', () => {
  const passwd = 'root:x:0:0::/root:/bin/sh\nbuilder:x:970:971::/:/bin/false\n';

  it.each([
    [undefined, passwd, { uid: 61000, gid: 61000 }],
    [undefined, `${passwd}prefix-studio-build:x:990:991::/:/bin/false\n`, { uid: 990, gid: 991 }],
    ['builder', passwd, { uid: 970, gid: 971 }],
    ['4242', passwd, { uid: 4242, gid: 4242 }],
  ])('named %s is found', (setting, table, user) => {
    expect(parseBuildUser(setting, table)).toEqual(user);
  });

  it.each(['root', '0', 'nobody-here', '4294967295'])('is never %s', (setting) => {
    expect(() => parseBuildUser(setting, passwd)).toThrow('PREFIX_STUDIO_BUILD_USER');
  });
});
