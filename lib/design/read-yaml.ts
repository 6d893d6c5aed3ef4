import { type Document, isAlias, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { DesignProblem } from './errors';
import { visible } from './fields';
import { checkText } from './text-limits';

/** Aliases may repeat what was written once; far more are an attempt to fill the memory. */
const mostAliases = 100;
const mostProblems = 100;

export type YamlResult =
  | { readonly ok: true; readonly value: unknown; readonly contents: unknown; readonly lines: LineCounter }
  | { readonly ok: false; readonly problems: readonly DesignProblem[] };

/**
 * The value of a YAML 1.2 text with its tree, or what is wrong with it by line and column. The text is measured before it is
 * parsed. Keys are compared here, by a set: the parser's own comparison takes the square of their number.
 */
export function readYaml(text: string): YamlResult {
  const limit = checkText(text);
  if (limit) return { ok: false, problems: [limit] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, version: '1.2' });
  const faults = [...faultsOf(document)];
  if (faults.length > 0)
    return { ok: false, problems: faults.slice(0, mostProblems).map((fault) => syntax(fault, lines)) };
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: mostAliases }), contents: document.contents, lines };
  } catch (error) {
    // thrown for aliases only; the first one leads there
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [syntax({ offset: firstAlias(document), message }, lines)] };
  }
}

interface Fault {
  readonly offset: number;
  readonly message: string;
}

/** Words for what the parser says to programmers, or says too briefly. */
const faultWords: Readonly<Record<string, string>> = {
  BAD_SCALAR_START: 'a text that begins with this character has to be in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'there is a second `: ` in this line; a text that has one is written in quotes',
  MULTIPLE_DOCS: 'a design is one document, and this `---` begins another',
};

function* faultsOf(document: Document.Parsed): Generator<Fault> {
  for (const { pos, code, message } of [...document.errors, ...document.warnings]) {
    yield { offset: pos[0], message: faultWords[code] ?? message };
  }
  if (document.errors.length > 0) return;
  if (document.directives?.yaml.explicit) yield { offset: 0, message: 'a design needs no %YAML line' };
  yield* faultsOfNodes(document);
}

function faultsOfNodes(document: Document.Parsed): readonly Fault[] {
  const faults: Fault[] = [];
  const anchors = new Set<string>();
  visit(document, (_, node) => {
    if (isNode(node) && 'anchor' in node && typeof node.anchor === 'string') anchors.add(node.anchor);
    if (isAlias(node) && !anchors.has(node.source)) {
      faults.push({
        offset: startOf(node),
        message: `the alias \`*${visible(node.source)}\` refers to nothing above it`,
      });
    }
    if (isMap(node)) faults.push(...faultsOfKeys(node.items));
  });
  return faults;
}

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

function faultsOfKeys(items: readonly { readonly key: unknown }[]): readonly Fault[] {
  const seen = new Set<string>();
  return items.flatMap(({ key }) => {
    const offset = startOf(key);
    if (!isScalar(key) || (typeof key.value !== 'string' && typeof key.value !== 'number')) {
      return [{ offset, message: 'a key must be one word' }];
    }
    const name = String(key.value);
    if (forbiddenKeys.has(name)) return [{ offset, message: `\`${name}\` cannot be a key` }];
    if (seen.has(name)) return [{ offset, message: `the key \`${visible(name).slice(0, 100)}\` appears twice` }];
    seen.add(name);
    return [];
  });
}

function firstAlias(document: Document.Parsed): number {
  let offset = 0;
  visit(document, {
    Alias(_, node) {
      offset = startOf(node);
      return visit.BREAK;
    },
  });
  return offset;
}

const startOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);

function syntax({ offset, message }: Fault, lines: LineCounter): DesignProblem {
  const { line, col } = lines.linePos(offset);
  return {
    field: '',
    code: 'YAML_SYNTAX',
    message: `The text is not YAML at line ${line}, column ${col}: ${message.slice(0, 300).replace(/\.?$/, '.')}`,
    hint: 'Write `key: value` lines and indent lists by two spaces with `- ` before each entry.',
    line,
    column: col,
  };
}
