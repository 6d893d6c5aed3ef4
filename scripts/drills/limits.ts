import { limitsVariable } from '../../lib/host/sandbox-limits';

const amounts = [
  ...['metadata.memory=512M', 'metadata.processes=100', 'metadata.file=32M'],
  ...['build.memory=700M', 'build.processes=200', 'build.file=128M', 'build.log=8M'],
  ...['start.memory=512M', 'start.processes=100', 'start.file=32M', 'start.log=2M', 'tool.memory=700M'],
];
const times = [
  ...['metadata.wall=6s', 'metadata.processor=6s', 'build.wall=15s', 'build.processor=12s'],
  ...['start.wall=6s', 'start.processor=6s', 'tool.wall=30s'],
];
const patientTimes = ['metadata.wall=20s', 'start.wall=20s'];

/**
 * Limits of the sandbox for trials: low enough that a try of each ends in seconds. The short form runs beside other tests, also
 * on slow machines, so there only what never ends meets a limit of time.
 */
export const drillLimits = (short: boolean): Readonly<Record<string, string>> => ({
  [limitsVariable]: [...amounts, ...(short ? patientTimes : times)].join(' '),
});
