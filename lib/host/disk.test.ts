import { describe, expect, it } from 'vitest';
import { diskOf, mountOf, parseMountInfo, sharingOf } from './disk';

const mounts = parseMountInfo(
  [
    '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
    '30 22 0:25 / /tmp rw,nosuid - tmpfs tmpfs rw,size=64k',
    '31 22 8:1 /data /srv/my\\040disk rw - xfs /dev/sda1 rw',
    '32 22 0:40 / /home rw - nfs4 server:/home rw,vers=4.2',
    '33 22 0:41 / /home rw - fuse.sshfs me@server: rw',
    'broken line',
  ].join('\n'),
);

describe('the disk of a path', () => {
  it.each([
    ['/', 'ext4', '/dev/vda'],
    ['/tmpfoo', 'ext4', '/dev/vda'],
    ['/tmp', 'tmpfs', 'tmpfs'],
    ['/tmp/deep/er', 'tmpfs', 'tmpfs'],
    ['/srv/my disk/x', 'xfs', '/dev/sda1'],
    // mounted over: the later one is seen
    ['/home/me', 'fuse.sshfs', 'me@server:'],
  ])('%s is on %s', (path, type, source) => {
    expect(mountOf(path, mounts)).toMatchObject({ type, source });
  });

  it('is known for a path that does not exist yet', () => {
    const disk = diskOf('/tmp/does/not/exist/yet');
    expect(disk?.sizeBytes).toBeGreaterThan(0);
    expect(disk?.mountPoint.startsWith('/')).toBe(true);
  });
});

describe('what the type of a file system means', () => {
  it.each([
    ['ext4', 'local'],
    ['tmpfs', 'local'],
    ['overlay', 'local'],
    ['fuseblk', 'local'],
    ['nfs', 'network'],
    ['nfs4', 'network'],
    ['ceph', 'network'],
    ['cifs', 'unlocked'],
    ['9p', 'unlocked'],
    ['virtiofs', 'unlocked'],
    ['fuse.sshfs', 'unlocked'],
    ['fuse.rclone', 'unlocked'],
    ['fuse', 'unlocked'],
  ] as const)('%s is %s', (type, sharing) => {
    expect(sharingOf(type)).toBe(sharing);
  });
});
