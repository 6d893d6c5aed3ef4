import { checkBoard, checkName, checkPath, isBoard } from '../design/index';
import { type Board, type DerivedNames, deriveNames } from '../layout/names';
import { textOf, UsageError, type Values } from './command';

/** A prefix as `setup_prefix` and the wrapper name it on their command line. */
export interface NamedPrefix {
  readonly name: string;
  readonly board: Board;
  readonly path: string;
  readonly names: DerivedNames;
  /** the directories are those below the data folder */
  readonly isAtHome: boolean;
}

function checked(verdict: ReturnType<typeof checkName>): void {
  if (verdict) throw new UsageError(`${verdict.message} ${verdict.hint}`);
}

const withSlash = (path: string): string => (path.endsWith('/') ? path : `${path}/`);

/** Reads name, board, path and the two directory options. Throws UsageError. */
export function namedPrefix(
  choice: { readonly name: string; readonly board: string; readonly path: string },
  values: Values,
  home: string,
): NamedPrefix {
  checked(checkName(choice.name, 'name'));
  checked(checkBoard(choice.board, 'board'));
  checked(checkPath(choice.path, { sysext: false }));
  const board = choice.board as Board;
  if (!isBoard(board)) throw new UsageError(`\`${choice.board}\` is not a board.`);
  const normal = deriveNames({ ...choice, board }, home, home);
  const stagingDir = withSlash(directoryOf(values, 'staging_dir') ?? normal.stagingDir);
  const finalDir = withSlash(directoryOf(values, 'final_dir') ?? normal.finalDir);
  return {
    name: choice.name,
    board,
    path: choice.path,
    isAtHome: stagingDir === normal.stagingDir && finalDir === normal.finalDir,
    names: {
      ...normal,
      stagingDir,
      stagingRoot: `${stagingDir}root`,
      stagingEroot: `${stagingDir}root${choice.path}`,
      pkgDir: `${stagingDir}pkgs`,
      finalDir,
      finalRoot: `${finalDir}root`,
      finalEroot: `${finalDir}root${choice.path}`,
    },
  };
}

function directoryOf(values: Values, option: string): string | undefined {
  const directory = textOf(values, option);
  if (directory === undefined) return undefined;
  if (/^\/./.test(directory) && !directory.split('/').includes('..')) return directory.replace(/\/+/g, '/');
  throw new UsageError(`\`--${option} ${directory}\` must be an absolute directory without \`..\`.`);
}
