import { posix } from 'node:path';
import { configFiles } from './config-lines';
import { RepoError } from './errors';
import { expandVariables } from './expand-variables';
import type { FileTree } from './file-tree';
import { limits } from './limits';

export type Variables = Record<string, string>;

const wordCharacters = /[0-9A-Za-z~!@#$%*_\\:;?,./+{}-]/;
const whiteSpace = /[ \t\r\n]/;

/** Shell-like tokens of one text: words, quoted strings joined to them, and single other characters. */
class Lexer {
  line = 1;
  private at = 0;
  private readonly text: string;

  constructor(
    content: string,
    readonly file: string,
  ) {
    this.text = content === '' || content.endsWith('\n') ? content : `${content}\n`;
  }

  private skipLine(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end < 0 ? this.text.length : end + 1;
    this.line++;
  }

  fail(what: string): RepoError {
    return new RepoError('CONFIG_SYNTAX', `\`${this.file}\`, line ${this.line}: ${what}`, {
      details: { file: this.file, line: this.line },
    });
  }

  /** Reads up to the closing quote; a backslash escapes only itself and the quote, and only in double quotes. */
  private quoted(quote: string): string {
    let token = '';
    for (;;) {
      const character = this.text[this.at++];
      if (character === undefined) throw this.fail(`\`${quote}\` is not closed`);
      if (character === '\n') this.line++;
      if (character === quote) return token;
      if (character === '\\' && quote === '"') {
        const next = this.text[this.at++];
        if (next === undefined) throw this.fail('nothing follows the last backslash');
        if (next === '\n') this.line++;
        token += next === '\\' || next === quote ? next : `\\${next}`;
      } else token += character;
    }
  }

  /** null at the end */
  next(): string | null {
    let token = '';
    let started = false;
    for (;;) {
      const character = this.text[this.at];
      if (character === undefined) return started ? token : null;
      if (whiteSpace.test(character)) {
        if (started) return token;
        if (character === '\n') this.line++;
        this.at++;
      } else if (character === '#') {
        this.skipLine();
        if (started) return token;
      } else if (character === '"' || character === "'") {
        this.at++;
        started = true;
        token += this.quoted(character);
      } else if (character === '\\') {
        const next = this.text[this.at + 1];
        if (next === undefined) throw this.fail('nothing follows the last backslash');
        if (next === '\n') this.line++;
        this.at += 2;
        started = true;
        token += next;
      } else if (wordCharacters.test(character)) {
        this.at++;
        started = true;
        token += character;
      } else {
        if (started) return token;
        this.at++;
        return character;
      }
    }
  }
}

export interface MakeConfOptions {
  /** Variables known before; assignments are added to it. `false`: values are taken as written. */
  readonly expand?: Variables | false;
  /** opens the file behind `source`; without it `source` is an ordinary word */
  readonly open?: (path: string) => string | null;
  /** what stands for a variable that nothing set; default: nothing */
  readonly unknown?: (name: string) => string;
  /** keep what is read as long as the file has the same text: for files of trees, which every plan reads again */
  readonly keeps?: boolean;
}

type Assignment = readonly [name: string, value: string];

/** Assignments as written, one after the other. `open` gets the word behind `source`. */
function* readAssignments(
  text: string,
  file: string,
  open: ((path: string, from: Lexer) => Lexer) | null,
): Generator<Assignment> {
  const stack = [new Lexer(text, file)];
  let lexer = stack[0] as Lexer;
  const next = (): string | null => {
    for (;;) {
      const token = lexer.next();
      if (token === 'source' && open) {
        lexer = open(lexer.next() ?? '', lexer);
        stack.push(lexer);
      } else if (token === null && stack.length > 1) {
        stack.pop();
        lexer = stack.at(-1) as Lexer;
      } else return token;
    }
  };
  for (;;) {
    let name = next();
    if (name === 'export') name = next();
    if (name === null) return;
    const equals = next();
    if (equals === null || equals === '') throw lexer.fail(`unexpected end after \`${name}\``);
    if (equals !== '=') throw lexer.fail(`\`${equals}\` where \`=\` should be`);
    const value = next();
    if (value === null) throw lexer.fail(`\`${name}\` has no value`);
    if (!/^[A-Za-z_]\w*$/.test(name)) throw lexer.fail(`\`${name}\` is not a variable name`);
    yield [name, value];
  }
}

const knownAssignments = new Map<string, { readonly text: string; readonly list: readonly Assignment[] }>();

/** Assignments of a file that sources nothing, kept as long as its text is the same. */
function plainAssignments(text: string, file: string): readonly Assignment[] {
  const before = knownAssignments.get(file);
  if (before && before.text === text) return before.list;
  const list = [...readAssignments(text, file, null)];
  knownAssignments.set(file, { text, list });
  return list;
}

/**
 * Assignments of a make.conf-like text, in file order. Throws `CONFIG_SYNTAX` with file and line.
 * Source: portage(5) make.conf, PMS 5.2.4 (make.defaults is the same without `source`).
 */
export function parseMakeConf(text: string, file: string, options: MakeConfOptions = {}): Variables {
  const known = options.expand === false ? null : (options.expand ?? {});
  const found: Variables = {};
  let sourced = 0;
  const open = (path: string, from: Lexer): Lexer => {
    const expanded = known === null ? path : expandVariables(path, known);
    const target = posix.isAbsolute(expanded) ? expanded : posix.join(posix.dirname(from.file), expanded);
    const content = options.open?.(target) ?? null;
    if (content === null) throw from.fail(`\`${expanded}\`: no such file`);
    if (++sourced > limits.sourcedFiles) throw from.fail(`more than ${limits.sourcedFiles} files are sourced`);
    return new Lexer(content, target);
  };
  const assignments =
    options.keeps && !options.open
      ? plainAssignments(text, file)
      : readAssignments(text, file, options.open ? open : null);
  for (const [name, value] of assignments) {
    const expanded = known === null ? value : expandVariables(value, known, options.unknown);
    found[name] = expanded;
    if (known !== null) known[name] = expanded;
  }
  return found;
}

/**
 * The files that a make.conf-like text sources, and those that these source, by `open`: it gets each path with its variables filled
 * in, relative to where `file` stands, and answers with the text, or null where there is none. What is wrong with the text is
 * for who reads its variables to tell.
 */
export function sourcesOf(text: string, file: string, open: (path: string) => string | null): void {
  try {
    parseMakeConf(text, file, { expand: {}, open: (path) => open(path) ?? '' });
  } catch (error) {
    if (!(error instanceof RepoError)) throw error;
  }
}

/** Reads a file, or with `recursive` a directory of files; null when there is nothing. */
export function readMakeConf(
  tree: FileTree,
  path: string,
  options: { readonly expand: Variables; readonly recursive: boolean; readonly sourcing: boolean },
): Variables | null {
  const files = configFiles(tree, path, options.recursive);
  if (files.length === 0) return null;
  const open = options.sourcing ? { open: (target: string) => tree.readText(target) } : {};
  const found: Variables = {};
  for (const file of files) {
    Object.assign(
      found,
      parseMakeConf(tree.readText(file) ?? '', file, { expand: options.expand, keeps: true, ...open }),
    );
  }
  return found;
}
