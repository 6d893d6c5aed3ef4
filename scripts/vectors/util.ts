import type { Runners } from './registry';

export const util: Runners = {};
