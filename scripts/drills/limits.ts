import { limitsVariable } from '../../lib/host/sandbox-limits';

const words = [
  ...[
    'metadata.wall=8s',
    'metadata.processor=8s',
    'metadata.memory=512M',
    'metadata.processes=100',
    'metadata.file=32M',
  ],
  ...[
    'build.wall=20s',
    'build.processor=15s',
    'build.memory=700M',
    'build.processes=200',
    'build.file=128M',
    'build.log=8M',
  ],
  ...[
    'start.wall=8s',
    'start.processor=8s',
    'start.memory=512M',
    'start.processes=100',
    'start.file=32M',
    'start.log=2M',
  ],
  ...['tool.wall=30s', 'tool.memory=700M'],
];

/** Limits of the sandbox for trials: low enough that a try of each ends in seconds. */
export const drillLimits: Readonly<Record<string, string>> = { [limitsVariable]: words.join(' ') };
