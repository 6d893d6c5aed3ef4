import { describe, expect, it } from 'vitest';
import { type DesignInput, designSchema } from '../design';
import { imageWarnings } from './image-warnings';

const codes = (path: string, sysext: DesignInput['sysext']): readonly string[] =>
  imageWarnings(designSchema.parse({ name: 'x', board: 'amd64-usr', path, packages: ['a/b'], sysext })).map(
    ({ code }) => code,
  );

describe('what an image does to the systems it is merged on', () => {
  it('hides /usr/local where that is a link', () => {
    expect(codes('/usr/local/x', { target: 'any' })).toEqual(['HIDES_USR_LOCAL']);
    expect(codes('/usr/local/x', { target: 'flatcar' })).toEqual([]);
    expect(codes('/opt/x', { target: 'any' })).toEqual([]);
  });

  it('merges nowhere with a level that no release has', () => {
    expect(codes('/opt/x', { level: '2.0' })).toEqual(['LEVEL_UNKNOWN']);
    expect(codes('/opt/x', { target: 'any', level: '2.0' })).toEqual(['MATCH_UNUSED']);
    expect(codes('/opt/x', false)).toEqual([]);
  });

  it('merges on one old release with the version of that', () => {
    expect(codes('/opt/x', { match: 'version-id', level: '4230.2.0' })).toEqual(['VERSION_NOT_CURRENT']);
    expect(codes('/opt/x', { match: 'version-id', level: '4593.2.5' })).toEqual([]);
  });
});
