import type { Runners } from './registry';

export const resolver: Runners = {};
