/** Names of Linux capabilities by number. Source: linux/capability.h. */
const names =
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore'.split(
    ' ',
  );

/** Capabilities of a program file. */
export interface FileCapabilities {
  readonly permitted: bigint;
  readonly inheritable: bigint;
  /** given to the process at once, not only when it asks */
  readonly isEffective: boolean;
}

const everything = (1n << BigInt(names.length)) - 1n;

function maskOf(list: string): bigint | null {
  if (list === '' || list === 'all') return everything;
  let mask = 0n;
  for (const word of list.split(',')) {
    const number = names.indexOf(word.toLowerCase().replace(/^cap_/, ''));
    if (number < 0) return null;
    mask |= 1n << BigInt(number);
  }
  return mask;
}

/**
 * Reads the text that `setcap` takes, `cap_net_raw,cap_net_admin=ep` or `cap_net_raw+ep`; null: it is none, or says what a
 * file cannot have (its effective set is all of the permitted and inheritable ones, or none). Source: cap_from_text(3).
 */
export function parseFileCapabilities(text: string): FileCapabilities | null {
  const sets = { e: 0n, i: 0n, p: 0n };
  const clauses = text.trim().split(/\s+/);
  for (const clause of clauses) {
    const [, list = '', actions = ''] = /^([a-z_0-9,]*)((?:[-+=][eip]*)+)$/i.exec(clause) ?? [];
    const mask = maskOf(list);
    if (mask === null || actions === '' || (list === '' && !actions.startsWith('='))) return null;
    for (const [, operator, flags = ''] of actions.matchAll(/([-+=])([eip]*)/g)) {
      for (const flag of ['e', 'i', 'p'] as const) {
        if (operator === '=') sets[flag] &= ~mask;
        if (!flags.includes(flag)) continue;
        sets[flag] = operator === '-' ? sets[flag] & ~mask : sets[flag] | mask;
      }
    }
  }
  if (sets.e !== 0n && sets.e !== (sets.p | sets.i)) return null;
  return { permitted: sets.p, inheritable: sets.i, isEffective: sets.e !== 0n };
}

/** The text that `getcap` prints: `cap_net_raw=ep`. */
export function formatFileCapabilities({ permitted, inheritable, isEffective }: FileCapabilities): string {
  const groups = new Map<string, string[]>();
  names.forEach((name, number) => {
    const bit = 1n << BigInt(number);
    const [i, p] = [(inheritable & bit) !== 0n, (permitted & bit) !== 0n];
    if (!i && !p) return;
    const flags = `${isEffective ? 'e' : ''}${i ? 'i' : ''}${p ? 'p' : ''}`;
    groups.set(flags, [...(groups.get(flags) ?? []), `cap_${name}`]);
  });
  return [...groups].map(([flags, list]) => `${list.join(',')}=${flags}`).join(' ');
}

/** Name of the attribute that holds them. */
export const capabilityAttribute = 'security.capability';

/** The 20 bytes of the attribute: `struct vfs_cap_data` of revision 2. Source: capabilities(7). */
export function encodeFileCapabilities({ permitted, inheritable, isEffective }: FileCapabilities): Uint8Array {
  const view = new DataView(new ArrayBuffer(20));
  view.setUint32(0, 0x02000000 | (isEffective ? 1 : 0), true);
  for (const [word, shift] of [
    [0, 0n],
    [1, 32n],
  ] as const) {
    view.setUint32(4 + word * 8, Number((permitted >> shift) & 0xffffffffn), true);
    view.setUint32(8 + word * 8, Number((inheritable >> shift) & 0xffffffffn), true);
  }
  return new Uint8Array(view.buffer);
}
