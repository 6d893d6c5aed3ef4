import type { ElfFacts } from '@/lib/api/wire';

const machines: Readonly<Record<number, string>> = { 3: 'x86', 40: 'ARM', 62: 'x86-64', 183: 'AArch64', 243: 'RISC-V' };

/** One line on an ELF file: what it is and for which machine. Source: e_machine of the ELF gABI */
export function elfLine(elf: ElfFacts): string {
  const kind = elf.kind === 'executable' ? 'program' : elf.kind === 'library' ? 'library' : elf.kind;
  return [kind, machines[elf.machine] ?? `machine ${elf.machine}`, elf.soname].filter(Boolean).join(', ');
}
