import {
  closeSync,
  createReadStream,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LogWriter } from './log-files';
import { describeLog, plainText, searchLogs, streamPlainLog } from './log-text';
import { listLogs, readLogRange, readLogTail } from './read-log';

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

const text = async (stream: AsyncIterable<Buffer | string>): Promise<string> => {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString('utf8');
};

/** Reads 64 KiB at a time, so these cross many borders. */
describe('a log larger than a piece', () => {
  const red = '\u001b[31mrot \u00f6\u001b[0m';
  it.each<[string, string, string]>([
    ['many lines', `${red} x\n`.repeat(30_000), 'rot \u00f6 x\n'.repeat(30_000)],
    ['one line without end', red.repeat(30_000), 'rot \u00f6'.repeat(30_000)],
    ['progress on one line', `${'50% \r'.repeat(50_000)}100%\n`, '100%\n'],
    ['lines that end in a carriage return too', 'ab\r\n'.repeat(60_000), 'ab\r\n'.repeat(60_000)],
    ['no text', '\0\xff'.repeat(70_000), '\0\xff'.repeat(70_000)],
  ])('is streamed as plain text: %s', async (name, written, plain) => {
    const folder = join(base, `stream-${name}`);
    mkdirSync(folder);
    const file = openSync(join(folder, 'run.log'), 'w');
    writeSync(file, written);
    closeSync(file);
    // not by `toBe`: what differs would be printed
    expect((await text(await streamPlainLog(folder, null))) === plain).toBe(true);
  });

  it('gives a clipped part of a line without end, and few such lines at once', async () => {
    const folder = join(base, 'wide');
    const writer = new LogWriter(folder, null);
    for (let i = 0; i < 600; i++) writer.append(`${i} ${'x'.repeat(20_000)}`);
    writer.close();
    expect(new LogWriter(folder, null).lines).toBe(600);
    const { lines, total } = await readLogRange(folder, null, 300, 600);
    expect(total).toBe(600);
    expect(lines).toHaveLength(256);
    expect(lines[0]).toMatch(/^299 x{16380} \u2026 \[3620 bytes more\]$/);
  });

  it('has its hits found where parts meet, once each', async () => {
    const folder = join(base, 'meet');
    const writer = new LogWriter(folder, null);
    const needle = 'Undefined Reference';
    const early = `${'a'.repeat(65_530)}${needle}`;
    writer.append(`${early}${'b'.repeat(200_000)}${needle}\n${needle}\n`);
    writer.close();
    const { hits } = await searchLogs(folder, 'undefined reference', { limit: 9 });
    expect(hits.map((hit) => hit.line)).toEqual([1, 2]);
  });

  it('is no longer searched when nobody waits for the answer', async () => {
    const folder = join(base, 'left');
    new LogWriter(folder, null).append('x\n'.repeat(100_000));
    const signal = AbortSignal.abort();
    await expect(searchLogs(folder, 'y', { limit: 1, signal })).rejects.toThrow('aborted');
  });

  it('is not searched without end', async () => {
    const folder = join(base, 'giant');
    mkdirSync(folder);
    const file = openSync(join(folder, 'package-giant.log'), 'w');
    ftruncateSync(file, 5 * 2 ** 30);
    closeSync(file);
    expect(await searchLogs(folder, 'x', { limit: 1, id: 'giant' })).toEqual({ hits: [], more: true });
  });
});

describe('the download of a log', () => {
  it('has the file, a name, and a tag that changes with each line', async () => {
    const folder = join(base, 'download');
    const writer = new LogWriter(folder, zlib);
    writer.append('one\n');
    const first = await describeLog(folder, 'r1', zlib);
    expect(first).toMatchObject({ fileName: 'r1-staging-sys-libs-zlib-1.3.1.log', sizeBytes: 4 });
    expect(await text(createReadStream(first.path))).toBe('one\n');
    expect((await describeLog(folder, 'r1', zlib)).etag).toBe(first.etag);
    writer.append('two\n');
    expect((await describeLog(folder, 'r1', zlib)).etag).not.toBe(first.etag);
    await expect(describeLog(folder, 'r1', null)).rejects.toMatchObject({ code: 'LOG_UNKNOWN' });
  });
});

describe('plainText', () => {
  it('drops colours, titles and overwritten progress', () => {
    expect(plainText('\u001b[1;32mok\u001b[0m \u001b]0;title\u0007done')).toBe('ok done');
    expect(plainText('10%\r50%\r100%')).toBe('100%');
  });
});
