import { resolve } from 'node:path';
import unit from '../../vitest.config.ts';

const { projects: _, ...shared } = unit.test;

/** What is judged by data that does not lie in the project: README.md of this folder. */
export default {
  ...unit,
  root: resolve(import.meta.dirname, '../..'),
  test: { ...shared, include: ['scripts/fidelity/*.test.ts'], exclude: [] },
};
