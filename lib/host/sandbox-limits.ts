import { availableParallelism, totalmem } from 'node:os';
import { HostError } from './errors';
import { mostProcesses } from './process-limit';
import { formatBinary } from './units';

/**
 * What a sandboxed command may use. `wall` and `processor` in seconds (processor time summed over all its processes),
 * `memory`, `file` (size of one file) and `log` (output) in bytes, `processes` counts threads too.
 */
export interface SandboxLimits {
  readonly wall: number;
  readonly processor: number;
  readonly memory: number;
  readonly processes: number;
  readonly file: number;
  readonly log: number;
}

export type LimitName = keyof SandboxLimits;

/**
 * What runs in a sandbox: `metadata` reads what an ebuild declares, `build` runs its src_* phases, `merge` its pkg_* phases
 * around a merge, `start` starts a program of the finished prefix (proof, smoke commands, merge test), `tool` runs a program
 * of this machine over a stranger's files.
 */
export type SandboxProfile = 'metadata' | 'build' | 'merge' | 'start' | 'tool';

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;
const minute = 60;
const hour = 60 * minute;

/** Leaves something for the rest of the machine. */
function mostMemory(): number {
  return Math.max(GiB, totalmem() - Math.max(512 * MiB, totalmem() * 0.1));
}

function defaults(profile: SandboxProfile): SandboxLimits {
  const cores = availableParallelism();
  const memory = mostMemory();
  switch (profile) {
    case 'metadata':
      // one ebuild; sourcing takes milliseconds
      return {
        wall: minute,
        processor: minute,
        memory: Math.min(GiB, memory),
        processes: 256,
        file: 64 * MiB,
        log: MiB,
      };
    case 'build':
    case 'merge': {
      const wall = profile === 'build' ? 48 * hour : 2 * hour;
      return {
        wall,
        processor: wall * cores,
        memory,
        // every fork waits for others that map the same libraries: thousands that do nothing but fork would take the machine
        // before they were counted. The user has other things to run, too
        processes: Math.min(512 + 128 * cores, Math.floor(mostProcesses() / 2)),
        file: 100 * GiB,
        log: GiB / 2,
      };
    }
    case 'start':
      return { wall: minute, processor: minute * cores, memory, processes: 1024, file: GiB, log: 16 * MiB };
    case 'tool':
      return { wall: 2 * hour, processor: 2 * hour * cores, memory, processes: 1024, file: 100 * GiB, log: 64 * MiB };
  }
}

const profiles: readonly SandboxProfile[] = ['metadata', 'build', 'merge', 'start', 'tool'];
const limitNames: readonly LimitName[] = ['wall', 'processor', 'memory', 'processes', 'file', 'log'];

/** Name of the environment variable that changes limits. */
export const limitsVariable = 'PREFIX_STUDIO_LIMITS';

const units: Readonly<Record<string, number>> = {
  s: 1,
  m: minute,
  h: hour,
  d: 24 * hour,
  K: KiB,
  M: MiB,
  G: GiB,
  T: 1024 * GiB,
};

const unitsOf = (limit: LimitName): string =>
  limit === 'processes' ? '' : limit === 'wall' || limit === 'processor' ? 'smhd' : 'KMGT';

function invalid(word: string, why: string): HostError {
  return new HostError('SETTING_INVALID', `\`${word}\` in ${limitsVariable} is not a limit: ${why}`, {
    hint: `Write words like \`build.wall=72h start.memory=2G\`. Profiles: ${profiles.join(', ')}; limits: ${limitNames.join(', ')}; times end in s, m, h or d, sizes in K, M, G or T.`,
    details: { word },
  });
}

