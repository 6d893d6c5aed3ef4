import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTracePipe } from './trace-pipe';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trace-pipe-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('what a tracer writes', () => {
  it.each([
    ['nothing', 10, '', '', false],
    ['a little', 10, '0123456789', '0123456789', false],
    ['too much', 10, '0123456789a', '0123456789', true],
  ])('%s', async (_, most, written, kept, isCut) => {
    const path = join(folder, 'pipe');
    let text = '';
    const pipe = await openTracePipe(path, most, (piece) => {
      text += piece;
    });
    writeFileSync(path, written);
    expect([await pipe.end(), text]).toEqual([{ isCut }, kept]);
    expect(existsSync(path)).toBe(false);
  });

  it('is read to its end, so that the writer is not held up', async () => {
    const path = join(folder, 'pipe');
    let characters = 0;
    const pipe = await openTracePipe(path, 100_000, ({ length }) => {
      characters += length;
    });
    await new Promise<void>((resolve, reject) =>
      execFile('sh', ['-c', 'head -c 3000000 /dev/zero > "$1"', 'sh', path], (error) =>
        error ? reject(error) : resolve(),
      ),
    );
    expect([await pipe.end(), characters]).toEqual([{ isCut: true }, 100_000]);
  });
});
