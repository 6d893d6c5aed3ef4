/** What the filter needs to know of one processor. Numbers: Linux `asm/unistd_64.h` and `asm-generic/unistd.h`. */
interface Machine {
  /** AUDIT_ARCH_* of `linux/audit.h` */
  readonly audit: number;
  /** calls with this bit belong to another table (x32); 0: there is none */
  readonly foreignBit: number;
  readonly clone: number;
  readonly clone3: number;
  readonly socket: number;
  readonly ioctl: number;
  readonly denied: readonly number[];
}

/**
 * Calls that no build needs and that widen what a hole in the kernel can be reached by: [x86-64, arm64]; null: not there.
 * Most of them want a capability that a sandboxed process lacks anyway.
 */
const denied: Readonly<Record<string, readonly [number, number | null]>> = {
  // mounts and namespaces
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  setns: [308, 268],
  unshare: [272, 97],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  open_tree_attr: [467, 467],
  // other processes
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  process_madvise: [440, 440],
  pidfd_getfd: [438, 438],
  kcmp: [312, 272],
  move_pages: [279, 239],
  migrate_pages: [256, 238],
  // keys
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  // large machinery of the kernel
  bpf: [321, 280],
  userfaultfd: [323, 282],
  perf_event_open: [298, 241],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  fanotify_init: [300, 262],
  fanotify_mark: [301, 263],
  lookup_dcookie: [212, 18],
  // the machine
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  reboot: [169, 142],
  swapon: [167, 224],
  swapoff: [168, 225],
  acct: [163, 89],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  syslog: [103, 116],
  iopl: [172, null],
  ioperm: [173, null],
  modify_ldt: [154, null],
  uselib: [134, null],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  clock_adjtime: [305, 266],
  adjtimex: [159, 171],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  vhangup: [153, 58],
};

/**
 * Memory that belongs to no process: only a control group counts it. Programs do without where the kernel has it not.
 * memfd_create, memfd_secret, shmget.
 */
const unowned: Readonly<Record<string, readonly number[]>> = { x64: [319, 447, 29], arm64: [279, 447, 194] };

const numbersOf = (column: 0 | 1): readonly number[] =>
  Object.values(denied).flatMap((row) => (row[column] === null ? [] : [row[column] as number]));

const machines: Readonly<Record<string, Machine>> = {
  x64: {
    audit: 0xc000003e,
    foreignBit: 0x40000000,
    clone: 56,
    clone3: 435,
    socket: 41,
    ioctl: 16,
    denied: numbersOf(0),
  },
  arm64: { audit: 0xc00000b7, foreignBit: 0, clone: 220, clone3: 435, socket: 198, ioctl: 29, denied: numbersOf(1) },
};

/** Namespaces that `clone` could make: CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const namespaceFlags = 0x80 | 0x20000 | 0x2000000 | 0x4000000 | 0x8000000 | 0x10000000 | 0x20000000 | 0x40000000;

/** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: what programs of a build ask for without a network. */
const socketFamilies = [1, 2, 10, 16];

/** TIOCSTI and TIOCLINUX put words into a terminal's mouth. */
const terminalRequests = [0x5412, 0x541c];

const eperm = 1;
const enosys = 38;
const allow = 0x7fff0000;
const errno = (value: number): number => 0x00050000 | value;

interface Instruction {
  readonly code: number;
  readonly yes: number;
  readonly no: number;
  readonly value: number;
}

const load = (offset: number): Instruction => ({ code: 0x20, yes: 0, no: 0, value: offset });
const answer = (value: number): Instruction => ({ code: 0x06, yes: 0, no: 0, value });
const skipUnlessEqual = (value: number, skip: number): Instruction => ({ code: 0x15, yes: 0, no: skip, value });
const skipUnlessBits = (value: number, skip: number): Instruction => ({ code: 0x45, yes: 0, no: skip, value });

/** Offsets in `struct seccomp_data`; the low half of an argument comes first on both processors. */
const callNumber = 0;
const auditArch = 4;
const argumentAt = (index: number): number => 16 + 8 * index;

/** For one call: its first or second argument decides; every other call goes on behind these instructions. */
function when(call: number, body: readonly Instruction[]): readonly Instruction[] {
  return [skipUnlessEqual(call, body.length), ...body];
}

function instructions(machine: Machine, absent: readonly number[]): readonly Instruction[] {
  const foreign = machine.foreignBit === 0 ? [] : [skipUnlessBits(machine.foreignBit, 1), answer(errno(enosys))];
  return [
    load(auditArch),
    // calls of another table (32 bit) would be judged by wrong numbers
    { ...skipUnlessEqual(machine.audit, 0), yes: 1 },
    answer(errno(enosys)),
    load(callNumber),
    ...foreign,
    ...machine.denied.flatMap((call) => when(call, [answer(errno(eperm))])),
    ...absent.flatMap((call) => when(call, [answer(errno(enosys))])),
    // its flags stand in memory, where a filter cannot look; the C library falls back to `clone`
    ...when(machine.clone3, [answer(errno(enosys))]),
    ...when(machine.clone, [
      load(argumentAt(0)),
      skipUnlessBits(namespaceFlags, 1),
      answer(errno(eperm)),
      answer(allow),
    ]),
    ...when(machine.socket, [
      load(argumentAt(0)),
      ...socketFamilies.flatMap((family) => when(family, [answer(allow)])),
      answer(errno(eperm)),
    ]),
    ...when(machine.ioctl, [
      load(argumentAt(1)),
      ...terminalRequests.flatMap((request) => when(request, [answer(errno(eperm))])),
      answer(allow),
    ]),
    answer(allow),
  ];
}

/**
 * The system-call filter of the sandbox as `struct sock_filter[]`, for bubblewrap's `--seccomp`; null on a processor that
 * it has no numbers for. Denied calls answer EPERM, calls of foreign tables (32 bit, x32) ENOSYS, and so does what makes memory
 * that belongs to no process, unless `isMemoryHeld`: a control group counts it. Source: seccomp(2).
 */
export function syscallFilter(isMemoryHeld = false, processor: string = process.arch): Buffer | null {
  const machine = machines[processor];
  if (!machine) return null;
  const program = instructions(machine, isMemoryHeld ? [] : (unowned[processor] ?? []));
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(({ code, yes, no, value }, index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(yes, index * 8 + 2);
    bytes.writeUInt8(no, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  });
  return bytes;
}

/** The calls that are always refused, with their number on a processor. */
export function deniedCalls(processor: string = process.arch): ReadonlyMap<string, number> {
  const column = processor === 'arm64' ? 1 : 0;
  return new Map(Object.entries(denied).flatMap(([name, row]) => (row[column] === null ? [] : [[name, row[column]]])));
}
