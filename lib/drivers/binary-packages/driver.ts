import { executePlan } from '../../engine/index';
import { executeRequestOf, setUpOpened } from '../embedded/embedded-engine';
import type { Driver } from '../seam/driver';
import { lackingPackages } from './lacking-packages';
import { packageFolder } from './package-folder';

/** Installs from a folder of binary packages (gpkg) and compiles nothing; files are merged as the engine merges them. */
export const binaryPackagesDriver: Driver = {
  id: 'binary-packages',
  label: 'binary packages alone',
  compiles: false,
  settle: async ({ plan }) => plan,
  canBuild: lackingPackages,
  setUp: ({ opened, home, log }) => setUpOpened(opened, { home, isLocked: true, log }),
  execute: ({ opened, plan, ...options }) =>
    executePlan({
      ...executeRequestOf(opened, plan, { ...options, isLocked: true }),
      prebuilt: undefined,
      sharedDir: undefined,
      compileCache: undefined,
      onlyFrom: packageFolder(opened),
    }),
  // it begins nothing outside the roots
  tearDown: async () => {},
};
