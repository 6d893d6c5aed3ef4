import { type ElfFacts, isElf } from './elf';
import { readElf } from './file-bytes';
import { openInRoot } from './inside';

/** What a person sees of one file. */
export type FilePreview =
  | { readonly kind: 'text'; readonly text: string; readonly sizeBytes: number; readonly truncated: boolean }
  | { readonly kind: 'elf'; readonly facts: ElfFacts; readonly sizeBytes: number }
  | { readonly kind: 'binary'; readonly sizeBytes: number; readonly hex: string };

const mostTextBytes = 256 * 1024;

/** Reads the start of a file inside a root, never through a link that leaves it. Throws as `openInRoot`. */
export async function previewFile(root: string, path: string): Promise<FilePreview> {
  const handle = await openInRoot(root, path);
  try {
    const { size } = await handle.stat();
    const head = Buffer.alloc(Math.min(size, mostTextBytes));
    await handle.read(head, 0, head.length, 0);
    if (isElf(head)) {
      const facts = readElf(handle.fd, size);
      if (facts) return { kind: 'elf', facts, sizeBytes: size };
    }
    if (head.includes(0)) return { kind: 'binary', sizeBytes: size, hex: head.subarray(0, 512).toString('hex') };
    return { kind: 'text', text: head.toString('utf8'), sizeBytes: size, truncated: size > head.length };
  } finally {
    await handle.close();
  }
}
