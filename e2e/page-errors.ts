import type { Page } from '@playwright/test';

/**
 * Answers with a status that says "no" are part of journeys, and so is a server that goes away; the browser logs both.
 * Everything else that a page logs as an error is one.
 */
const expected = /^Failed to load resource: (?:the server responded with a status of 4\d\d|net::ERR_)/;

/** What a page logs as errors from now on, with the address it stood at. */
export function watchErrors(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.test(message.text())) errors.push(`${page.url()}: ${message.text()}`);
  });
  return errors;
}
