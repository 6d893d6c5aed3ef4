import { rmSync } from 'node:fs';

/** Removes the data folder of this test run. */
export default function removeData(): void {
  if (process.env.E2E_HOME) rmSync(process.env.E2E_HOME, { recursive: true, force: true });
}
