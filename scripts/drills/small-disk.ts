import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const block = Buffer.alloc(64 * 1024);

/** A small disk in memory that can be made full and free again. Needs the right to mount, in a namespace of its own at least. */
export class SmallDisk {
  private readonly ballast: string;

  constructor(readonly mountPoint: string) {
    this.ballast = join(mountPoint, 'ballast');
  }

  mount(sizeBytes: number, inodes: number): void {
    mkdirSync(this.mountPoint, { recursive: true });
    const options = `size=${sizeBytes},nr_inodes=${inodes},mode=755`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'drill', this.mountPoint]);
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.mountPoint]);
  }

  /** Takes the last byte; what others free meanwhile is taken by the next call. */
  takeBytes(): void {
    mkdirSync(this.ballast, { recursive: true });
    const file = openSync(join(this.ballast, 'bytes'), 'a');
    try {
      for (let size = block.length; size > 0; ) size = tryWrite(file, size) ? size : size >> 1;
    } finally {
      closeSync(file);
    }
  }

  /** Takes the last inode. */
  takeInodes(): void {
    mkdirSync(this.ballast, { recursive: true });
    for (let n = 0; ; n += 1) {
      try {
        closeSync(openSync(join(this.ballast, `inode-${process.hrtime.bigint()}-${n}`), 'wx'));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
        throw error;
      }
    }
  }

  free(): void {
    rmSync(this.ballast, { recursive: true, force: true });
  }
}

function tryWrite(file: number, size: number): boolean {
  try {
    return writeSync(file, block, 0, size) > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
