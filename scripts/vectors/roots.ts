import type { Runners } from './registry';

export const roots: Runners = {};
