import { describe, expect, it } from 'vitest';
import { childEnvironment } from './child-environment';

const own: NodeJS.ProcessEnv = {
  NODE_ENV: 'production',
  PATH: '/usr/bin',
  LC_ALL: 'C.UTF-8',
  https_proxy: 'http://proxy:3128',
  PREFIX_STUDIO_HOME: '/srv/studio',
  PREFIX_STUDIO_TOKEN: 'secret',
  DATABASE_URL: 'postgresql://studio:secret@db/studio',
  AWS_SECRET_ACCESS_KEY: 'secret',
  LD_PRELOAD: '/tmp/evil.so',
};

describe('the environment of a child', () => {
  it('holds what is on the list, and no secret', () => {
    const { PREFIX_STUDIO_TOKEN: _, DATABASE_URL: __, AWS_SECRET_ACCESS_KEY: ___, LD_PRELOAD: ____, ...rest } = own;
    expect(childEnvironment([], own)).toEqual(rest);
  });

  it('holds what the child is said to need, but never the token', () => {
    const given = childEnvironment(['DATABASE_URL', 'PREFIX_STUDIO_TOKEN'], own);
    expect(given.DATABASE_URL).toBe(own.DATABASE_URL);
    expect(given.PREFIX_STUDIO_TOKEN).toBeUndefined();
  });
});
