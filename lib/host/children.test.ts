import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const project = resolve(import.meta.dirname, '../..');

/** Files in which one of these words stands; the others need not be looked at. */
const sources = ['lib', 'app', 'components'].flatMap((folder) =>
  readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|__fixtures__/.test(name))
    .map((name) => ({ name: join(folder, name), text: readFileSync(join(project, folder, name), 'utf8') }))
    .filter(({ text }) => /node:child_process|node:worker_threads|process\.env/.test(text))
    .map(({ name, text }) => parse(name, text)),
);

function parse(name: string, text: string): ts.SourceFile {
  return ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
}

function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* nodesOf(child);
}

const modules = new Set(['node:child_process', 'node:worker_threads']);

/** Names by which a file starts children: what it imports, and what it makes of that by `promisify`. */
function startersIn(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of nodesOf(file)) {
    if (ts.isImportDeclaration(node) && modules.has((node.moduleSpecifier as ts.StringLiteral).text)) {
      const bindings = node.importClause?.namedBindings;
      for (const { name } of bindings && ts.isNamedImports(bindings) ? bindings.elements : []) names.add(name.text);
    }
    if (!ts.isVariableDeclaration(node) || !node.initializer || !ts.isCallExpression(node.initializer)) continue;
    const [wrapped] = node.initializer.arguments;
    if (node.initializer.expression.getText() === 'promisify' && wrapped && names.has(wrapped.getText()))
      names.add(node.name.getText());
  }
  return names;
}

/** Calls that start a child or a thread, each with the environment it gives; null: it inherits all of ours. */
function startsIn(file: ts.SourceFile): readonly { readonly call: string; readonly env: string | null }[] {
  const names = startersIn(file);
  return [...nodesOf(file)].flatMap((node) => {
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return [];
    const call = node.expression.getText();
    const options = node.arguments?.at(-1);
    if (!names.has(call)) return [];
    const given = options && ts.isObjectLiteralExpression(options) ? options.properties : [];
    const env = [...given].find((property) => property.name?.getText() === 'env');
    return [{ call, env: env ? env.getText() : null }];
  });
}

/** Where the whole environment is handed on, not a variable of it. */
const handsOn = (file: ts.SourceFile): boolean =>
  [...nodesOf(file)].some(
    (node) =>
      ts.isPropertyAccessExpression(node) &&
      node.getText() === 'process.env' &&
      !(ts.isPropertyAccessExpression(node.parent) || ts.isElementAccessExpression(node.parent)),
  );

const namesOf = (files: readonly ts.SourceFile[]): readonly string[] =>
  files.map((file) => relative('.', file.fileName)).sort();

describe('a child process', () => {
  it('is recognised with the environment it is given', () => {
    const text = `
      import { execFile, spawn as start } from 'node:child_process';
      const run = promisify(execFile);
      start('a', [], { env: { ...process.env } });
      run('b', [], { cwd });
      start('c', [], options);
      other('d', []);`;
    const file = parse('x.ts', text);
    expect(startsIn(file).map(({ env }) => env)).toEqual(['env: { ...process.env }', null, null]);
    expect(handsOn(file)).toBe(true);
    expect(handsOn(parse('x.ts', 'const { PATH } = { PATH: process.env.PATH }; process.env[name];'))).toBe(false);
  });

  it('never inherits our environment by default', () => {
    const open = sources.filter((file) => startsIn(file).some(({ env }) => env === null));
    expect(namesOf(open)).toEqual([]);
    expect(sources.filter((file) => startsIn(file).length > 0).length).toBeGreaterThan(8);
  });

  it('gets the part of it that lib/host chooses', () => {
    expect(namesOf(sources.filter((file) => !file.fileName.startsWith('lib/host/') && handsOn(file)))).toEqual([
      // takes the token out of it
      'lib/cli/front-door/access-token.ts',
      // hashes what decides
      'lib/cli/local-door/settings-stamp.ts',
      // settings of Next in this process
      'lib/cli/next-handler.ts',
      // read one variable of what they are given
      'lib/drivers/binary-packages/package-folder.ts',
      'lib/drivers/embedded/prebuilt-settings.ts',
      'lib/engine/archive-suites.ts',
      'lib/engine/source-reach.ts',
      'lib/plan/source-settings.ts',
      'lib/plan/verify-opened.ts',
      'lib/runner/verify-readiness.ts',
    ]);
  });

  it('is waited for without a pause of the thread only where nobody else waits', () => {
    const waiting = sources.filter((file) => startsIn(file).some(({ call }) => call.endsWith('Sync')));
    expect(namesOf(waiting)).toEqual([
      // the command line: nothing is served
      'lib/cli/commands/overlay.ts',
      // once: the version of a bash
      'lib/engine/ebuild-shell.ts',
      // the command line, before anything is served
      'lib/host/install-tools.ts',
      // the size of the terminal of the command line
      'lib/host/session.ts',
      // the planning thread
      'lib/plan/host-compiler.ts',
      'lib/plan/machine-host.ts',
    ]);
  });
});
