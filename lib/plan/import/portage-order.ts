import { type ImportFile, kindOfPath } from './file-kinds';

const bytesOf = (text: string): Buffer => Buffer.from(text, 'utf8');

function compareSteps(a: readonly string[], b: readonly string[]): number {
  for (const [at, step] of a.entries()) {
    const other = b[at];
    if (other === undefined) return 1;
    if (step !== other) return Buffer.compare(bytesOf(step), bytesOf(other));
  }
  return a.length - b.length;
}

/**
 * Files in the order in which Portage reads those of a folder, whatever order they came in: by name, folder by folder. A text
 * whose name tells nothing, such as one that was pasted, comes last, so that it counts most. Source: portage(5), package.use
 */
export function inPortageOrder(files: readonly ImportFile[]): readonly ImportFile[] {
  const rank = ({ path }: ImportFile): number => (kindOfPath(path) === null ? 1 : 0);
  return [...files].sort((a, b) => rank(a) - rank(b) || compareSteps(a.path.split('/'), b.path.split('/')));
}
