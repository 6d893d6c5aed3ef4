import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseCpv } from '../../pms';
import { fragments, placeholderPath } from './placeholder';

/** How a build for any path ended. */
export interface FailedBuild {
  readonly phase: string;
  /** the text of `die`, or what else ended the phase */
  readonly message: string;
  /** the line of the log that says why; null: none does */
  readonly errorLine: string | null;
}

/** What a build for the path of a prefix would have, and one for any path has not. */
export interface OwnSurroundings {
  /** EROOT of staging, and of the root of the build */
  readonly own: string;
  readonly root: string;
  /** `category/PF` that stand in staging or will, and did not stand in the root of the build */
  readonly others: readonly string[];
}

/** Phases that know nothing of the path yet. */
const withoutPath: ReadonlySet<string> = new Set(['pretend', 'unpack']);

/** What programs say whose room for a path, a socket's name or a `#!` line is used up. */
const tooLong =
  /(?:path|name|file|argument|line|list|string|value|interpreter|address|socket)s?\b.{0,40}\btoo long\b|ENAMETOOLONG|bad interpreter|buffer overflow detected|stack smashing detected/i;

/** Where a compiler, a linker or a make found something: that it is below the prefix says nothing. */
const whereItIs = /^(?:In file included from )?(?:\S+\/)?(?:ld[\w.]*: )?\S+?:(?:\d+:)*(?:\([^)]*\):)? /;

/** How a build says that something is not there which it cannot name as a file. */
const lacks =
  /not found|required|missing|(?:could ?not|cannot|unable to) (?:find|locate)|no module named|were not met|needs? /i;

/** Files that a failed build names, and where they would stand. */
const wantedFiles: readonly { readonly pattern: RegExp; readonly files: (name: string) => readonly string[] }[] = [
  { pattern: /fatal error: (\S+): No such file or directory/, files: (name) => [`usr/include/${name}`] },
  {
    pattern: /\w: cannot find -l([^\s:]+)/,
    files: (name) =>
      ['usr/lib', 'usr/lib64', 'lib', 'lib64'].flatMap((dir) => [`${dir}/lib${name}.so`, `${dir}/lib${name}.a`]),
  },
  {
    pattern: /(?:line \d+: |: )([\w+.-]+): (?:command )?not found$/,
    files: (name) => ['usr/bin', 'bin', 'usr/sbin', 'sbin'].map((dir) => `${dir}/${name}`),
  },
];

const namesThePath = (text: string): boolean =>
  text.includes(placeholderPath) || fragments.some((word) => text.includes(word.toString('latin1')));

/**
 * Watches the log of a build for any path, and tells whether a build for the path of the prefix may end otherwise.
 * It differs in two things only: its path is another one, and it sees whatever else stands in staging.
 */
export class PathBlame {
  #long: string | null = null;
  #partial = '';

  take(text: string): void {
    const lines = (this.#partial + text).split('\n');
    // a line that never ends is one that nobody reads
    this.#partial = (lines.pop() ?? '').slice(-4096);
    this.#long ??= lines.find((line) => !line.startsWith('checking ') && tooLong.test(line))?.trim() ?? null;
  }

  /** Errors of earlier phases did not end it. */
  beginPhase(): void {
    this.#long = null;
    this.#partial = '';
  }

  /** A clause about why it is worth trying again for the path; null: it would fail in the same way. */
  reason({ phase, message, errorLine }: FailedBuild, surroundings: OwnSurroundings): string | null {
    if (withoutPath.has(phase)) return null;
    const said = [errorLine, message].filter((text) => text !== null);
    const long = this.#long ?? said.find((text) => tooLong.test(text));
    if (long !== undefined)
      return `a path of ${placeholderPath.length} characters may be too long for it: ${long.slice(0, 200)}`;
    const named = said.find((text) => namesThePath(text.replace(whereItIs, '')));
    if (named !== undefined) return `what failed names the path: ${named.slice(0, 300)}`;
    return undeclared(said, surroundings);
  }
}

/** Does it want what stands in staging, and is no dependency of it? */
function undeclared(said: readonly string[], { own, root, others }: OwnSurroundings): string | null {
  for (const text of said) {
    for (const { pattern, files } of wantedFiles) {
      const name = pattern.exec(text)?.[1];
      const found = name === undefined ? undefined : files(name).find((path) => existsSync(join(own, path)));
      if (found !== undefined && !existsSync(join(root, found)))
        return `it uses \`${found}\` of a package that its ebuild does not name`;
    }
    if (!lacks.test(text)) continue;
    const words = new Set(text.toLowerCase().match(/[a-z][\w+-]{2,}/g));
    const other = others.find((cpv) => words.has(parseCpv(cpv).pn.toLowerCase()));
    if (other !== undefined)
      return `what failed names \`${other}\`, which stands in staging and is no dependency of it`;
  }
  return null;
}
