import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findFirstError } from '../../lib/engine/first-error';
import { parsePretend } from '../../lib/plan/emerge-pretend';
import { recorded } from './data';

const transcript = (name: string): string => readFileSync(join(recorded('emerge-transcripts'), `${name}.txt`), 'utf8');

describe('real transcripts of Portage', () => {
  it.each([
    ['fail-configure', 'configure: error: cannot run C compiled programs.'],
    ['fail-unpack-missing-tool', '/usr/lib/portage/bin/phase-helpers.sh: line 498: gtar: command not found'],
    ['fail-fetch', "!!! Couldn't download 'nope-1.0.tar.gz'. Aborting."],
    ['fail-eapi9', 'EAPI 9 requires >=bash-5.3 but only 5.2 was found'],
  ])('the first error of %s', (name, line) => {
    expect(findFirstError(transcript(name).split('\n'))?.line).toContain(line);
  });

  it.each(['ok-stage-jobs1', 'ok-stage-jobs2', 'ok-final-depclean-pretend'])('no error in %s', (name) => {
    expect(findFirstError(transcript(name).split('\n'))).toBeNull();
  });

  it('the list of packages is found in a whole transcript', () => {
    expect(parsePretend(transcript('ok-stage-jobs1')).map(({ cpv }) => cpv)).toEqual([
      'dev-libs/libyaml-0.2.5',
      'prefix-test/elogger-1',
      'prefix-test/onefile-1',
      'app-arch/bzip2-1.0.8-r5',
    ]);
  });
});
