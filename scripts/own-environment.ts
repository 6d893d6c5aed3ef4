// Test files share processes, whose start costs more than most of their tests; what one sets in the environment ends with it.
import { afterAll } from 'vitest';

// `npm run coverage` counts in this process by other means; Node hands this on to every program that a test starts
if (process.env.PREFIX_STUDIO_COVERAGE) process.env.NODE_V8_COVERAGE = process.env.PREFIX_STUDIO_COVERAGE;

const before = { ...process.env };

afterAll(() => {
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(before, name)) delete process.env[name];
  Object.assign(process.env, before);
});
