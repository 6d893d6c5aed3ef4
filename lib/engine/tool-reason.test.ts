import { describe, expect, it } from 'vitest';
import { firstComplaint, firstReason } from './tool-reason';

describe('why a tool failed', () => {
  it.each([
    [
      'tar: x/f: Cannot open: Permission denied\ntar: Exiting with failure status due to previous errors\n',
      'tar: x/f: Cannot open: Permission denied',
    ],
    [
      'tar: x: Cannot mkdir: No space left on device\ntar: x/f: Cannot open: No such file or directory\n',
      'tar: x: Cannot mkdir: No space left on device',
    ],
    [
      "tar: Removing leading `/' from member names\n\nzstd: /*stdin*\\: unsupported format\ntar: Child returned status 1\ntar: Error is not recoverable: exiting now",
      'zstd: /*stdin*\\: unsupported format',
    ],
    ['  one line  ', 'one line'],
    ['tar: Error is not recoverable: exiting now\n', 'tar: Error is not recoverable: exiting now'],
    ['\n', ''],
  ])('%j', (output, reason) => expect(firstReason(output)).toBe(reason));
});

describe('what apt-get complains of', () => {
  it.each([
    [
      'W: old list\nE: Failed to fetch http://deb.example/x.tar.gz  404  Not Found\nE: Failed to fetch some archives.\n',
      'Failed to fetch http://deb.example/x.tar.gz 404 Not Found',
    ],
    ['W: The list is old\n', 'The list is old'],
    ['', 'apt-get ended with status 100'],
  ])('%j', (stderr, reason) => expect(firstComplaint({ stderr, exitCode: 100 })).toBe(reason));
});
