import type { Runners } from './registry';

export const helpers: Runners = {};