function parseWord(word: string): readonly [SandboxProfile, LimitName, number] {
  const [, profile, limit, count, unit] = /^([a-z]+)\.([a-z]+)=(\d{1,15})([a-zA-Z]?)$/.exec(word) ?? [];
  if (profile === undefined) throw invalid(word, 'it does not read `profile.limit=number`');
  if (!profiles.includes(profile as SandboxProfile)) throw invalid(word, `there is no profile \`${profile}\``);
  if (!limitNames.includes(limit as LimitName)) throw invalid(word, `there is no limit \`${limit}\``);
  const name = limit as LimitName;
  if (unit && !unitsOf(name).includes(unit)) throw invalid(word, `\`${unit}\` is not a unit of \`${name}\``);
  const value = Number(count) * (unit ? (units[unit] ?? 1) : 1);
  if (value < 1) throw invalid(word, 'it must be at least 1');
  return [profile as SandboxProfile, name, value];
}

/** The limits of a profile: the defaults, changed by PREFIX_STUDIO_LIMITS. Throws SETTING_INVALID. */
export function limitsOf(profile: SandboxProfile, setting = process.env[limitsVariable] ?? ''): SandboxLimits {
  const changes = setting
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .map(parseWord)
    .flatMap(([of, name, value]) => (of === profile ? [[name, value] as const] : []));
  return { ...defaults(profile), ...Object.fromEntries(changes) };
}

/** A limit that ended a command. */
export interface LimitExceeded {
  /** nobody but the command said so, in its output: it may have met another limit, or none; default: we or the kernel know */
  readonly isHearsay?: boolean;
  readonly profile: SandboxProfile;
  readonly limit: LimitName;
  readonly value: number;
}

function withUnit(value: number, steps: readonly (readonly [string, number])[]): string {
  const [name, size] = steps.find(([, each]) => value >= each) ?? steps.at(-1) ?? ['', 1];
  return `${Number((value / size).toFixed(1))} ${name}`;
}

const spokenTime = (value: number): string =>
  withUnit(value, [
    ['h', hour],
    ['min', minute],
    ['s', 1],
  ]);

const sentences: Readonly<Record<LimitName, (value: number) => string>> = {
  wall: (value) => `ran longer than ${spokenTime(value)}`,
  processor: (value) => `used more than ${spokenTime(value)} of processor time`,
  memory: (value) => `used more than ${formatBinary(value)} of memory`,
  processes: (value) => `had more than ${value} processes and threads`,
  file: (value) => `wrote a file larger than ${formatBinary(value)}`,
  log: (value) => `wrote more than ${formatBinary(value)} of output`,
};

const spokenLimits: Readonly<Record<LimitName, (value: number) => string>> = {
  wall: spokenTime,
  processor: (value) => `${spokenTime(value)} of processor time`,
  memory: (value) => `${formatBinary(value)} of memory`,
  processes: (value) => `${value} processes and threads`,
  file: (value) => `${formatBinary(value)} for a file`,
  log: (value) => `${formatBinary(value)} of output`,
};

/**
 * What happened, as the end of a sentence, with the name of the limit: "was ended because it ran longer than …", or "seems to
 * have met its limit of …" where only the command said so.
 */
export function limitText({ profile, limit, value, isHearsay }: LimitExceeded): string {
  if (isHearsay) return `seems to have met its limit of ${spokenLimits[limit](value)} (limit \`${profile}.${limit}\`)`;
  return `was ended because it ${sentences[limit](value)} (limit \`${profile}.${limit}\`)`;
}

/** How to raise it: a sentence. */
export const limitHint = (exceeded: LimitExceeded): string => `If ${howToRaise(exceeded)}.`;

/** `limitText` and how to raise it, as the end of a sentence that others end. */
export const limitClause = (exceeded: LimitExceeded): string => `${limitText(exceeded)}; if ${howToRaise(exceeded)}`;

function howToRaise({ profile, limit }: LimitExceeded): string {
  const example = limit === 'processes' ? '20000' : unitsOf(limit).includes('h') ? '96h' : '64G';
  return `that is what it needs, raise the limit: ${limitsVariable}="${profile}.${limit}=${example}"`;
}
