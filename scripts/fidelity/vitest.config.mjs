import { resolve } from 'node:path';
import unit from '../../vitest.config.ts';

/** What is judged by data that does not lie in the project: README.md of this folder. */
export default {
  ...unit,
  root: resolve(import.meta.dirname, '../..'),
  test: { ...unit.test, include: ['scripts/fidelity/*.test.ts'], exclude: [] },
};
