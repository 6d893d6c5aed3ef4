import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const project = resolve(import.meta.dirname, '..');

/** Rank of each layer; a file may import values only from a lower rank, or from its own layer. */
const ranks: Readonly<Record<string, number>> = {
  'lib/errors.ts': 0,
  'lib/home.ts': 1,
  'lib/host': 1,
  'lib/pms': 1,
  'lib/layout': 2,
  'lib/resolve': 2,
  'lib/db': 2,
  'lib/design': 3,
  'lib/repo': 3,
  'lib/inspect': 3,
  'lib/engine': 4,
  'lib/sysext': 4,
  'lib/plan': 5,
  'lib/overlay': 6,
  'lib/api': 7,
  'lib/runner': 8,
  'lib/cli': 9,
  components: 9,
  app: 10,
};

/** Folders without I/O: no node modules, React, Next or process. */
const pure = ['lib/errors.ts', 'lib/pms', 'lib/layout', 'lib/resolve', 'lib/design', 'lib/api'];

interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
}

function sourceFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sourceFiles(path);
    return /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      const typeOnly = ts.isImportDeclaration(node) ? node.importClause?.isTypeOnly === true : node.isTypeOnly;
      found.push({ target: (node.moduleSpecifier as ts.StringLiteral).text, typeOnly });
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument)) found.push({ target: argument.text, typeOnly: false });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The project file an import names, with the `@/` alias resolved; null for packages. */
function resolveImport(file: string, target: string): string | null {
  const base = target.startsWith('@/')
    ? join(project, target.slice(2))
    : target.startsWith('.')
      ? resolve(dirname(file), target)
      : null;
  if (base === null) return null;
  for (const suffix of ['', '.ts', '.tsx', '/index.ts', '/index.tsx']) {
    if (existsSync(base + suffix) && statSync(base + suffix).isFile()) return base + suffix;
  }
  return /\.(css|json|woff2|js|mjs)$/.test(base) ? null : `${base} (missing)`;
}

const layerOf = (file: string): string | undefined => {
  const path = relative(project, file);
  return Object.keys(ranks).find((layer) => path === layer || path.startsWith(`${layer}/`));
};

const files = ['lib', 'components', 'app'].flatMap((folder) => sourceFiles(join(project, folder)));

describe('layers', () => {
  it('finds the code it is to judge', () => {
    expect(files.length).toBeGreaterThan(5);
  });

  it('imports only lower ranks, through the alias too', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const from = layerOf(file);
      if (from === undefined) {
        wrong.push(`${relative(project, file)} belongs to no layer`);
        continue;
      }
      for (const { target, typeOnly } of importsOf(file)) {
        const resolved = resolveImport(file, target);
        if (resolved === null) continue;
        const to = layerOf(resolved);
        const line = `${relative(project, file)} → ${relative(project, resolved)}`;
        if (to === undefined) wrong.push(`${line}: no layer`);
        else if (to !== from && (ranks[to] ?? 99) >= (ranks[from] ?? 0))
          wrong.push(`${line}: ${from} may not import ${to}`);
        else if (to !== from && !typeOnly && pure.includes(from) && !pure.includes(to))
          wrong.push(`${line}: pure code needs import type`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('keeps pure folders free of I/O', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const layer = layerOf(file);
      if (!layer || !pure.includes(layer)) continue;
      for (const { target } of importsOf(file)) {
        if (/^(node:|react|next)/.test(target)) wrong.push(`${relative(project, file)} imports ${target}`);
      }
      const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      for (const word of ['process.env', 'Date.now(', 'Math.random(', 'new Date()']) {
        if (text.includes(word)) wrong.push(`${relative(project, file)} uses ${word}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('has client components take node layers as types only', () => {
    const wrong: string[] = [];
    for (const file of files) {
      if (!/^\s*['"]use client['"]/.test(readFileSync(file, 'utf8'))) continue;
      for (const { target, typeOnly } of importsOf(file)) {
        const resolved = resolveImport(file, target);
        const layer = resolved && layerOf(resolved);
        if (layer?.startsWith('lib/') && !pure.includes(layer) && !typeOnly) {
          wrong.push(`${relative(project, file)} → ${relative(project, resolved ?? '')}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('has no import cycles between files', () => {
    const graph = new Map<string, string[]>();
    for (const file of files) {
      const values = importsOf(file).filter((found) => !found.typeOnly);
      graph.set(
        file,
        values.map((found) => resolveImport(file, found.target)).filter((found) => found !== null),
      );
    }
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const walk = (file: string, path: readonly string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        cycles.push([...path.slice(path.indexOf(file)), file].map((name) => relative(project, name)).join(' → '));
        return;
      }
      state.set(file, 'open');
      for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of files) walk(file, []);
    expect(cycles).toEqual([]);
  });
});
