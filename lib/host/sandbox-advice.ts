import { existsSync, readFileSync } from 'node:fs';

/** What can forbid user namespaces on a machine. A switch that the kernel does not have is null. */
export interface NamespaceFacts {
  /** this is a container of an engine such as Docker or Podman */
  readonly container: 'docker' | 'podman' | 'other' | null;
  /** kernel.unprivileged_userns_clone, of Debian's kernels */
  readonly userns: number | null;
  /** user.max_user_namespaces */
  readonly most: number | null;
  /** kernel.apparmor_restrict_unprivileged_userns, of Ubuntu's kernels since 23.10 */
  readonly restricted: number | null;
}

function numberIn(path: string): number | null {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function containerHere(): NamespaceFacts['container'] {
  // each engine leaves its mark; systemd's convention is the variable
  if (existsSync('/run/.containerenv')) return 'podman';
  if (existsSync('/.dockerenv')) return 'docker';
  return process.env.container ? 'other' : null;
}

const namespaceFacts = (): NamespaceFacts => ({
  container: containerHere(),
  userns: numberIn('/proc/sys/kernel/unprivileged_userns_clone'),
  most: numberIn('/proc/sys/user/max_user_namespaces'),
  restricted: numberIn('/proc/sys/kernel/apparmor_restrict_unprivileged_userns'),
});

/** What a container must be started with, because engines forbid nested namespaces and a new /proc by default. */
const containerOptions = {
  docker: ['seccomp=unconfined', 'apparmor=unconfined', 'systempaths=unconfined'],
  podman: ['seccomp=unconfined', 'label=disable', 'unmask=ALL'],
};

const optionsFor = (engine: 'docker' | 'podman'): string =>
  containerOptions[engine].map((option) => `--security-opt ${option}`).join(' ');

function forContainer(container: 'docker' | 'podman' | 'other'): string {
  if (container === 'other') return 'This is a container: start it so that user namespaces may be created inside.';
  return `This container may not create user namespaces. Start it with \`${optionsFor(container)}\`.`;
}

/** What to change so that the sandbox may start: exactly the switch that is off, else all that are known. */
export function sandboxAdvice(facts: NamespaceFacts = namespaceFacts()): string {
  const switches = [
    ...(facts.userns === 0 ? ['Run `sysctl -w kernel.unprivileged_userns_clone=1`.'] : []),
    ...(facts.most === 0 ? ['Run `sysctl -w user.max_user_namespaces=15000`.'] : []),
    ...(facts.restricted === 1
      ? [
          'Give bwrap an AppArmor profile with `userns,`, or run `sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`.',
        ]
      : []),
  ];
  const where = switches.length > 0 && facts.container !== null ? ['On the host of this container:'] : [];
  const known = [...where, ...switches, ...(facts.container === null ? [] : [forContainer(facts.container)])];
  if (known.length > 0) return known.join(' ');
  return 'Something forbids unprivileged user namespaces here; see user_namespaces(7) and the security module of this system.';
}
