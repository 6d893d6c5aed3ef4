import { buildObstacle } from '../../plan/build-obstacle';
import type { Driver } from '../seam/driver';
import { executeOpened, setUpOpened } from './embedded-engine';
import { settledPlan } from './origins-of';

/** Builds on this machine with the engine of Studio: `lib/engine`. */
export const embeddedDriver: Driver = {
  id: 'embedded',
  label: 'the embedded engine',
  compiles: true,
  settle: ({ opened, plan, home }) => settledPlan(opened, plan, home),
  canBuild: async ({ opened, plan }) => buildObstacle(opened, plan),
  setUp: ({ opened, home, log }) => setUpOpened(opened, { home, isLocked: true, log }),
  execute: ({ opened, plan, ...options }) => executeOpened(opened, plan, { ...options, isLocked: true }),
  // sandboxes and job servers end with `executePlan`, and work folders stay for the next run
  tearDown: async () => {},
};
