import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures';

/** A machine so much slower than this one: what is typed must arrive on it too. */
const slower = 8;
const pauseMs = 60;

/** Types letter by letter while the processor is slow; the field must then hold exactly what was typed. */
export async function typeUnderLoad(page: Page, field: Locator, text: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await expect(field).toBeEditable();
  await field.fill('');
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slower });
  await field.focus();
  await page.keyboard.type(text, { delay: pauseMs });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await expect(field).toHaveValue(text);
  await devtools.detach();
}

/** Milliseconds of the page's processor that each letter costs with all that follows from it, in the order of the text. */
export async function costOfLetters(page: Page, field: Locator, text: string): Promise<number[]> {
  const devtools = await page.context().newCDPSession(page);
  // time of the thread, not of the clock: others use this machine too
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busyMs = async (): Promise<number> => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
  };
  const quiet = () =>
    page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          requestIdleCallback(() => requestAnimationFrame(() => requestIdleCallback(() => resolve())));
        }),
    );
  await field.fill('');
  const costs: number[] = [];
  for (const letter of text) {
    await quiet();
    const before = await busyMs();
    await page.keyboard.type(letter);
    await quiet();
    costs.push((await busyMs()) - before);
  }
  await expect(field).toHaveValue(text);
  await devtools.detach();
  return costs;
}
