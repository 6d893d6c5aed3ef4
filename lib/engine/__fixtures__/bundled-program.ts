import { join } from 'node:path';
import { build } from 'esbuild';

const engine = join(import.meta.dirname, '..');

/** Writes a program that can be started, and killed, apart from the test. It imports modules of `lib/engine` as `./name`. */
export async function bundleProgram(path: string, text: string): Promise<void> {
  await build({
    stdin: { contents: text, resolveDir: engine, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: path,
  });
}
