import { describe, expect, it, vi } from 'vitest';
import { StudioError } from '../errors';
import { isCancelBehind, tellsEndFromOutside } from './ended-outside';

const broken = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });

describe('an error of a tool that somebody ended', () => {
  it.each([
    broken,
    Object.assign(new Error('write ECANCELED'), { code: 'ECANCELED' }),
    new Error('outer', { cause: broken }),
    new StudioError('TOOL_FAILED', '`zstd` was ended by SIGINT'),
    new StudioError('TOOL_FAILED', '`strip` ended with status 143 (SIGTERM): '),
  ])('%s is recognised', (error) => expect(tellsEndFromOutside(error)).toBe(true));

  it.each([
    new Error('no'),
    new StudioError('TOOL_FAILED', '`zstd` ended with status 1: no'),
    new StudioError('TOOL_FAILED', '`strip` was ended by SIGSEGV'),
    null,
  ])('%s is something else', (error) => expect(tellsEndFromOutside(error)).toBe(false));

  it('is a cancel when that comes a moment later', async () => {
    const stop = new AbortController();
    const asked = isCancelBehind(broken, stop.signal);
    stop.abort();
    expect(await asked).toBe(true);
  });

  it('is the failure of the tool when no cancel comes; nobody waits for other failures', async () => {
    vi.useFakeTimers();
    try {
      const asked = isCancelBehind(broken, new AbortController().signal);
      await vi.runAllTimersAsync();
      expect(await asked).toBe(false);
      expect(await isCancelBehind(new Error('no'), new AbortController().signal)).toBe(false);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
