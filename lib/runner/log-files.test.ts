import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LogWriter, listLogs, plainText, readLogRange, readLogTail, searchLogs } from './log-files';

const base = mkdtempSync(join(tmpdir(), 'studio-logs-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const zlib = 'staging|sys-libs/zlib-1.3.1';
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i} ö\n`).join('');

describe('log files', () => {
  it('read any range of a long log and know its length', async () => {
    const folder = join(base, 'long');
    const writer = new LogWriter(folder, zlib);
    writer.append(lines(1, 200));
    writer.append(lines(201, 1025));
    expect(writer.lines).toBe(1025);
    for (const from of [1, 2, 255, 256, 257, 512, 513, 1000, 1024, 1025]) {
      const range = await readLogRange(folder, zlib, from, 3);
      const expected = [from, from + 1, from + 2].filter((n) => n <= 1025).map((n) => `line ${n} ö`);
      expect([range.from, range.total, range.lines]).toEqual([from, 1025, expected]);
    }
    expect((await readLogRange(folder, zlib, 1026, 10)).lines).toEqual([]);
    expect((await readLogRange(folder, zlib, 1, 5000)).lines).toHaveLength(1025);
    expect((await readLogTail(folder, zlib, 2)).lines).toEqual(['line 1024 ö', 'line 1025 ö']);
    writer.close();
  });

  it('continue after a writer that was killed', async () => {
    const folder = join(base, 'again');
    new LogWriter(folder, zlib).append(lines(1, 300));
    const writer = new LogWriter(folder, zlib);
    expect(writer.lines).toBe(300);
    writer.append('line 301 ö');
    expect((await readLogRange(folder, zlib, 300, 9)).lines).toEqual(['line 300 ö', 'line 301 ö']);
  });

  it('list the run first, then packages by id', async () => {
    const folder = join(base, 'list');
    new LogWriter(folder, zlib).append('a\nb\n');
    new LogWriter(folder, null).append('x\n');
    expect(await listLogs(folder)).toEqual([
      { id: null, lines: 1, sizeBytes: 2 },
      { id: zlib, lines: 2, sizeBytes: 4 },
    ]);
    expect(await listLogs(join(base, 'none'))).toEqual([]);
  });

  it('are searched without colours and case, over all packages', async () => {
    const folder = join(base, 'search');
    new LogWriter(folder, zlib).append('checking\n\u001b[31mError:\u001b[0m no zlib\n');
    new LogWriter(folder, null).append('no error here\n');
    expect(await searchLogs(folder, 'ERROR', { limit: 9 })).toEqual({
      hits: [
        { id: null, line: 1, text: 'no error here' },
        { id: zlib, line: 2, text: 'Error: no zlib' },
      ],
      more: false,
    });
    expect((await searchLogs(folder, 'error', { limit: 1 })).more).toBe(true);
    expect((await searchLogs(folder, 'error', { limit: 9, id: zlib })).hits).toHaveLength(1);
  });

  it('refuse a log that is not there', async () => {
    const code = expect.objectContaining({ code: 'LOG_UNKNOWN' });
    await expect(readLogRange(base, zlib, 1, 1)).rejects.toEqual(code);
    await expect(searchLogs(base, 'x', { limit: 1, id: '../../etc/passwd' })).rejects.toEqual(code);
  });
});

describe('plainText', () => {
  it('drops colours, titles and overwritten progress', () => {
    expect(plainText('\u001b[1;32mok\u001b[0m \u001b]0;title\u0007done')).toBe('ok done');
    expect(plainText('10%\r50%\r100%')).toBe('100%');
  });
});
