import { arch } from 'node:os';

const machines: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

/** First part of this machine's CHOST: `x86_64`, `aarch64`. */
export const buildMachine = (): string => machines[arch()] ?? arch();
